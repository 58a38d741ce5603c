import type { Distribution } from './distribution.ts'
import type { ValueRange } from './valueRange.ts'

/**
 * The range of least squared error `sum_i n_i (x_i - x^_i)^2` among `steps` equal shares of the widest, the widest first, so that of equal errors
 * the wider range is taken. `x^` is what the grid of a range makes of x.
 *
 * A search of this kind, over thresholds at a histogram's bins, is the `mse` method of NVIDIA's Model Optimizer (`HistogramCalibrator`); ours goes over
 * shares of the range, for both signs at once.
 *
 * @param roundTrip the quantized value of x on the grid of a range
 */
export function leastSquaredError(
  distribution: Distribution,
  widest: ValueRange,
  steps: number,
  roundTrip: (range: ValueRange) => (x: number) => number,
): ValueRange {
  const { values, counts } = distribution.points()
  let best = { range: widest, error: Infinity }
  for (let step = 0; step < steps; step += 1) {
    const share = (steps - step) / steps
    const range = { min: widest.min * share, max: widest.max * share }
    const error = squaredError(values, counts, roundTrip(range), best.error)
    if (error < best.error) best = { range, error }
  }
  return best.range
}

/** The sum, or a number above `enough` as soon as it is clear that it passes that. */
function squaredError(
  values: ArrayLike<number>,
  counts: ArrayLike<number> | null,
  quantized: (x: number) => number,
  enough: number,
): number {
  let sum = 0
  for (let i = 0; i < values.length && sum <= enough; i += 1) {
    if (counts?.[i] === 0) continue
    const error = values[i]! - quantized(values[i]!)
    sum += (counts?.[i] ?? 1) * error * error
  }
  return sum
}
