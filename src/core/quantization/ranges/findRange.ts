import type { Calibrator, Scheme } from '../../../shared/contract/quantizationRules.ts'
import type { RoundingRules, StaticGrid } from '../grid.ts'
import type { IntegerWidth } from '../quantizedModel.ts'
import type { Distribution } from './distribution.ts'
import { leastDivergence } from './divergence.ts'
import { percentileRange } from './percentile.ts'
import { leastSquaredError } from './squaredError.ts'
import { symmetric, withZero, type ValueRange } from './valueRange.ts'

export interface RangeRequest {
  calibrator: Calibrator
  scheme: Scheme
  width: IntegerWidth
  /** the grid of a range, and how a value becomes a step of it: what `mse` measures with */
  gridOf: (range: ValueRange) => StaticGrid
  rules: RoundingRules
}

/**
 * The range that a calibrator finds; it holds 0. Where that would be 0 alone, as a percentile of mostly zeros is, and the values are not, it is the
 * range of all of them: a scale must come from somewhere.
 */
export function findRange(values: Distribution, request: RangeRequest): ValueRange {
  const widest = widestRange(values, request.scheme)
  const found = calibratedRange(values, widest, request)
  return found.min === 0 && found.max === 0 ? widest : found
}

function calibratedRange(
  values: Distribution,
  widest: ValueRange,
  { calibrator, scheme, width, gridOf, rules }: RangeRequest,
): ValueRange {
  switch (calibrator.name) {
    case 'min-max':
      return widest
    case 'percentile':
      return percentileRange(values, scheme, calibrator.q)
    case 'mse':
      return leastSquaredError(values, widest, calibrator.steps, gridOf, rules)
    case 'kl':
      return leastDivergence(values, scheme, width, calibrator.bins)
  }
}

/** The range of all values. */
function widestRange({ min, max }: Distribution, scheme: Scheme): ValueRange {
  return scheme === 'symmetric' ? symmetric(Math.max(-min, max)) : withZero(min, max)
}
