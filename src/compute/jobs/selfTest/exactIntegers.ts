import type { Tensorflow } from '../../tensorflow/load.ts'
import type { Trial } from '../selfTest.ts'

const size = 64
const factor = 4095

/**
 * 4095 * 4095 = 16,769,025 fits the 24 bits of a float32 product, but neither TensorFloat-32 nor bfloat16 can hold the factors
 * (numerics.md section 4). Each row and column holds the factor once, at places that differ, so that the product is a whole matrix
 * of one term a row and the library takes the same path as for real work.
 */
export function exactIntegers({ tf }: Tensorflow): Trial {
  const left = permutation((row) => (row * 5 + 3) % size)
  const right = permutation((row) => (row * 11 + 7) % size)
  const expected = new Float64Array(size * size)
  for (let row = 0; row < size; row++) {
    const between = (row * 5 + 3) % size
    expected[row * size + ((between * 11 + 7) % size)] = 16_769_025
  }
  const shape: [number, number] = [size, size]
  const found = tf.matMul(tf.tensor2d(left, shape), tf.tensor2d(right, shape)).dataSync()
  return { op: 'MatMul exact integers', oracle: '4095 * 4095 = 16769025', tolerance: 0, found, expected }
}

function permutation(columnOf: (row: number) => number): Float32Array {
  const matrix = new Float32Array(size * size)
  for (let row = 0; row < size; row++) matrix[row * size + columnOf(row)] = factor
  return matrix
}
