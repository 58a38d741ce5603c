import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import type * as tfjs from '@tensorflow/tfjs-node-gpu'
import type { z } from 'zod'
import type { deviceSchema } from '../../shared/contract/system.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { NodeBackend } from './nodeBackend.ts'

export interface Tensorflow {
  tf: typeof tfjs
  backend: NodeBackend
  /** version of the native library: `2.21.0` */
  version: string
  /** where every operation of this process runs */
  device: z.infer<typeof deviceSchema>
  /** how long loading took */
  load_s: number
}

let loaded: Tensorflow | null = null

/**
 * The TensorFlow library, loaded at the first call from the addon that `BITGAUGE_TENSORFLOW_ADDON` names. It can be loaded once a process
 * and in the main thread alone. Throws `library-missing`, `library-damaged`.
 */
export function loadTensorflow(): Tensorflow {
  loaded ??= load(process.env['BITGAUGE_TENSORFLOW_ADDON'] ?? '')
  return loaded
}

function load(addon: string): Tensorflow {
  if (addon === '' || !existsSync(addon)) {
    throw new AppError('library-missing', 'The TensorFlow library is not set up.', { hint: nextStep('set-up') })
  }
  const start = performance.now()
  const tf = requireWithAddon(addon)
  const backend = tf.backend() as unknown as NodeBackend
  const load_s = (performance.now() - start) / 1000
  return { tf, backend, version: String(backend.binding.TF_Version), device: deviceOf(backend), load_s }
}

/**
 * The package asks node-pre-gyp where its addon is, and that would be inside node_modules; the answer is put in its place. On Node 23
 * and later the package calls a function of `util` that is gone, and one that warns; both are put back.
 */
function requireWithAddon(addon: string): typeof tfjs {
  const require = createRequire(import.meta.url)
  const util = require('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] = (value: unknown) => value == null
  util['isArray'] = Array.isArray
  const inPackage = createRequire(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))
  const finder = inPackage.resolve('@mapbox/node-pre-gyp')
  require.cache[finder] = {
    id: finder,
    filename: finder,
    loaded: true,
    exports: { find: () => addon },
  } as unknown as NodeJS.Module
  try {
    return require('@tensorflow/tfjs-node-gpu') as typeof tfjs
  } catch (cause) {
    throw new AppError('library-damaged', 'The TensorFlow library could not be loaded.', {
      found: cause instanceof Error ? cause.message.split('\n')[0] : undefined,
      hint: nextStep('prove-and-set-up'),
      cause,
    })
  }
}

/** The addon places every operation on one device: the last graphics device that the library lists, else the processor. */
function deviceOf(backend: NodeBackend): Tensorflow['device'] {
  return backend.isUsingGpuDevice ? { name: 'gpu', kind: 'gpu' } : { name: 'cpu', kind: 'cpu' }
}
