import { normalTail, pOf, studentTail } from '../distributions.ts'
import { isConstant, meanOf, squaresAbout } from '../moments.ts'
import { midranks } from '../ranks.ts'
import { notTestable, type Alternative, type TestResult } from '../testResult.ts'
import { assertNotNested, type Sample } from '../units.ts'

export interface BrunnerMunzelOptions {
  /** Student's t for up to some 50 values, otherwise the normal distribution makes no difference */
  method: 'student' | 'normal'
  /** `greater`: values of the first group tend to be larger */
  alternative: Alternative
}

/**
 * Brunner and Munzel's test that a value of the first group is as often larger than one of the second as smaller, whatever the spreads.
 * The statistic is above 0 where the second group's values tend to be larger. Groups that do not overlap leave it no variance.
 *
 * @throws AppError `input-invalid` for nested values, `shape-mismatch`, `non-finite-value`
 * @see E. Brunner, U. Munzel, Biom. J. 42 (2000) 17-25
 */
export function brunnerMunzel(
  first: Sample,
  second: Sample,
  { method, alternative }: BrunnerMunzelOptions,
): TestResult {
  assertNotNested('Brunner-Munzel', [first, second])
  const [n1, n2] = [first.values.length, second.values.length]
  const pooled = Float64Array.from([...Array.from(first.values), ...Array.from(second.values)])
  const fail = (reason: 'too-few' | 'constant' | 'separated') =>
    notTestable('brunner-munzel', first.unit, [n1, n2], reason)
  if (Math.min(n1, n2) < 2) return fail('too-few')
  if (isConstant(pooled)) return fail('constant')
  const { ranks } = midranks(pooled)
  const [r1, r2] = [ranks.subarray(0, n1), ranks.subarray(n1)]
  const [v1, v2] = [n1 * placementVariance(r1, first.values), n2 * placementVariance(r2, second.values)]
  if (v1 + v2 === 0) return fail('separated')
  const statistic = (n1 * n2 * (meanOf(r2) - meanOf(r1))) / ((n1 + n2) * Math.sqrt(v1 + v2))
  const df = (v1 + v2) ** 2 / (v1 ** 2 / (n1 - 1) + v2 ** 2 / (n2 - 1))
  return {
    testable: true,
    test: 'brunner-munzel',
    method,
    alternative,
    continuity: null,
    zeros: null,
    ties: 'midranks',
    unit: first.unit,
    n: [n1, n2],
    statistic,
    p: pOf(-statistic, alternative, (z) => (method === 'student' ? studentTail(z, df) : normalTail(z))),
    details: { df },
    assumes: 'independent values, and groups of 10 or more for its approximation.',
  }
}

/** Variance of the differences between ranks among all and ranks within the group. */
function placementVariance(ranks: Float64Array, values: ArrayLike<number>): number {
  const within = midranks(values).ranks
  return squaresAbout(ranks.map((rank, k) => rank - within[k]!)) / (ranks.length - 1)
}
