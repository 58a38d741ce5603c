import { binomialUpTo } from '../statistics/distributions.ts'
import type { Interval } from '../../shared/units.ts'

/**
 * The percentile `share` of sorted samples: the smallest sample that at least that share of all does not exceed (type 1 of Hyndman and Fan, 1996;
 * `inverted_cdf` of NumPy), so that a percentile is always a time that was measured.
 *
 * @param sorted ascending, at least one
 * @param share  in (0, 1]
 */
export function percentileOfSorted(sorted: ArrayLike<number>, share: number): number {
  return sorted[rankOf(sorted.length, share) - 1]!
}

/**
 * Its bootstrap percentile interval, without resampling. A resample's order statistic j is at most the k-th sample where at least j of its n draws are among the
 * first k, so its distribution is known:
 *
 *     P(x*_(j) <= x_(k)) = P(B >= j), B binomial of n draws with the chance k / n
 *     low, high: the first x_(k) for which that is at least (1 - level) / 2, and 1 - (1 - level) / 2
 *
 * It assumes independent samples. Samples that follow each other are not quite: what moves from window to window is not in it, and is told beside it.
 *
 * @see D. L. Evans, L. M. Leemis, J. H. Drew, INFORMS Journal on Computing 18 (2006) 19-30: order statistics of draws with replacement
 */
export function quantileInterval(sorted: ArrayLike<number>, share: number, level = 0.95): Interval {
  const n = sorted.length
  const j = rankOf(n, share)
  const at = (chance: number): number => sorted[firstRank(n, j, chance) - 1]!
  return { low: at((1 - level) / 2), high: at(1 - (1 - level) / 2), level, method: 'bootstrap-percentile-exact' }
}

function rankOf(n: number, share: number): number {
  // A product such as 0.95 * 20 must not be lifted above 19 by rounding.
  return Math.min(n, Math.max(1, Math.ceil(n * share - 1e-9)))
}

/** The first k with P(B(n, k / n) >= j) >= chance. */
function firstRank(n: number, j: number, chance: number): number {
  let [low, high] = [1, n]
  while (low < high) {
    const k = Math.floor((low + high) / 2)
    if (1 - binomialUpTo(j - 1, n, k / n) >= chance) high = k
    else low = k + 1
  }
  return low
}
