import type { Interval } from '../../../shared/units.ts'
import type { RandomStream } from '../../random/randomStream.ts'
import { normalQuantileAt, standardNormalCdf } from '../distributions.ts'
import { isConstant, meanOf, quantileOfSorted, squaresAbout } from '../moments.ts'
import { notTestable, type NotTestable } from '../testResult.ts'
import { assertSample, type Sample } from '../units.ts'
import { assertLevel } from './level.ts'
import { MultinomialCounts } from './multinomial.ts'

export interface BootstrapOptions {
  method: 'bootstrap-percentile' | 'bootstrap-bca'
  level?: number
  /** 9999 as a rule */
  resamples?: number
  stream: RandomStream
}

/**
 * Interval of a mean by resampling: of values, or of paired differences (`differencesOf`). The same stream gives the same interval.
 * It assumes independent values; for values in clusters see `clusterMeans`.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 * @see B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993, sections 13.3 and 14.3
 */
export function bootstrapMean(sample: Sample, options: BootstrapOptions): Interval | NotTestable {
  const { method, level = 0.95, resamples = 9999, stream } = options
  assertSample(sample)
  assertLevel(level)
  const n = sample.values.length
  if (n < 2) return notTestable('bootstrap', sample.unit, [n], 'too-few')
  if (isConstant(sample.values)) return notTestable('bootstrap', sample.unit, [n], 'constant')
  const replicates = resampledMeans(sample.values, resamples, stream)
  const found = intervalOfReplicates(sample.values, replicates, method, level)
  return found ?? notTestable('bootstrap', sample.unit, [n], 'constant')
}

/**
 * Means of `count` resamples with replacement, ascending. Where few values come up again and again (texts that are right or wrong) it is
 * drawn how often each does.
 */
export function resampledMeans(values: ArrayLike<number>, count: number, stream: RandomStream): Float64Array {
  const n = values.length
  const often = new Map<number, number>()
  for (let k = 0; k < n; k += 1) often.set(values[k]!, (often.get(values[k]!) ?? 0) + 1)
  if (often.size * 10 <= n) return meansOfCounts(often, n, count, stream)
  return Float64Array.from({ length: count }, () => {
    let sum = 0
    for (let k = 0; k < n; k += 1) sum += values[stream.below(n)]!
    return sum / n
  }).sort()
}

function meansOfCounts(often: Map<number, number>, n: number, count: number, stream: RandomStream): Float64Array {
  // In an order that does not depend on that of the values, so that the same values give the same interval.
  const different = Float64Array.from(often.keys()).sort()
  const counts = new MultinomialCounts(Array.from(different, (value) => often.get(value)!))
  const drawn = new Uint32Array(different.length)
  return Float64Array.from({ length: count }, () => {
    counts.draw(drawn, stream)
    return different.reduce((sum, value, k) => sum + value * drawn[k]!, 0) / n
  }).sort()
}

/**
 * The interval that resampled means of `values` give; null where the bias correction is infinite, because all of them lie on one side
 * of the mean.
 *
 *     percentile   quantiles of the replicates at (1 - level) / 2 and 1 - (1 - level) / 2, linear between order statistics
 *     BCa          the same at Phi(z0 + (z0 + z) / (1 - a (z0 + z))): z0 from the share of replicates below the mean, half of those equal
 *                  to it counted, and a = sum (x - m)^3 / (6 (sum (x - m)^2)^1.5), the jackknife's acceleration for a mean
 *
 * @param replicates ascending
 */
export function intervalOfReplicates(
  values: ArrayLike<number>,
  replicates: Float64Array,
  method: BootstrapOptions['method'],
  level: number,
): Interval | null {
  const ends = [(1 - level) / 2, 1 - (1 - level) / 2]
  const shares = method === 'bootstrap-percentile' ? ends : accelerated(values, replicates, ends)
  if (!shares.every((share) => share > 0 && share < 1)) return null
  const [low, high] = shares.map((share) => quantileOfSorted(replicates, share))
  return { low: low!, high: high!, level, method }
}

function accelerated(values: ArrayLike<number>, replicates: Float64Array, ends: number[]): number[] {
  const mean = meanOf(values)
  const below = replicates.reduce((sum, value) => sum + (value < mean ? 1 : 0) + (value === mean ? 0.5 : 0), 0)
  const z0 = normalQuantileAt(below / replicates.length)
  const cubes = Array.from(values).reduce((sum, value) => sum + (value - mean) ** 3, 0)
  const a = cubes / (6 * squaresAbout(values, mean) ** 1.5)
  return ends.map((end) => {
    const shifted = z0 + normalQuantileAt(end)
    return standardNormalCdf(z0 + shifted / (1 - a * shifted))
  })
}

/**
 * The mean of each cluster, clusters in the order of their first value. Where all clusters have one size, resampling these means is
 * the cluster bootstrap: whole clusters are drawn, and the mean of all their values is the mean of their means.
 */
export function clusterMeans(values: ArrayLike<number>, clusters: readonly (string | number)[]): Float64Array {
  const sums = new Map<string | number, { sum: number; count: number }>()
  clusters.forEach((cluster, k) => {
    const found = sums.get(cluster) ?? { sum: 0, count: 0 }
    sums.set(cluster, { sum: found.sum + values[k]!, count: found.count + 1 })
  })
  return Float64Array.from([...sums.values()], ({ sum, count }) => sum / count)
}
