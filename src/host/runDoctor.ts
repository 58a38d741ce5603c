import type { StoreCheck } from '../shared/contract/store.ts'
import type { DoctorReport } from '../shared/contract/system.ts'
import { openStore } from '../store/index.ts'
import { unreadableStore } from './doctor/unreadableStore.ts'
import type { HostOptions } from './host.ts'
import { DoctorService, type DoctorInput } from './services/doctor.ts'
import { StoreKeeper } from './storeKeeper/storeKeeper.ts'
import { version } from './version.ts'

/**
 * The doctor's report without a host: a store that cannot be opened is then something that it found, not something that stops it.
 * Makes the store where there is none. Throws `cancelled`.
 */
export async function runDoctor(options: HostOptions, input: DoctorInput, signal?: AbortSignal): Promise<DoctorReport> {
  const { home } = options
  const keeper = new StoreKeeper(options)
  const checkStore = (how: { quick: boolean }, given?: AbortSignal): Promise<StoreCheck> =>
    checkHome(home, () => keeper.check(how, given)).catch((thrown: unknown) => unreadableStore(home, thrown))
  try {
    return await new DoctorService({ ...options, checkStore }).report(input, signal)
  } finally {
    await keeper.close()
  }
}

/** The store stays open meanwhile: the last to close it would take away the log that the check reads beside it. */
async function checkHome(home: string, check: () => Promise<StoreCheck>): Promise<StoreCheck> {
  const store = openStore({ home, program: `bitgauge ${version}` })
  try {
    return await check()
  } finally {
    store.close()
  }
}
