import { existsSync, statSync } from 'node:fs'
import type { Logger } from 'pino'
import {
  locateRuntime,
  locateTensorflow,
  verifyTensorflow,
  type LocatedRuntime,
  type LocatedTensorflow,
} from '../../../build/setup/index.ts'
import type { StoreCheck } from '../../shared/contract/store.ts'
import type { Check, DoctorReport, RuntimeTest, SelfTest, TensorflowVariant } from '../../shared/contract/system.ts'
import { describeError, toErrorRecord, type ErrorRecord } from '../../shared/errors.ts'
import {
  cpuCheck,
  deviceCheck,
  kernelChecks,
  libraryCheck,
  loadCheck,
  runtimeCheck,
  runtimeTestChecks,
  storeCheck,
  toolChecks,
} from '../doctor/checks.ts'
import { KeptProof } from '../doctor/keptProof.ts'
import type { ComputeLauncher } from '../launcher.ts'
import { describeMachine } from '../machine/describeMachine.ts'
import { findTools } from '../machine/findTools.ts'
import { runRuntimeTest, runSelfTest } from '../selfTest.ts'
import { version } from '../version.ts'

export interface DoctorOptions {
  cache: string
  launcher: ComputeLauncher
  checkStore: (options: { quick: boolean }, signal?: AbortSignal) => Promise<StoreCheck>
  log: Logger
}

export interface DoctorInput {
  /** the CUDA variant of the library, and a graphics device that it uses */
  cuda: boolean
  /** with the store */
  store: boolean
  /** hashes the library and looks at every row of the store */
  full: boolean
  /** proves it anew, whatever was proved before */
  again: boolean
}

/** What this machine has, proved by running it. Never downloads and never builds. */
export class DoctorService {
  readonly #options: DoctorOptions
  readonly #library: Record<TensorflowVariant, KeptProof<SelfTest>>
  readonly #runtime: KeptProof<RuntimeTest>

  constructor(options: DoctorOptions) {
    this.#options = options
    this.#library = { cpu: libraryProof(options, 'cpu'), cuda: libraryProof(options, 'cuda') }
    this.#runtime = new KeptProof((signal) => runRuntimeTest({ ...options, signal }))
  }

  async report(input: DoctorInput, signal?: AbortSignal): Promise<DoctorReport> {
    const machine = describeMachine()
    const library = { cache: this.#options.cache, variant: input.cuda ? ('cuda' as const) : undefined }
    const located = locateTensorflow(library)
    const full = input.full && located.state === 'ready'
    const runtime = locateRuntime(this.#options)
    const asked = { again: input.again || input.full, signal }
    const [tools, verified, { test: selfTest, error }, runtimeTest, store] = await Promise.all([
      findTools(),
      full ? verifyTensorflow({ ...library, ...(signal === undefined ? {} : { signal }) }) : null,
      this.#test(located, () => this.#library[located.variant].get(identity(located), asked)),
      this.#test(runtime, () => this.#runtime.get(identity(runtime), asked)),
      input.store ? this.#options.checkStore({ quick: !input.full }, signal) : null,
    ])
    const checks: Check[] = [
      cpuCheck(machine),
      ...toolChecks(tools, located.state),
      libraryCheck(located, verified?.problems ?? null),
      loadCheck(located.state, selfTest, error),
      ...(input.cuda && selfTest !== null ? [deviceCheck(selfTest)] : []),
      ...kernelChecks(selfTest),
      runtimeCheck(runtime, runtimeTest),
      ...runtimeTestChecks(runtimeTest.test),
      ...(store === null ? [] : [storeCheck(store)]),
    ]
    const healthy = checks.every((check) => check.status !== 'fail')
    const found = { tensorflow: tensorflowOf(located), selfTest, runtime: runtimeOf(runtime, runtimeTest.test) }
    return { version, healthy, machine, tools, ...found, store, checks }
  }

  async #test<T extends SelfTest | RuntimeTest>(
    { state }: { state: 'ready' | 'missing' | 'damaged' },
    run: () => Promise<T>,
  ): Promise<{ test: T | null; error: ErrorRecord | null }> {
    if (state !== 'ready') return { test: null, error: null }
    try {
      return { test: await run(), error: null }
    } catch (thrown) {
      const error = toErrorRecord(thrown)
      if (error.code === 'cancelled') throw thrown
      this.#options.log.error({ err: thrown }, describeError(error))
      return { test: null, error }
    }
  }
}

function libraryProof(options: DoctorOptions, variant: TensorflowVariant): KeptProof<SelfTest> {
  return new KeptProof((signal) => runSelfTest({ ...options, variant, signal }))
}

/** What a library that was set up anew does not have in common with the one before. */
function identity({ directory, version, bytes }: LocatedTensorflow | LocatedRuntime): string {
  const changed_ms = existsSync(directory) ? statSync(directory).mtimeMs : 0
  return [directory, version, bytes, changed_ms].join(' ')
}

function tensorflowOf({ state, variant, version, directory, bytes }: LocatedTensorflow): DoctorReport['tensorflow'] {
  return { state, variant, version, directory, bytes }
}

function runtimeOf(
  { state, version, directory, bytes, compiler }: LocatedRuntime,
  test: RuntimeTest | null,
): DoctorReport['runtime'] {
  return { state, version, directory, bytes, compiler, test }
}
