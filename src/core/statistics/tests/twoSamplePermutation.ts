import { AppError } from '../../../shared/errors.ts'
import type { RandomStream } from '../../random/randomStream.ts'
import { isConstant, meanOf, sumOf } from '../moments.ts'
import { notTestable, type Alternative, type TestResult } from '../testResult.ts'
import { assertNotNested, type Sample } from '../units.ts'
import { arrangementLimit } from './signFlip.ts'

export type TwoSamplePermutationOptions =
  | { method: 'exact'; alternative: Alternative }
  /** `resamples` is 9999 as a rule */
  | { method: 'monte-carlo'; alternative: Alternative; resamples?: number; stream: RandomStream }

interface Tails {
  below: number
  above: number
}

/**
 * Permutation test of the difference of two means, `first - second`, over all ways of dealing the values to the groups, or many at
 * random with p = (b + 1) / (m + 1). Two-sided, p is twice the smaller tail.
 *
 * @throws AppError `input-invalid` for nested values, and where `exact` would need more than 2^20 arrangements; `shape-mismatch`,
 *         `non-finite-value`
 * @see B. Phipson, G. Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010) article 39
 */
export function twoSamplePermutation(first: Sample, second: Sample, options: TwoSamplePermutationOptions): TestResult {
  assertNotNested('The two-sample permutation test', [first, second])
  const [n1, n2] = [first.values.length, second.values.length]
  const pooled = Float64Array.from([...Array.from(first.values), ...Array.from(second.values)])
  if (Math.min(n1, n2) < 2) return notTestable('two-sample-permutation', first.unit, [n1, n2], 'too-few')
  if (isConstant(pooled)) return notTestable('two-sample-permutation', first.unit, [n1, n2], 'constant')
  const { below, above } = options.method === 'exact' ? exactTails(pooled, n1) : chanceTails(pooled, n1, options)
  return {
    testable: true,
    test: 'two-sample-permutation',
    method: options.method === 'exact' ? 'exact' : `monte-carlo-${options.resamples ?? 9999}`,
    alternative: options.alternative,
    continuity: null,
    zeros: null,
    ties: 'counted as extreme',
    unit: first.unit,
    n: [n1, n2],
    statistic: meanOf(first.values) - meanOf(second.values),
    p: { greater: above, less: below, 'two-sided': Math.min(1, 2 * Math.min(below, above)) }[options.alternative],
    details: {},
    assumes: 'values that could have been in either group if there were no effect.',
  }
}

/** The first group's sum orders the arrangements as the difference of means does. */
function bounds(pooled: Float64Array, n1: number): { most: number; least: number } {
  const observed = sumOf(pooled.subarray(0, n1))
  const rounding = 1e-10 * sumOf(pooled.map(Math.abs))
  return { most: observed + rounding, least: observed - rounding }
}

function exactTails(pooled: Float64Array, n1: number): Tails {
  const total = arrangements(pooled.length, n1)
  if (total > arrangementLimit) {
    throw new AppError('input-invalid', 'There are too many arrangements of the groups to count them all.', {
      expected: `at most ${arrangementLimit}`,
      found: total.toPrecision(3),
      hint: 'Use the method monte-carlo.',
    })
  }
  const { most, least } = bounds(pooled, n1)
  const tails = { below: 0, above: 0 }
  const deal = (from: number, missing: number, sum: number): void => {
    if (missing === 0) {
      if (sum <= most) tails.below += 1
      if (sum >= least) tails.above += 1
      return
    }
    for (let k = from; k <= pooled.length - missing; k += 1) deal(k + 1, missing - 1, sum + pooled[k]!)
  }
  deal(0, n1, 0)
  return { below: tails.below / total, above: tails.above / total }
}

function arrangements(n: number, k: number): number {
  let total = 1
  for (let i = 1; i <= Math.min(k, n - k); i += 1) total = (total * (n - i + 1)) / i
  return Math.round(total)
}

function chanceTails(
  pooled: Float64Array,
  n1: number,
  { resamples = 9999, stream }: { resamples?: number; stream: RandomStream },
): Tails {
  const { most, least } = bounds(pooled, n1)
  const dealt = pooled.slice()
  let [below, above] = [1, 1]
  for (let draw = 0; draw < resamples; draw += 1) {
    const sum = sumOf(stream.shuffle(dealt).subarray(0, n1))
    if (sum <= most) below += 1
    if (sum >= least) above += 1
  }
  return { below: below / (resamples + 1), above: above / (resamples + 1) }
}
