import { join } from 'node:path'
import type { StoreCheck } from '../shared/contract/store.ts'
import type { DoctorReport } from '../shared/contract/system.ts'
import { AppError, describeError, toErrorRecord } from '../shared/errors.ts'
import { openStore } from '../store/index.ts'
import type { HostOptions } from './host.ts'
import { DoctorService, type DoctorInput } from './services/doctor.ts'
import { version } from './version.ts'

/**
 * The doctor's report without a host: a store that cannot be opened is then something that it found, not something that stops it.
 * Makes the store where there is none. Throws `cancelled`.
 */
export function runDoctor(options: HostOptions, input: DoctorInput, signal?: AbortSignal): Promise<DoctorReport> {
  const { home, ...rest } = options
  return new DoctorService({ ...rest, checkStore: (how) => checkHome(home, how) }).report(input, signal)
}

function checkHome(home: string, how: { quick: boolean }): StoreCheck {
  try {
    const store = openStore({ home, program: `bitgauge ${version}` })
    try {
      return store.check(how)
    } finally {
      store.close()
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    const problems = [describeError(toErrorRecord(thrown))]
    return { path: join(home, 'bitgauge.sqlite'), schemaVersion: 0, bytes: 0, ok: false, problems, jobs: 0, runs: 0 }
  }
}
