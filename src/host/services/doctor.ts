import type { Logger } from 'pino'
import { locateTensorflow, verifyTensorflow, type LocatedTensorflow } from '../../../build/setup/index.ts'
import type { StoreCheck } from '../../shared/contract/store.ts'
import type { Check, DoctorReport, SelfTest } from '../../shared/contract/system.ts'
import { describeError, toErrorRecord, type ErrorRecord } from '../../shared/errors.ts'
import {
  cpuCheck,
  deviceCheck,
  kernelChecks,
  libraryCheck,
  loadCheck,
  storeCheck,
  toolChecks,
} from '../doctor/checks.ts'
import type { ComputeLauncher } from '../launcher.ts'
import { describeMachine } from '../machine/describeMachine.ts'
import { findTools } from '../machine/findTools.ts'
import { runSelfTest } from '../selfTest.ts'
import { version } from '../version.ts'

export interface DoctorOptions {
  cache: string
  launcher: ComputeLauncher
  checkStore: (options: { quick: boolean }) => StoreCheck
  log: Logger
}

export interface DoctorInput {
  /** the CUDA variant of the library, and a graphics device that it uses */
  cuda: boolean
  /** with the store */
  store: boolean
  /** hashes the library and looks at every row of the store */
  full: boolean
}

/** What this machine has, proved by running it. Never downloads and never builds. */
export class DoctorService {
  readonly #options: DoctorOptions

  constructor(options: DoctorOptions) {
    this.#options = options
  }

  async report(input: DoctorInput, signal?: AbortSignal): Promise<DoctorReport> {
    const machine = describeMachine()
    const library = { cache: this.#options.cache, variant: input.cuda ? ('cuda' as const) : undefined }
    const located = locateTensorflow(library)
    const full = input.full && located.state === 'ready'
    const [tools, verified, { selfTest, error }] = await Promise.all([
      findTools(),
      full ? verifyTensorflow({ ...library, ...(signal === undefined ? {} : { signal }) }) : null,
      this.#test(located, signal),
    ])
    const store = input.store ? this.#options.checkStore({ quick: !input.full }) : null
    const checks: Check[] = [
      cpuCheck(machine),
      ...toolChecks(tools, located.state),
      libraryCheck(located, verified?.problems ?? null),
      loadCheck(located.state, selfTest, error),
      ...(input.cuda && selfTest !== null ? [deviceCheck(selfTest)] : []),
      ...kernelChecks(selfTest),
      ...(store === null ? [] : [storeCheck(store)]),
    ]
    const healthy = checks.every((check) => check.status !== 'fail')
    return { version, healthy, machine, tools, tensorflow: tensorflowOf(located), selfTest, store, checks }
  }

  async #test(
    located: LocatedTensorflow,
    signal?: AbortSignal,
  ): Promise<{ selfTest: SelfTest | null; error: ErrorRecord | null }> {
    if (located.state !== 'ready') return { selfTest: null, error: null }
    try {
      return { selfTest: await runSelfTest({ ...this.#options, variant: located.variant, signal }), error: null }
    } catch (thrown) {
      const error = toErrorRecord(thrown)
      if (error.code === 'cancelled') throw thrown
      this.#options.log.error({ err: thrown }, describeError(error))
      return { selfTest: null, error }
    }
  }
}

function tensorflowOf({ state, variant, version, directory, bytes }: LocatedTensorflow): DoctorReport['tensorflow'] {
  return { state, variant, version, directory, bytes }
}
