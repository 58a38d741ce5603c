import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { inScope, Ops } from '../models/ops.ts'
import type { Tensorflow } from '../tensorflow/load.ts'

const size = 64
const factor = 4095

const proven = new WeakSet<Tensorflow>()

/**
 * Tries once a process whether the device's matrix product keeps whole numbers exact: 4095 * 4095 = 16,769,025, which neither TensorFloat-32 nor
 * bfloat16 can give (numerics.md section 4).
 *
 * @throws AppError `self-test-failed`
 */
export function assertExactProducts(tensorflow: Tensorflow): void {
  if (proven.has(tensorflow)) return
  const ops = new Ops(tensorflow)
  const found = inScope(ops, () => {
    const diagonal = Float32Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? factor : 0))
    const matrix = ops.floats(diagonal, [size, size])
    return ops.matMul(matrix, matrix).dataSync<'float32'>()
  })
  const wrong = found.find((value, k) => value !== (k % (size + 1) === 0 ? factor * factor : 0))
  if (wrong !== undefined) {
    throw new AppError('self-test-failed', 'The device rounds whole numbers in matrix products.', {
      expected: String(factor * factor),
      found: String(wrong),
      hint: nextStep('prove-exact'),
    })
  }
  proven.add(tensorflow)
}
