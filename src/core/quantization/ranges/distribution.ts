import type { SiteProfile } from '../../calibration/activationProfile.ts'
import {
  binCentre,
  countsBetween,
  magnitudeQuantile,
  magnitudesBetween,
  quantile,
} from '../../calibration/histogram.ts'
import { withZero, type ValueRange } from './valueRange.ts'

/** The values that a range is found for: a site's, as its profile knows them, or a block of weights'. */
export interface Distribution {
  min: number
  max: number
  /** of the values, q from 0 to 1 */
  quantile: (q: number) => number
  /** of the magnitudes |x| */
  magnitudeQuantile: (q: number) => number
  /** one value a point, and how often it occurs; null where each occurs once */
  points: () => { values: ArrayLike<number>; counts: ArrayLike<number> | null }
  /** how many values lie in equal bins over the range with 0 in it; of a profile, fractions: a bin's values are spread evenly in it */
  histogram: (bins: number) => Float64Array
  /** the same of the magnitudes, over [0, largest] */
  magnitudeHistogram: (bins: number) => Float64Array
  /** bins past this many tell nothing more */
  mostBins: number
}

/** A site's values: quantiles and bins interpolated in its histogram, points at the bins' middles. */
export function ofProfile(profile: SiteProfile): Distribution {
  const { min, max } = profile
  return {
    min,
    max,
    quantile: (q) => quantile(profile, q),
    magnitudeQuantile: (q) => magnitudeQuantile(profile, q),
    points: () => filledBins(profile),
    histogram: (bins) => countsBetween(profile, edges(withZero(min, max), bins)),
    magnitudeHistogram: (bins) => magnitudesBetween(profile, edges({ min: 0, max: Math.max(-min, max) }, bins)),
    mostBins: Infinity,
  }
}

interface FilledBins {
  values: Float32Array
  counts: Uint32Array
}

/** Of the profiles that models are quantized by, many by the same; kept as long as the profile is, which nobody may change. */
const known = new WeakMap<SiteProfile, FilledBins>()

/** The middles of the bins that hold something: the others bear on no sum. */
function filledBins(profile: SiteProfile): FilledBins {
  const found = known.get(profile) ?? findFilled(profile)
  known.set(profile, found)
  return found
}

function findFilled(profile: SiteProfile): FilledBins {
  const { histogram } = profile
  const values = new Float32Array(histogram.length)
  const counts = new Uint32Array(histogram.length)
  let filled = 0
  for (let bin = 0; bin < histogram.length; bin += 1) {
    if (histogram[bin] === 0) continue
    values[filled] = binCentre(profile, bin)
    counts[filled++] = histogram[bin]!
  }
  return { values: values.subarray(0, filled), counts: counts.subarray(0, filled) }
}

/**
 * A block of weights: quantiles by linear interpolation between the sorted values (NumPy's `linear`).
 *
 * @param values 1 or more, finite
 */
export function ofValues(values: Float32Array): Distribution {
  const { min, max } = extremes(values)
  return {
    min,
    max,
    quantile: (q) => sortedQuantile(values.toSorted(), q),
    magnitudeQuantile: (q) => sortedQuantile(values.map(Math.abs).sort(), q),
    points: () => ({ values, counts: null }),
    histogram: (bins) => countValues(values, withZero(min, max), bins),
    magnitudeHistogram: (bins) => countValues(values.map(Math.abs), { min: 0, max: Math.max(-min, max) }, bins),
    mostBins: values.length,
  }
}

function extremes(values: Float32Array): ValueRange {
  let [min, max] = [Infinity, -Infinity]
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min, max }
}

function sortedQuantile(sorted: Float32Array, q: number): number {
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const [low, high] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!]
  return low + (position - below) * (high - low)
}

function countValues(values: Float32Array, { min, max }: ValueRange, bins: number): Float64Array {
  const counts = new Float64Array(bins)
  for (const value of values) counts[Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins))]! += 1
  return counts
}

function edges({ min, max }: ValueRange, bins: number): number[] {
  return Array.from({ length: bins + 1 }, (_, bin) => min + ((max - min) * bin) / bins)
}
