import type { Scheme } from '../../../shared/contract/quantizationRules.ts'
import type { Distribution } from './distribution.ts'
import { symmetric, withZero, type ValueRange } from './valueRange.ts'

/**
 * The range that holds all but a few of the values. Symmetric: up to the q-quantile of |x|; affine: from the (1 - q)-quantile to the q-quantile,
 * and 0.
 *
 * Brevitas' usual activation range with q = 0.99999 (`AbsPercentile`), which takes the nearest value in each batch and the mean over batches;
 * ours is one quantile of all values, interpolated.
 *
 * @param q above 0.5, at most 1
 */
export function percentileRange(values: Distribution, scheme: Scheme, q: number): ValueRange {
  if (scheme === 'symmetric') return symmetric(values.magnitudeQuantile(q))
  return withZero(values.quantile(1 - q), values.quantile(q))
}
