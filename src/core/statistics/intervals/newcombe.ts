import { AppError } from '../../../shared/errors.ts'
import type { Interval } from '../../../shared/units.ts'
import { textsIn, type PairedTable } from '../pairedTable.ts'
import { wilson } from '../wilson.ts'

/**
 * Interval of the difference of two accuracies on the same texts, `first - second`, by Newcombe's method 10: the Wilson limits of each,
 * joined by square and add with their correlation.
 *
 *     low = d - sqrt(l1^2 - 2 phi l1 u2 + u2^2)      high = d + sqrt(u1^2 - 2 phi u1 l2 + l2^2)
 *
 * l and u are the distances of a proportion from its own Wilson limits; phi is the correlation of the table, its numerator
 * `both neither - firstOnly secondOnly` made smaller by n/2 where it is positive, though not below 0.
 *
 * @throws AppError `input-invalid`
 * @see R. Newcombe, Statist. Med. 17 (1998) 2635-2650, method 10
 */
export function newcombe(table: PairedTable, level = 0.95): Interval {
  const n = textsIn(table)
  if (n === 0) throw new AppError('input-invalid', 'There are no texts to compare on.')
  const [first, second] = [table.both + table.firstOnly, table.both + table.secondOnly]
  const [p1, p2] = [first / n, second / n]
  const [w1, w2] = [wilson(first, n, level), wilson(second, n, level)]
  const phi = correlation(table, n)
  return {
    low: Math.max(-1, p1 - p2 - joined(p1 - w1.low, w2.high - p2, phi)),
    high: Math.min(1, p1 - p2 + joined(w1.high - p1, p2 - w2.low, phi)),
    level,
    method: 'newcombe-10',
  }
}

function joined(a: number, b: number, phi: number): number {
  return Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b))
}

function correlation({ both, firstOnly, secondOnly, neither }: PairedTable, n: number): number {
  const margins = (both + firstOnly) * (secondOnly + neither) * ((both + secondOnly) * (firstOnly + neither))
  if (margins === 0) return 0
  const excess = both * neither - firstOnly * secondOnly
  return (excess > 0 ? Math.max(0, excess - n / 2) : excess) / Math.sqrt(margins)
}
