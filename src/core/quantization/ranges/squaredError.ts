import { dequantize, quantizeValue, rint, type RoundingRules, type StaticGrid } from '../grid.ts'
import type { Distribution } from './distribution.ts'
import type { ValueRange } from './valueRange.ts'

/**
 * The range of least squared error `sum_i n_i (x_i - x^_i)^2` among `steps` equal shares of the widest, the widest first, so that of equal errors
 * the wider range is taken. `x^` is what the grid of a range makes of x.
 *
 * A search of this kind, over thresholds at a histogram's bins, is the `mse` method of NVIDIA's Model Optimizer (`HistogramCalibrator`); ours goes over
 * shares of the range, for both signs at once.
 *
 * @param gridOf the grid of a range
 */
export function leastSquaredError(
  distribution: Distribution,
  widest: ValueRange,
  steps: number,
  gridOf: (range: ValueRange) => StaticGrid,
  rules: RoundingRules,
): ValueRange {
  const { values, counts } = distribution.points()
  let best = { range: widest, error: Infinity }
  for (let step = 0; step < steps; step += 1) {
    const share = (steps - step) / steps
    const range = { min: widest.min * share, max: widest.max * share }
    const error = squaredError({ values, counts }, gridOf(range), rules, best.error)
    if (error < best.error) best = { range, error }
  }
  return best.range
}

type Points = ReturnType<Distribution['points']>

/** The sum, or a number above `enough` as soon as it is clear that it passes that. */
function squaredError(points: Points, grid: StaticGrid, rules: RoundingRules, enough: number): number {
  if (rules.rounding === 'reciprocal' && rules.zeroPoint === 'after') return usualError(points, grid, enough)
  const { values, counts } = points
  let sum = 0
  for (let i = 0; i < values.length && sum <= enough; i += 1) {
    const error = values[i]! - dequantize(quantizeValue(values[i]!, grid, rules), grid)
    sum += (counts?.[i] ?? 1) * error * error
  }
  return sum
}

/** The same where values are multiplied by the reciprocal and the zero point is added last, which is asked a million times a model. */
function usualError(
  { values, counts }: Points,
  { low, high, zero, scale, reciprocal }: StaticGrid,
  enough: number,
): number {
  const [least, most] = [low - zero, high - zero]
  let sum = 0
  for (let i = 0; i < values.length && sum <= enough; i += 1) {
    const nearest = rint(Math.fround(values[i]! * reciprocal))
    // Comparisons, as Math.min and Math.max look after NaN and -0 too, which are not here.
    const steps = nearest < least ? least : nearest > most ? most : nearest
    const error = values[i]! - Math.fround(steps * scale)
    sum += (counts === null ? 1 : counts[i]!) * error * error
  }
  return sum
}
