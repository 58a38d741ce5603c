import {
  locateRuntime,
  locateTensorflow,
  type LocatedRuntime,
  type LocatedTensorflow,
} from '../../../build/setup/index.ts'
import type { Engine } from '../../shared/contract/engineRules.ts'
import type { JobKind } from '../../shared/contract/jobs.ts'
import type { ProfileParams, QuantizedEvaluationParams } from '../../shared/contract/quantization.ts'
import type { TensorflowVariant } from '../../shared/contract/system.ts'
import { AppError } from '../../shared/errors.ts'
import { computeEnvironment } from './environment.ts'

/**
 * The library as set-up left it; without a variant the CUDA one where it is ready, else the CPU's. Throws `library-missing` or
 * `library-damaged` where there is nothing to load.
 */
export function readyLibrary(cache: string, variant?: TensorflowVariant): LocatedTensorflow {
  const located = locateTensorflow({ cache, variant })
  if (located.state === 'ready') return located
  throw notReady('TensorFlow library', located, located.variant === 'cuda' ? 'bitgauge setup --cuda' : 'bitgauge setup')
}

/** The runtime's addon as set-up built it. Throws `library-missing` or `library-damaged`. */
export function readyRuntime(cache: string): LocatedRuntime {
  const located = locateRuntime({ cache })
  if (located.state === 'ready') return located
  throw notReady('runtime of quantized models', located, 'bitgauge setup')
}

/**
 * The environment of a process that does a task, with both libraries where they are ready, so that one process does for all tasks.
 *
 * @throws AppError `library-missing`, `library-damaged` of the one that the task needs
 */
export function taskEnvironment(cache: string, task: { kind: JobKind; params: unknown }): Record<string, string> {
  const runtime = locateRuntime({ cache })
  const tensorflow = locateTensorflow({ cache })
  const needed = libraryOf(task)
  if (needed === 'tensor') readyLibrary(cache)
  if (needed === 'runtime') readyRuntime(cache)
  const ready = ({ state, addon }: { state: string; addon: string }): string | null =>
    state === 'ready' ? addon : null
  return computeEnvironment(process.env, ready(tensorflow), ready(runtime))
}

function libraryOf({ kind, params }: { kind: JobKind; params: unknown }): Engine | null {
  if (kind === 'runtime-test') return 'runtime'
  if (kind === 'profile') return (params as Pick<ProfileParams, 'engine'>).engine
  if (kind !== 'quantized-evaluation') return 'tensor'
  const { engine, inputs } = params as Pick<QuantizedEvaluationParams, 'engine' | 'inputs'>
  return inputs.length === 0 ? null : engine
}

function notReady(what: string, located: { state: string; problem?: string }, command: string): AppError {
  if (located.state === 'missing') {
    return new AppError('library-missing', `The ${what} is not set up.`, { hint: `Run \`${command}\`.` })
  }
  return new AppError('library-damaged', `The ${what} is not as it was set up.`, {
    found: located.problem,
    hint: `Run \`${command}\` again; it makes anew what is damaged.`,
  })
}
