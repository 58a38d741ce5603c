import { performance } from 'node:perf_hooks'
import type { KernelCheck } from '../../shared/contract/system.ts'
import { loadTensorflow, type Tensorflow } from '../tensorflow/load.ts'
import type { JobRun } from './job.ts'
import { exactIntegers } from './selfTest/exactIntegers.ts'
import { lstmForward, lstmGradient } from './selfTest/lstm.ts'
import { matMulGradient, matMulValue } from './selfTest/matMul.ts'

/** One operation tried: what came of it beside what should have. */
export interface Trial {
  op: string
  oracle: string
  /** largest absolute difference that is allowed */
  tolerance: number
  found: ArrayLike<number>
  expected: ArrayLike<number>
}

const trials: readonly ((tensorflow: Tensorflow) => Trial)[] = [
  matMulValue,
  matMulGradient,
  lstmForward,
  lstmGradient,
  exactIntegers,
]

/** Runs real operations and their gradients and compares them with values worked out without the library. */
export const selfTest: JobRun<'self-test'> = async (_params, context) => {
  context.progress({ phase: 'load TensorFlow', done: 0, total: 1, unit: 'libraries' })
  const tensorflow = loadTensorflow()
  const { version, device, load_s } = tensorflow
  const kernels: KernelCheck[] = []
  for (const trial of trials) {
    context.progress({ phase: 'self-test', done: kernels.length, total: trials.length, unit: 'operations' })
    await context.step()
    kernels.push(judge(() => inScope(tensorflow, trial), device.name))
  }
  return { tensorflow: version, devices: [device], kernels, load_s }
}

function judge(run: () => Trial, device: string): KernelCheck {
  const start = performance.now()
  const { op, oracle, tolerance, found, expected } = run()
  const duration_s = (performance.now() - start) / 1000
  const max_error = largestDifference(found, expected)
  return { op, device, ok: max_error !== null && max_error <= tolerance, max_error, tolerance, oracle, duration_s }
}

/** `tf.tidy` for a result that is not made of tensors. */
function inScope<T>(tensorflow: Tensorflow, work: (tensorflow: Tensorflow) => T): T {
  const engine = tensorflow.tf.engine()
  engine.startScope()
  try {
    return work(tensorflow)
  } finally {
    engine.endScope()
  }
}

/** Null where the lengths differ or a value is not finite. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number | null {
  if (found.length !== expected.length) return null
  let largest = 0
  for (let k = 0; k < found.length; k++) largest = Math.max(largest, Math.abs(found[k]! - expected[k]!))
  return Number.isFinite(largest) ? largest : null
}
