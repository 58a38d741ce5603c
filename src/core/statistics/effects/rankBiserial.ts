import { midranks } from '../ranks.ts'
import { assertFinite } from '../units.ts'

/**
 * Matched-pairs rank-biserial correlation: the share of the rank sum on positive differences, less that on negative ones, -1 to 1.
 * Differences of 0 are left out; null where there are no others.
 *
 * @throws AppError `non-finite-value`
 * @see D. Kerby, Compr. Psychol. 3 (2014) article 1
 */
export function rankBiserial(differences: ArrayLike<number>): number | null {
  assertFinite(differences)
  const moving = Array.from(differences).filter((value) => value !== 0)
  if (moving.length === 0) return null
  const { ranks } = midranks(moving.map(Math.abs))
  const signed = moving.reduce((sum, value, k) => sum + Math.sign(value) * ranks[k]!, 0)
  return signed / ((moving.length * (moving.length + 1)) / 2)
}
