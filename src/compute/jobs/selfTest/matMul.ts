import type { Tensor2D } from '@tensorflow/tfjs-node-gpu'
import type { Tensorflow } from '../../tensorflow/load.ts'
import type { Trial } from '../selfTest.ts'

const a = [
  [1, 2],
  [3, 4],
]
const b = [
  [5, 6],
  [7, 8],
]
const oracle = 'hand calculation'

/** `[[1*5+2*7, 1*6+2*8], [3*5+4*7, 3*6+4*8]]`; small integers, so exact. */
export function matMulValue({ tf }: Tensorflow): Trial {
  const found = tf.matMul(tf.tensor2d(a), tf.tensor2d(b)).dataSync()
  return { op: 'MatMul', oracle, tolerance: 0, found, expected: [19, 22, 43, 50] }
}

/** The sum over all elements of `a b`: its gradient in `a[i,j]` is row sum j of b, in `b[i,j]` column sum i of a. */
export function matMulGradient({ tf }: Tensorflow): Trial {
  const sum = (x: Tensor2D, y: Tensor2D) => tf.sum(tf.matMul(x, y)).asScalar()
  const gradients = tf.grads((x, y) => sum(x as Tensor2D, y as Tensor2D))([tf.tensor2d(a), tf.tensor2d(b)])
  const found = gradients.flatMap((gradient) => [...gradient.dataSync()])
  return { op: 'MatMul gradient', oracle, tolerance: 0, found, expected: [11, 15, 11, 15, 4, 4, 6, 6] }
}
