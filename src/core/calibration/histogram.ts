import type { SiteProfile } from './activationProfile.ts'

/** The lower end of a bin; that of bin `bins` is the upper end of the last. */
export function binEdge({ min, max, histogram }: SiteProfile, bin: number): number {
  return bin === histogram.length ? max : min + ((max - min) * bin) / histogram.length
}

/** Where a bin's values are taken to be by those who need one number: its middle. Of a constant site, the constant. */
export function binCentre({ min, max, histogram }: SiteProfile, bin: number): number {
  return min + ((max - min) * (bin + 0.5)) / histogram.length
}

/** Sums of the histograms that calibrators and warnings ask about again and again; kept as long as the histogram is, which nobody may change. */
const known = new WeakMap<Uint32Array, Float64Array>()

/** Values in the bins before each, [bins + 1]; the last number is the count. Not to be changed. */
export function cumulativeCounts({ histogram }: SiteProfile): Float64Array {
  const found = known.get(histogram) ?? sumsOf(histogram)
  known.set(histogram, found)
  return found
}

function sumsOf(histogram: Uint32Array): Float64Array {
  const sums = new Float64Array(histogram.length + 1)
  for (let bin = 0; bin < histogram.length; bin += 1) sums[bin + 1] = sums[bin]! + histogram[bin]!
  return sums
}

/** A step of a distribution: its value, and the share of the values up to it. */
interface Point {
  at: number
  share: number
}

/**
 * The q-quantile of a site: the least x at which a share q of the values lies at or below, a bin's values being spread evenly in it.
 *
 * @param q 0 to 1
 */
export function quantile(profile: SiteProfile, q: number): number {
  const sums = cumulativeCounts(profile)
  const points = Array.from(sums, (sum, bin): Point => ({ at: binEdge(profile, bin), share: sum / profile.count }))
  return firstAt(points, q)
}

/**
 * The q-quantile of a site's magnitudes |x|, a bin's values being spread evenly in it: `F(t) - F(-t)` is linear between the magnitudes of the bins'
 * ends.
 *
 * @param q 0 to 1
 */
export function magnitudeQuantile(profile: SiteProfile, q: number): number {
  const { min, max, histogram } = profile
  if (min === max) return Math.abs(min)
  const sums = cumulativeCounts(profile)
  const ends = Array.from({ length: histogram.length + 1 }, (_, bin) => Math.abs(binEdge(profile, bin)))
  if (min < 0 && max > 0) ends.push(0)
  const points = ends
    .sort((a, b) => a - b)
    .map((at): Point => ({ at, share: shareUpTo(profile, sums, at) - shareUpTo(profile, sums, -at) }))
  return firstAt(points, q)
}

/** Where the line through the points first reaches `share`. The first point's share is 0, the last one's 1. */
function firstAt(points: readonly Point[], share: number): number {
  const index = points.findIndex((point) => point.share >= share)
  if (index <= 0) return points[0]!.at
  const [before, after] = [points[index - 1]!, points[index]!]
  return before.at + ((share - before.share) / (after.share - before.share)) * (after.at - before.at)
}

/** Share of the values up to x, 0 to 1. */
function shareUpTo(profile: SiteProfile, sums: Float64Array, x: number): number {
  const { min, max, count, histogram } = profile
  if (x >= max) return 1
  if (x <= min) return 0
  const position = ((x - min) / (max - min)) * histogram.length
  const bin = Math.min(histogram.length - 1, Math.floor(position))
  return (sums[bin]! + (position - bin) * histogram[bin]!) / count
}

/** Share of a site's values that lie outside a range, a bin's values being spread evenly in it. */
export function shareOutside(profile: SiteProfile, range: { min: number; max: number }): number {
  if (profile.min === profile.max) return profile.min < range.min || profile.min > range.max ? 1 : 0
  const sums = cumulativeCounts(profile)
  return shareUpTo(profile, sums, range.min) + (1 - shareUpTo(profile, sums, range.max))
}

/**
 * How many values lie between each two edges, [edges - 1], a bin's values being spread evenly in it. The edges rise and hold every value.
 */
export function countsBetween(profile: SiteProfile, edges: readonly number[]): Float64Array {
  const sums = cumulativeCounts(profile)
  return between(edges, profile.count, (edge) => shareUpTo(profile, sums, edge))
}

/** The same of the magnitudes |x|; the first edge is 0. */
export function magnitudesBetween(profile: SiteProfile, edges: readonly number[]): Float64Array {
  const sums = cumulativeCounts(profile)
  return between(edges, profile.count, (edge) => shareUpTo(profile, sums, edge) - shareUpTo(profile, sums, -edge))
}

function between(edges: readonly number[], count: number, share: (edge: number) => number): Float64Array {
  const shares = edges.map((edge, k) => (k === 0 ? 0 : k === edges.length - 1 ? 1 : share(edge)))
  return Float64Array.from({ length: edges.length - 1 }, (_, k) => (shares[k + 1]! - shares[k]!) * count)
}
