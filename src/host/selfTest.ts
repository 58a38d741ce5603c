import type { Logger } from 'pino'
import { ulid } from 'ulid'
import type { SelfTest, TensorflowVariant } from '../shared/contract/system.ts'
import { selfTestSchema } from '../shared/contract/system.ts'
import { computeEnvironment } from './compute/environment.ts'
import { readyLibrary } from './compute/library.ts'
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

async function testIn(environment: Record<string, string>, options: SelfTestOptions): Promise<SelfTest> {
  const worker = await ComputeWorker.start(options.launcher, environment)
  try {
    const result = await worker.run(
      { id: ulid(), kind: 'self-test', params: {} },
      { signal: options.signal ?? new AbortController().signal, onEvent: () => {} },
    )
    return selfTestSchema.parse(result)
  } finally {
    worker.kill()
    const end = await worker.ended
    options.log.debug({ pid: worker.pid, ...end }, 'self-test process ended')
  }
}
