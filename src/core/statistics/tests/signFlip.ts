import { AppError } from '../../../shared/errors.ts'
import type { RandomStream } from '../../random/randomStream.ts'
import { meanOf, sumOf } from '../moments.ts'
import { notTestable, type Alternative, type TestResult } from '../testResult.ts'
import { assertSample, type Sample } from '../units.ts'

/** Up to so many arrangements are counted one by one. */
export const arrangementLimit = 2 ** 20

export type SignFlipOptions =
  | { method: 'exact'; alternative: Alternative }
  /** `resamples` is 9999 as a rule */
  | { method: 'monte-carlo'; alternative: Alternative; resamples?: number; stream: RandomStream }

/** `exact` where the differences that are not 0 have at most 2^20 arrangements of signs. */
export function signFlipMethod(differences: ArrayLike<number>): 'exact' | 'monte-carlo' {
  return 2 ** nonzero(differences).length <= arrangementLimit ? 'exact' : 'monte-carlo'
}

/**
 * Sign-flip permutation test of the mean of paired differences: under the null either side of a pair could have been the other, so
 * that each difference keeps its size and takes either sign. Pairs are made within a training seed (`nest`), and each flips by itself.
 * A mean is as extreme as the observed one where they differ by no more than rounding. By chance, p = (b + 1) / (m + 1).
 *
 * @throws AppError `input-invalid` where `exact` would need more than 2^20 arrangements, `shape-mismatch`, `non-finite-value`
 * @see R. Fisher, The Design of Experiments, 1935, section 21; B. Phipson, G. Smyth, Stat. Appl. Genet. Mol. Biol. 9 (2010) article 39
 */
export function signFlip(differences: Sample, options: SignFlipOptions): TestResult {
  assertSample(differences)
  const { unit, values, nest } = differences
  const moving = nonzero(values)
  if (values.length < 2) return notTestable('sign-flip', unit, [values.length], 'too-few')
  if (moving.length === 0) return notTestable('sign-flip', unit, [values.length], 'no-differences')
  const towards = options.alternative === 'less' ? moving.map((value) => -value) : moving
  const twoSided = options.alternative === 'two-sided'
  const p =
    options.method === 'exact'
      ? exactP(towards, twoSided)
      : chanceP(towards, twoSided, options.resamples ?? 9999, options.stream)
  return {
    testable: true,
    test: 'sign-flip',
    method: options.method === 'exact' ? 'exact' : `monte-carlo-${options.resamples ?? 9999}`,
    alternative: options.alternative,
    continuity: null,
    zeros: 'kept: a flip leaves them as they are',
    ties: 'counted as extreme',
    unit,
    n: [values.length],
    statistic: meanOf(values),
    p,
    details: { nonzero: moving.length, seeds: nest === null ? 0 : new Set(nest).size },
    assumes: 'that either side of each pair could have been the other if there were no effect.',
  }
}

function nonzero(values: ArrayLike<number>): number[] {
  return Array.from(values).filter((value) => value !== 0)
}

/** Sums within rounding of the observed one count as it: differences of accuracies carry errors of 1e-16 each. */
function threshold(values: readonly number[], twoSided: boolean): number {
  const observed = sumOf(values)
  return (twoSided ? Math.abs(observed) : observed) - 1e-10 * sumOf(values.map(Math.abs))
}

/** All sums of one half against all of the other, sorted: 2^(n/2) steps instead of 2^n. */
function exactP(values: readonly number[], twoSided: boolean): number {
  if (2 ** values.length > arrangementLimit) {
    throw new AppError('input-invalid', 'There are too many arrangements of signs to count them all.', {
      expected: `at most ${Math.log2(arrangementLimit)} differences that are not 0`,
      found: String(values.length),
      hint: 'Use the method monte-carlo.',
    })
  }
  const least = threshold(values, twoSided)
  if (twoSided && least <= 0) return 1
  const middle = values.length >> 1
  const [left, right] = [signedSums(values.slice(0, middle)), signedSums(values.slice(middle))]
  let count = 0
  let reaching = right.length
  for (const sum of left) {
    while (reaching > 0 && sum + right[reaching - 1]! >= least) reaching -= 1
    count += right.length - reaching
  }
  return ((twoSided ? 2 : 1) * count) / 2 ** values.length
}

/** The sums of the values under all their signs, ascending. */
function signedSums(values: readonly number[]): Float64Array {
  let sums = Float64Array.of(0)
  for (const value of values) {
    const next = new Float64Array(2 * sums.length)
    sums.forEach((sum, k) => {
      next[2 * k] = sum + value
      next[2 * k + 1] = sum - value
    })
    sums = next
  }
  return sums.sort()
}

function chanceP(values: readonly number[], twoSided: boolean, resamples: number, stream: RandomStream): number {
  const least = threshold(values, twoSided)
  let extreme = 0
  for (let draw = 0; draw < resamples; draw += 1) {
    let sum = 0
    let word = 0
    for (let k = 0; k < values.length; k += 1) {
      if (k % 32 === 0) word = stream.uint32()
      sum += (word >>> (k % 32)) & 1 ? values[k]! : -values[k]!
    }
    if ((twoSided ? Math.abs(sum) : sum) >= least) extreme += 1
  }
  return (extreme + 1) / (resamples + 1)
}
