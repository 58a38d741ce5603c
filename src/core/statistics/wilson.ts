import quantile from '@stdlib/stats-base-dists-normal-quantile'
import { AppError } from '../../shared/errors.ts'
import type { Interval } from '../../shared/units.ts'

/**
 * Wilson's score interval of a share, without continuity correction.
 *
 *     z = quantile of the standard normal at 1 - (1 - level) / 2
 *     centre = (p + z^2 / 2n) / (1 + z^2 / n)    half = z / (1 + z^2 / n) * sqrt(p (1 - p) / n + z^2 / 4n^2)
 *
 * It assumes independent texts, each right with the same probability.
 *
 * @param right 0 to n
 * @param n     at least 1
 * @param level between 0 and 1
 * @throws AppError `input-invalid`
 * @see E. B. Wilson, JASA 22 (1927)
 */
export function wilson(right: number, n: number, level = 0.95): Interval {
  if (
    !Number.isInteger(n) ||
    n < 1 ||
    !Number.isInteger(right) ||
    right < 0 ||
    right > n ||
    !(level > 0 && level < 1)
  ) {
    throw new AppError('input-invalid', 'No Wilson interval has these numbers.', {
      expected: 'whole numbers 0 <= right <= n, n >= 1, and a level between 0 and 1',
      found: `right ${right}, n ${n}, level ${level}`,
    })
  }
  const z = quantile(1 - (1 - level) / 2, 0, 1)
  const share = right / n
  const scale = 1 + (z * z) / n
  const centre = (share + (z * z) / (2 * n)) / scale
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))
  return {
    // At the ends the exact value is 0 or 1, which rounding would miss by an ulp.
    low: right === 0 ? 0 : Math.max(0, centre - half),
    high: right === n ? 1 : Math.min(1, centre + half),
    level,
    method: 'wilson',
  }
}
