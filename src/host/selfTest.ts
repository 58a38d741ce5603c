import type { Logger } from 'pino'
import { ulid } from 'ulid'
import {
  runtimeTestSchema,
  selfTestSchema,
  type RuntimeTest,
  type SelfTest,
  type TensorflowVariant,
} from '../shared/contract/system.ts'
import { computeEnvironment } from './compute/environment.ts'
import { readyLibrary, readyRuntime } from './compute/library.ts'
import { ComputeWorker } from './compute/worker.ts'
import type { ComputeLauncher } from './launcher.ts'

export interface SelfTestOptions {
  cache: string
  launcher: ComputeLauncher
  log: Logger
  variant?: TensorflowVariant | undefined
  signal?: AbortSignal | undefined
}

/**
 * Loads the TensorFlow library in a process of its own, runs real operations and their gradients, and compares them with values worked
 * out without it. Where the library uses a graphics device, a second process repeats the same on the CPU. A wrong value is not an
 * error but a kernel with `ok: false`. Throws `library-missing`, `library-damaged`, `compute-crashed`, `compute-unavailable`,
 * `cancelled`.
 */
export async function runSelfTest(options: SelfTestOptions): Promise<SelfTest> {
  const environment = computeEnvironment(process.env, readyLibrary(options.cache, options.variant).addon)
  const first = await testIn(environment, options)
  if (!first.devices.some((device) => device.kind === 'gpu')) return first
  const second = await testIn({ ...environment, CUDA_VISIBLE_DEVICES: '-1' }, options)
  return {
    ...first,
    devices: [...second.devices, ...first.devices],
    kernels: [...second.kernels, ...first.kernels],
  }
}

/**
 * Evaluates small quantized models with all kernels of the runtime that this machine can run, in a process of its own, and compares what they give
 * with the reference. Throws `library-missing`, `library-damaged`, `compute-crashed`, `compute-unavailable`, `cancelled`.
 */
export async function runRuntimeTest(options: SelfTestOptions): Promise<RuntimeTest> {
  const environment = computeEnvironment(process.env, null, readyRuntime(options.cache).addon)
  return runtimeTestSchema.parse(await runIn(environment, 'runtime-test', options))
}

async function testIn(environment: Record<string, string>, options: SelfTestOptions): Promise<SelfTest> {
  return selfTestSchema.parse(await runIn(environment, 'self-test', options))
}

async function runIn(
  environment: Record<string, string>,
  kind: 'self-test' | 'runtime-test',
  options: SelfTestOptions,
): Promise<unknown> {
  const signal = options.signal ?? new AbortController().signal
  const worker = await ComputeWorker.start(options.launcher, environment, signal)
  // A test has nothing to tidy up: it need not come to its next step.
  signal.addEventListener('abort', () => worker.kill(), { once: true })
  try {
    return await worker.run({ id: ulid(), kind, params: {} }, { signal, onEvent: () => {} })
  } finally {
    worker.kill()
    const end = await worker.ended
    options.log.debug({ pid: worker.pid, ...end }, 'self-test process ended')
  }
}
