import regularizedGamma from '@stdlib/math-base-special-gammainc'
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import binomialPmf from '@stdlib/stats-base-dists-binomial-pmf'
import fCdf from '@stdlib/stats-base-dists-f-cdf'
import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import studentCdf from '@stdlib/stats-base-dists-t-cdf'
import studentQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Alternative } from './testResult.ts'

/*
 * Upper tails as values of their own: `1 - cdf` would lose a p-value of 1e-12 to rounding.
 */

export const standardNormalCdf = (z: number): number => normalCdf(z, 0, 1)

/** P(Z > z), Z standard normal. */
export const normalTail = (z: number): number => normalCdf(-z, 0, 1)

/** The z with P(Z <= z) = p. */
export const normalQuantileAt = (p: number): number => normalQuantile(p, 0, 1)

/** P(T > t) with `df` degrees of freedom, not necessarily whole. */
export const studentTail = (t: number, df: number): number => studentCdf(-t, df)

export const studentQuantileAt = (p: number, df: number): number => studentQuantile(p, df)

/** P(X > x), X chi-squared with `df` degrees of freedom. */
export const chiSquareTail = (x: number, df: number): number => regularizedGamma(x / 2, df / 2, true, true)

/** P(F > x) with `between` and `within` degrees of freedom: 1 / F has them the other way round. */
export function fTail(x: number, between: number, within: number): number {
  return x === 0 ? 1 : fCdf(1 / x, within, between)
}

/** P(X <= k) of `n` draws, each with the chance `p`. */
export const binomialUpTo = (k: number, n: number, p: number): number => (k < 0 ? 0 : binomialCdf(k, n, p))

/** P(X <= k) and P(X = k) of `n` fair coins. */
export const coinsUpTo = (k: number, n: number): number => binomialCdf(k, n, 0.5)
export const coinsEqual = (k: number, n: number): number => binomialPmf(k, n, 0.5)

/** p of a statistic that is symmetric about 0 under the null, from its upper tail. */
export function pOf(z: number, alternative: Alternative, tail: (z: number) => number): number {
  if (alternative === 'greater') return tail(z)
  if (alternative === 'less') return tail(-z)
  return Math.min(1, 2 * tail(Math.abs(z)))
}

/**
 * P(K > x) of Kolmogorov's limiting distribution, by the one of its two series that converges fast at x.
 *
 * @see W. Feller, Ann. Math. Statist. 19 (1948) 177-189, on the limit theorems of Kolmogorov and Smirnov
 */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1
  const terms = Array.from({ length: 20 }, (_, k) => k + 1)
  if (x < 0.82) {
    const sum = terms.reduce((total, k) => total + Math.exp(-((2 * k - 1) ** 2 * Math.PI ** 2) / (8 * x * x)), 0)
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum
  }
  return 2 * terms.reduce((total, k) => total + (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x), 0)
}

/**
 * P(range of k standard normals > q): the studentized range with infinitely many degrees of freedom.
 *
 *     P = k integral of phi(z) (Phi(z)^(k-1) - (Phi(z) - Phi(z - q))^(k-1)) dz
 *
 * The difference of powers is taken as `b (a^(k-2) + a^(k-3) (a-b) + …)`, which has no cancellation, so that small tails keep their
 * digits. The integrand is smooth and falls off as a normal density: the trapezoid rule converges faster than any power of its step.
 *
 * @param k at least 2
 * @see H. Harter, Ann. Math. Statist. 31 (1960) 1122-1147
 */
export function rangeTail(q: number, k: number): number {
  if (q <= 0) return 1
  const step = 0.05
  let sum = 0
  for (let z = -10; z <= q + 10; z += step) {
    const a = standardNormalCdf(z)
    const b = standardNormalCdf(z - q)
    let powers = 0
    for (let j = 0; j < k - 1; j += 1) powers += a ** (k - 2 - j) * (a - b) ** j
    sum += Math.exp((-z * z) / 2) * b * powers
  }
  return Math.min(1, (k * step * sum) / Math.sqrt(2 * Math.PI))
}
