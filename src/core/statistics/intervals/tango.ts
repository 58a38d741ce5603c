import { AppError } from '../../../shared/errors.ts'
import type { Interval } from '../../../shared/units.ts'
import { normalQuantileAt } from '../distributions.ts'
import { textsIn, type PairedTable } from '../pairedTable.ts'
import { assertLevel } from './level.ts'

/**
 * Interval of the difference of two accuracies on the same texts, `first - second`: the differences that Tango's score test does not
 * reject. At a difference of 0 that test is McNemar's without continuity correction.
 *
 * @throws AppError `input-invalid`
 * @see T. Tango, Statist. Med. 17 (1998) 891-908
 */
export function tango(table: PairedTable, level = 0.95): Interval {
  assertLevel(level)
  const n = textsIn(table)
  if (n === 0) throw new AppError('input-invalid', 'There are no texts to compare on.')
  const z = normalQuantileAt(1 - (1 - level) / 2)
  const estimate = (table.firstOnly - table.secondOnly) / n
  return {
    low: crossing(estimate, -1, (d) => excess(table, n, d) - z * spread(table, n, d)),
    high: crossing(estimate, 1, (d) => -excess(table, n, d) - z * spread(table, n, d)),
    level,
    method: 'tango',
  }
}

/**
 * The score statistic of the hypothesis that the difference is `difference`, standard normal under it; null where the hypothesis leaves
 * no variance (no discordant text and a difference of 0; a difference of 1 or -1).
 */
export function tangoScore(table: PairedTable, difference: number): number | null {
  const n = textsIn(table)
  const s = spread(table, n, difference)
  return s === 0 ? null : excess(table, n, difference) / s
}

function excess({ firstOnly, secondOnly }: PairedTable, n: number, d: number): number {
  return firstOnly - secondOnly - n * d
}

/** Its standard deviation, with the share of `secondOnly` texts estimated by maximum likelihood under the hypothesis. */
function spread({ firstOnly, secondOnly }: PairedTable, n: number, d: number): number {
  const a = 2 * n
  const b = -firstOnly - secondOnly + (2 * n - firstOnly + secondOnly) * d
  const c = -secondOnly * d * (1 - d)
  const root = Math.sqrt(Math.max(0, b * b - 4 * a * c))
  // The larger root of a q^2 + b q + c, in the form without cancellation.
  const share = b > 0 ? (-2 * c) / (b + root) : (root - b) / (2 * a)
  return Math.sqrt(Math.max(0, n * (2 * share + d * (1 - d))))
}

/** Where `f`, not above 0 at the estimate and not below 0 at the end, changes sign, by bisection to the last bit. */
function crossing(estimate: number, end: number, f: (d: number) => number): number {
  let [inside, outside] = [estimate, end]
  for (let step = 0; step < 100; step += 1) {
    const middle = (inside + outside) / 2
    if (f(middle) > 0) outside = middle
    else inside = middle
  }
  return inside
}
