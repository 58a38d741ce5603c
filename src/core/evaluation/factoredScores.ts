import { logSumExp } from './logSumExp.ts'

/** Below it too much of `S_y` may have been lost to underflow (numerics.md section 8; V up to 2^20). */
export const guard = 2 ** -80

/** No guard can fire where every class's offsets lie within this range: exp(-55) > 2^-80. */
export const safeRange = 55

export interface FactoredScores {
  /** [classes], `sum_t (c_y,x_t - max c_y - log S_t,y)`: what depends on the class */
  relative: Float64Array
  /** `sum_t (s_t,x_t - max s_t)`: what all classes share of log p(text | y) */
  common: number
  /** pairs of step and class that took the direct form */
  guarded: number
}

/**
 * Scores of all classes of one text whose logits are `s_tv + c_yv`, in float64, the reference of the kernels that do the same with matrix
 * products:
 *
 *     A_v = exp(s_v - max s)   B_yv = exp(c_yv - max c_y)   S_y = sum_v A_v B_yv
 *     relative_y = sum_t (c_y,x_t - max c_y - log S_t,y)    log p(text | y) = relative_y + common
 *
 * @param s       [steps] rows of [words]
 * @param c       [classes] rows of [words]
 * @param targets [steps] word ids
 */
export function factoredScores(
  s: readonly Float64Array[],
  c: readonly Float64Array[],
  targets: ArrayLike<number>,
): FactoredScores {
  const peaks = c.map(largest)
  const relative = new Float64Array(c.length)
  let common = 0
  let guarded = 0
  s.forEach((row, t) => {
    const peak = largest(row)
    common += row[targets[t]!]! - peak
    c.forEach((offsets, y) => {
      const sum = row.reduce((total, value, v) => total + Math.exp(value - peak) * Math.exp(offsets[v]! - peaks[y]!), 0)
      const direct = sum < guard
      if (direct) guarded += 1
      const logSum = direct ? directLogSum(row, offsets, peak, peaks[y]!) : Math.log(sum)
      relative[y]! += offsets[targets[t]!]! - peaks[y]! - logSum
    })
  })
  return { relative, common, guarded }
}

/** `log S_y` by the direct form: the two exponents are added before the exponential, so that nothing underflows on the way. */
export function directLogSum(s: ArrayLike<number>, c: ArrayLike<number>, peakS: number, peakC: number): number {
  return logSumExp(Float64Array.from({ length: s.length }, (_, v) => s[v]! + c[v]!)) - peakS - peakC
}

/** The range of the widest row, `max_y (max c_y - min c_y)`; up to `safeRange` the guard cannot fire. */
export function offsetRange(c: readonly ArrayLike<number>[]): number {
  return Math.max(...c.map((row) => largest(row) + largest(Array.from(row, (value) => -value))))
}

function largest(values: ArrayLike<number>): number {
  let most = -Infinity
  for (let k = 0; k < values.length; k += 1) most = Math.max(most, values[k]!)
  return most
}
