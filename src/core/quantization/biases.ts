import { AppError } from '../../shared/errors.ts'
import { largestFloat, smallestBias } from './assertModel.ts'
import { rint } from './grid.ts'

const int32Max = 2 ** 31 - 1

/**
 * Biases that every engine takes: those below 2^-60 in magnitude become 0 (numerics.md section 2).
 *
 * @throws AppError `input-invalid` above 2^40
 */
export function floatBias(bias: Float32Array): Float32Array {
  return bias.map((value) => {
    if (Math.abs(value) > largestFloat) {
      throw new AppError('input-invalid', 'A bias is too large for a quantized model.', {
        expected: `at most ${largestFloat} in magnitude`,
        found: String(value),
      })
    }
    return Math.abs(value) < smallestBias ? 0 : value
  })
}

/**
 * `rint(b[r] / (s_Wx[r] * s_x))`, product and quotient in float64.
 *
 * @throws AppError `input-invalid` where one does not fit 32 bits
 * @see numerics.md section 5
 */
export function integerBias(bias: Float32Array, scales: Float32Array, inputScale: number): Int32Array {
  return Int32Array.from(bias, (value, row) => {
    const found = rint(value / (scales[row]! * inputScale))
    if (Math.abs(found) <= int32Max) return found
    throw new AppError('input-invalid', 'A bias does not fit 32 bits at the scale of its row.', {
      expected: `at most ${int32Max} in magnitude`,
      found: `${found}, from ${value} in row ${row} of the LSTM`,
      hint: 'Take float biases.',
    })
  })
}
