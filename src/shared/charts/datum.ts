import type { PivotAxis } from './axes.ts'
import type { Datum } from './figure.ts'
import { percentEnds, percentText, pointsEnds, pointsText } from './figures.ts'
import type { Summary } from './summary.ts'

/** The figure of a datum in words: with its ends, what they are, and its warnings. */
interface Told {
  /** what it is of, from the widest: plot, line, place on the axis */
  of: readonly string[]
  summary: Summary
  /** `points`: a difference of shares */
  unit: 'percent' | 'points'
}

/** One thing of a chart that can be chosen; null where it has no figure. */
export function datumOf(
  at: Datum['at'],
  place: Partial<Record<PivotAxis, string | null>>,
  { of, summary, unit }: Told,
): Datum | null {
  if (summary.value === null) return null
  const named = Object.entries(place).filter((entry): entry is [string, string] => entry[1] !== null)
  return {
    at,
    place: Object.fromEntries(named) as Datum['place'],
    words: `${of.filter((part) => part !== '').join(', ')}: ${figureWords(summary, unit)}`,
    ids: summary.ids,
  }
}

function figureWords({ value, low, high, kind, cells, warnings }: Summary, unit: Told['unit']): string {
  const text = (share: number): string => (unit === 'points' ? pointsText(share) : percentText(share))
  const ends =
    low === null || high === null
      ? ''
      : ` (${unit === 'points' ? pointsEnds(low, high, 2) : percentEnds(low, high, ' to ', 2)})`
  const of = kind === 'range' ? `, ${cells} runs` : ''
  const doubts = [...new Set(warnings.map(({ code }) => code.replaceAll('-', ' ')))]
  const doubt = doubts.length === 0 ? '' : `; in doubt: ${doubts.join(', ')}`
  return `${text(value ?? 0)}${unit === 'percent' ? ' %' : ' points'}${ends}${of}${doubt}.`
}
