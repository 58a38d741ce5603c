import type { Interval } from '../../../shared/units.ts'
import { studentQuantileAt } from '../distributions.ts'
import { isConstant, meanOf, varianceOf } from '../moments.ts'
import { notTestable, type NotTestable } from '../testResult.ts'
import { seedsOf } from '../units.ts'
import { assertSample } from '../units.ts'
import { assertLevel } from './level.ts'

/**
 * Where the figure of one more training run is expected, from those of ours: `mean ± t s sqrt(1 + 1 / n)`, n - 1 degrees of freedom.
 * It assumes that figures of training seeds are normal, and is meant for few seeds: it is wide.
 *
 * @param values one a training seed
 * @throws AppError `input-invalid`, `non-finite-value`
 * @see G. Hahn, W. Meeker, Statistical Intervals, 1991, chapter 4
 */
export function predictionInterval(values: ArrayLike<number>, level = 0.95): Interval | NotTestable {
  assertSample(seedsOf(values))
  assertLevel(level)
  const n = values.length
  if (n < 2) return notTestable('prediction', 'seed', [n], 'too-few')
  if (isConstant(values)) return notTestable('prediction', 'seed', [n], 'constant')
  const half = studentQuantileAt(1 - (1 - level) / 2, n - 1) * Math.sqrt(varianceOf(values) * (1 + 1 / n))
  const mean = meanOf(values)
  return { low: mean - half, high: mean + half, level, method: 'prediction-t' }
}
