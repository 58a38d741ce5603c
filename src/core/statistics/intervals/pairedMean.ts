import { AppError } from '../../../shared/errors.ts'
import type { Interval } from '../../../shared/units.ts'
import { studentQuantileAt } from '../distributions.ts'
import { isConstant, meanOf, varianceOf } from '../moments.ts'
import { notTestable, type NotTestable } from '../testResult.ts'
import { assertSample, type Sample } from '../units.ts'
import { assertLevel } from './level.ts'

/**
 * `paired-t`: the differences are independent. `stratified-t`: they are independent within each training seed, and the mean is that of
 * these seeds, not of seeds to come; each seed has at least two.
 */
export type MeanMethod = 'paired-t' | 'stratified-t'

export interface MeanError {
  mean: number
  /** standard error, above 0 */
  error: number
  df: number
}

/**
 * Mean of paired differences with Student's interval. It assumes differences whose mean is close to normal.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 */
export function pairedMean(differences: Sample, method: MeanMethod, level = 0.95): Interval | NotTestable {
  assertLevel(level)
  const found = meanError(differences, method)
  if ('testable' in found) return found
  const half = studentQuantileAt(1 - (1 - level) / 2, found.df) * found.error
  return { low: found.mean - half, high: found.mean + half, level, method }
}

/**
 * Mean and standard error of differences.
 *
 *     paired-t       error^2 = s^2 / n,  df = n - 1
 *     stratified-t   error^2 = sum over seeds of (n_s / n)^2 s_s^2 / n_s,  df by Satterthwaite
 *
 * @see F. Satterthwaite, Biometrics Bull. 2 (1946) 110-114
 */
export function meanError(differences: Sample, method: MeanMethod): MeanError | NotTestable {
  assertSample(differences)
  const n = differences.values.length
  const strata = method === 'paired-t' ? [differences.values] : strataOf(differences)
  const fail = (reason: 'too-few' | 'constant') => notTestable(method, differences.unit, [n], reason)
  if (strata.some((values) => values.length < 2) || n < 2) return fail('too-few')
  if (strata.every(isConstant)) return fail('constant')
  const parts = strata.map((values) => ({ k: values.length, part: (values.length * varianceOf(values)) / n ** 2 }))
  const square = parts.reduce((sum, { part }) => sum + part, 0)
  const spread = parts.reduce((sum, { k, part }) => sum + part ** 2 / (k - 1), 0)
  return { mean: meanOf(differences.values), error: Math.sqrt(square), df: square ** 2 / spread }
}

function strataOf({ values, nest }: Sample): number[][] {
  if (nest === null) {
    throw new AppError('input-invalid', 'A stratified interval needs the seed of each difference.', {
      expected: 'nest: a seed for each value',
      found: 'null',
    })
  }
  const rows = nest.map((seed, k) => ({ seed, value: values[k]! }))
  return [...Map.groupBy(rows, ({ seed }) => seed).values()].map((group) => group.map(({ value }) => value))
}
