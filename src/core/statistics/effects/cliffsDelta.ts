import { midranks } from '../ranks.ts'
import { assertFinite } from '../units.ts'

/**
 * Cliff's delta: the share of pairs in which the first group's value is larger, less the share in which it is smaller, -1 to 1. It is the
 * rank-biserial correlation of two independent groups. Null where a group is empty.
 *
 * @throws AppError `non-finite-value`
 * @see N. Cliff, Psychol. Bull. 114 (1993) 494-509
 */
export function cliffsDelta(first: ArrayLike<number>, second: ArrayLike<number>): number | null {
  assertFinite(first)
  assertFinite(second)
  const [n1, n2] = [first.length, second.length]
  if (n1 === 0 || n2 === 0) return null
  const { ranks } = midranks([...Array.from(first), ...Array.from(second)])
  const u = ranks.subarray(0, n1).reduce((sum, rank) => sum + rank, 0) - (n1 * (n1 + 1)) / 2
  return (2 * u) / (n1 * n2) - 1
}
