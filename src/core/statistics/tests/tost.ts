import { AppError } from '../../../shared/errors.ts'
import type { Interval } from '../../../shared/units.ts'
import { normalTail, studentTail } from '../distributions.ts'
import { meanError, pairedMean, type MeanMethod } from '../intervals/pairedMean.ts'
import { alphaOf, assertLevel } from '../intervals/level.ts'
import { tango, tangoScore } from '../intervals/tango.ts'
import { textsIn, type PairedTable } from '../pairedTable.ts'
import { notTestable, type NotTestable, type Tested } from '../testResult.ts'
import { assertUnit, type Sample, type Unit } from '../units.ts'

/** An equivalence test: p speaks against "they differ by `margin` or more". */
export interface Equivalence extends Tested {
  /** between the margins, p < alpha and the interval at 1 - 2 alpha inside the margins are one and the same */
  equivalent: boolean
  /** at the level 1 - 2 alpha */
  interval: Interval
}

export interface TostOptions {
  /** of the difference, above 0, in its own unit (a fraction of texts) */
  margin: number
  alpha?: number
}

/**
 * Two one-sided tests that two accuracies on the same texts differ by less than the margin: Tango's score tests at both margins, which
 * is inclusion of his interval at 1 - 2 alpha.
 *
 * @throws AppError `input-invalid`
 * @see T. Tango, Statist. Med. 17 (1998) 891-908; D. Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657-680
 */
export function tostPairedProportions(
  table: PairedTable,
  { unit, margin, alpha = 0.05 }: TostOptions & { unit: Unit },
): Equivalence | NotTestable {
  assertUnit(unit)
  assertMargin(margin, alpha)
  const n = textsIn(table)
  if (unit !== 'text') throw wrongUnit(unit)
  if (n < 2) return notTestable('tost', unit, [n], 'too-few')
  const above = normalTail(tangoScore(table, -margin) ?? 0)
  const below = normalTail(-(tangoScore(table, margin) ?? 0))
  const p = Math.max(above, below)
  return {
    ...common,
    method: 'tango',
    unit,
    n: [n],
    statistic: (table.firstOnly - table.secondOnly) / n,
    p,
    details: { margin, aboveLower: above, belowUpper: below },
    assumes: 'independent texts.',
    equivalent: p < alpha,
    interval: tango(table, alphaOf(2 * alpha)),
  }
}

/**
 * Two one-sided t tests that the mean of paired differences lies within the margin.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 * @see D. Schuirmann, J. Pharmacokinet. Biopharm. 15 (1987) 657-680
 */
export function tostPairedMean(
  differences: Sample,
  { margin, alpha = 0.05, method }: TostOptions & { method: MeanMethod },
): Equivalence | NotTestable {
  assertMargin(margin, alpha)
  const found = meanError(differences, method)
  const interval = pairedMean(differences, method, alphaOf(2 * alpha))
  if ('testable' in found) return { ...found, test: 'tost' }
  if ('testable' in interval) return { ...interval, test: 'tost' }
  const above = studentTail((found.mean + margin) / found.error, found.df)
  const below = studentTail((margin - found.mean) / found.error, found.df)
  const p = Math.max(above, below)
  return {
    ...common,
    method,
    unit: differences.unit,
    n: [differences.values.length],
    statistic: found.mean,
    p,
    details: { margin, aboveLower: above, belowUpper: below, df: found.df },
    assumes: 'independent differences whose mean is close to normal.',
    equivalent: p < alpha,
    interval,
  }
}

const common = {
  testable: true,
  test: 'tost',
  alternative: 'two-sided',
  continuity: null,
  zeros: null,
  ties: null,
} as const

function assertMargin(margin: number, alpha: number): void {
  assertLevel(1 - 2 * alpha)
  if (margin > 0 && margin < Infinity) return
  throw new AppError('input-invalid', 'Equivalence needs a margin.', { expected: 'above 0', found: String(margin) })
}

function wrongUnit(unit: Unit): AppError {
  return new AppError('input-invalid', 'Proportions of texts are compared with texts as the unit.', {
    expected: 'unit text',
    found: `unit ${unit}`,
    hint: 'Compare draws or seeds by the mean of their differences.',
  })
}
