import { exp32, log32 } from './nonlinearities.ts'

/**
 * Reductions over the lanes of one float32 vector in the one order that every kernel keeps (numerics.md section 7).
 */

const { fround } = Math

const block = 1024
const lanes = 16

/** The largest of the values; -Infinity for none. */
export function laneMax(values: ArrayLike<number>): number {
  let most = -Infinity
  for (let k = 0; k < values.length; k += 1) most = Math.max(most, values[k]!)
  return most
}

/**
 * The float32 sum of `term(0) .. term(length - 1)`. Blocks of 1,024 terms; in each 16 partial sums from +0, term k in the one of k mod 16, k rising;
 * then `p[j] + p[j + 8]` for the first eight, of those `p[j] + p[j + 4]`, `p[j] + p[j + 2]`, `p[0] + p[1]`; block totals are added in order to +0.
 *
 * @param term a float32 for each index
 */
export function laneSum(length: number, term: (k: number) => number): number {
  let total = 0
  const partial = new Float32Array(lanes)
  for (let from = 0; from < length; from += block) {
    partial.fill(0)
    for (let k = from; k < Math.min(from + block, length); k += 1) {
      partial[k % lanes] = fround(partial[k % lanes]! + term(k))
    }
    total = fround(total + foldLanes(partial))
  }
  return total
}

function foldLanes(partial: Float32Array): number {
  for (let width = lanes / 2; width >= 1; width /= 2) {
    for (let j = 0; j < width; j += 1) partial[j] = fround(partial[j]! + partial[j + width]!)
  }
  return partial[0]!
}

/** `max` and `log sum_k exp(fround(value_k - max))` of some float32 values, at least one; their sum is the logarithm of the summed exponentials. */
export function logSumExp32(values: Float32Array): { max: number; log: number } {
  const max = laneMax(values)
  return { max, log: log32(laneSum(values.length, (k) => exp32(fround(values[k]! - max)))) }
}
