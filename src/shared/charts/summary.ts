import { z } from 'zod'
import type { ResultRow } from '../contract/results.ts'
import type { Warning } from '../units.ts'

export const measures = ['accuracy', 'difference', 'agreement', 'macroF1', 'nll', 'ece', 'bytes'] as const
export const measureSchema = z.enum(measures)
export type Measure = z.infer<typeof measureSchema>

/** Of what a lower value is the better one. */
export const lowerIsBetter: ReadonlySet<Measure> = new Set(['nll', 'ece', 'bytes'])

/**
 * One figure of one or several cells with its doubt.
 *
 * - `interval`: one cell, and its own confidence interval, over texts;
 * - `range`: several draws or seeds; the value is their mean (of each seed's mean, where seeds differ), the ends the lowest and the highest
 *   cell. Texts of different draws are the same texts and are never counted together;
 * - `exact`: a count that has no doubt;
 * - `none`: a figure without an interval.
 */
export interface Summary {
  value: number | null
  low: number | null
  high: number | null
  kind: 'interval' | 'range' | 'exact' | 'none'
  /** nominal coverage and method of an `interval` */
  level: number | null
  method: string | null
  /** what the intervals over texts of all its cells reach over; null where one has none. A range over draws knows nothing of the texts. */
  reach: { low: number; high: number } | null
  cells: number
  draws: number
  seeds: number
  /** texts of each cell; null where they differ */
  n: number | null
  ids: string[]
  warnings: Warning[]
}

export function measured(row: ResultRow, measure: Measure): number | null {
  if (measure === 'difference') return row.difference?.value ?? null
  if (measure === 'bytes') return row.model_bytes
  return row[measure]
}

/** @param rows cells that differ in draw and seed alone, at least one */
export function summarize(rows: readonly ResultRow[], measure: Measure): Summary {
  const cells = rows.flatMap((row) => {
    const value = measured(row, measure)
    return value === null ? [] : [{ row, value }]
  })
  const counts = {
    cells: rows.length,
    draws: new Set(rows.map((row) => row.draw)).size,
    seeds: new Set(rows.map((row) => row.seed)).size,
    n: new Set(rows.map((row) => row.n)).size === 1 ? (rows[0]?.n ?? null) : null,
    ids: rows.map((row) => row.id),
    warnings: distinct(rows.flatMap((row) => row.warnings)),
    reach: reachOf(rows, measure),
  }
  const [only] = cells
  if (only === undefined) return { value: null, ...noDoubt('none'), ...counts }
  if (rows.length === 1) return { value: only.value, ...ownInterval(only.row, measure), ...counts }
  const values = cells.map(({ value }) => value)
  if (measure === 'bytes' && new Set(values).size === 1) return { value: only.value, ...noDoubt('exact'), ...counts }
  const ends = { low: Math.min(...values), high: Math.max(...values) }
  return { value: meanOfSeeds(cells), ...ends, kind: 'range', level: null, method: null, ...counts }
}

function ownInterval(row: ResultRow, measure: Measure): Pick<Summary, 'low' | 'high' | 'kind' | 'level' | 'method'> {
  const interval = intervalOf(row, measure)
  if (interval !== null) return { kind: 'interval', ...interval }
  return noDoubt(measure === 'bytes' ? 'exact' : 'none')
}

function intervalOf(row: ResultRow, measure: Measure) {
  if (measure === 'accuracy') return row.interval
  return measure === 'difference' ? (row.difference?.interval ?? null) : null
}

function reachOf(rows: readonly ResultRow[], measure: Measure): Summary['reach'] {
  const intervals = rows.flatMap((row) => intervalOf(row, measure) ?? [])
  if (intervals.length < rows.length || intervals.length === 0) return null
  return { low: Math.min(...intervals.map(({ low }) => low)), high: Math.max(...intervals.map(({ high }) => high)) }
}

function noDoubt(kind: 'exact' | 'none') {
  return { low: null, high: null, kind, level: null, method: null }
}

/** Each training seed counts once, however many draws it has. */
function meanOfSeeds(cells: readonly { row: ResultRow; value: number }[]): number {
  const bySeed = Map.groupBy(cells, ({ row }) => row.seed)
  return mean([...bySeed.values()].map((group) => mean(group.map(({ value }) => value))))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [
    ...new Map(
      warnings.map((warning) => [`${warning.code}\n${warning.message}\n${warning.subject}`, warning]),
    ).values(),
  ]
}

const methodWords: Readonly<Record<string, string>> = {
  wilson: 'Wilson',
  newcombe: 'Newcombe',
  tango: 'Tango',
  'bootstrap-bca': 'BCa bootstrap',
}

/** What the ends of figures are, in words, once for a table or chart: level and method of intervals, draws and seeds of ranges. */
export function doubtWords(summaries: readonly Summary[]): string[] {
  const kinds = new Set<string>()
  for (const { kind, level, method, draws, seeds } of summaries) {
    if (kind === 'interval' && level !== null)
      kinds.add(`${Number((level * 100).toPrecision(4))} % ${methodWords[method ?? ''] ?? method} interval over texts`)
    if (kind === 'range') kinds.add(`mean, lowest and highest ${cellWords(draws, seeds)}`)
  }
  return [...kinds]
}

function cellWords(draws: number, seeds: number): string {
  if (draws > 1 && seeds > 1) return `of ${draws} draws and ${seeds} training seeds`
  return draws > 1 ? `of ${draws} calibration draws` : `of ${seeds} training seeds`
}
