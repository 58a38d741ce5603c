import type { FigureRow } from './axes.ts'
import { z } from 'zod'
import type { Interval, Warning } from '../units.ts'

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
 *
 * Of several runs that have seed and draw alike, the newest counts, and a warning tells of the others.
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

export function measured(row: FigureRow, measure: Measure): number | null {
  if (measure === 'difference') return row.difference?.value ?? null
  if (measure === 'bytes') return row.model_bytes
  return row[measure]
}

type Ends = Pick<Interval, 'low' | 'high' | 'level' | 'method'>

/** Cells that differ in draw and seed alone, by number: rows, or places in columns. */
export interface Cells {
  count: number
  /** null: no figure */
  value: (cell: number) => number | null
  interval: (cell: number) => Ends | null
  seed: (cell: number) => unknown
  draw: (cell: number) => unknown
  n: (cell: number) => number
  id: (cell: number) => string
  warnings: (cell: number) => readonly Warning[]
}

/** @param rows cells that differ in draw and seed alone, at least one */
export function summarize(rows: readonly FigureRow[], measure: Measure): Summary {
  const at = (cell: number) => rows[cell] as FigureRow
  return summarizeCells(
    {
      count: rows.length,
      value: (cell) => measured(at(cell), measure),
      interval: (cell) => intervalOf(at(cell), measure),
      seed: (cell) => at(cell).seed,
      draw: (cell) => at(cell).draw,
      n: (cell) => at(cell).n,
      id: (cell) => at(cell).id,
      warnings: (cell) => at(cell).warnings,
    },
    measure,
  )
}

/** {@link summarize} of cells wherever they are. */
export function summarizeCells(cells: Cells, measure: Measure): Summary {
  const { counted, others } = newestCells(cells)
  const values: { value: number; cell: number }[] = []
  for (const cell of counted) {
    const value = cells.value(cell)
    if (value !== null) values.push({ value, cell })
  }
  // A cell without the figure is none that it rests on.
  const numbers = values.length === 0 ? counted : values.map(({ cell }) => cell)
  const common = {
    cells: numbers.length,
    draws: distinctCount(numbers, cells.draw),
    seeds: distinctCount(numbers, cells.seed),
    n: distinctCount(numbers, cells.n) === 1 ? cells.n(numbers[0] ?? 0) : null,
    ids: [...counted, ...others].map(cells.id),
    warnings: [...distinct(numbers, cells.warnings), ...(others.length === 0 ? [] : [alikeWarning(others.length)])],
    reach: values.length === 0 ? null : reachOf(cells, numbers),
  }
  const [only] = values
  if (only === undefined) return { value: null, ...noDoubt('none'), ...common }
  if (values.length === 1) return { value: only.value, ...ownInterval(cells.interval(only.cell), measure), ...common }
  let [low, high] = [only.value, only.value]
  for (const { value } of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (measure === 'bytes' && low === high) return { value: only.value, ...noDoubt('exact'), ...common }
  return { value: meanOfSeeds(values, cells), low, high, kind: 'range', level: null, method: null, ...common }
}

/**
 * Of runs that have seed and draw alike the newest, and the others: they differ in something that no axis tells, such as the number of texts
 * that they were calibrated on, and are no replicates of each other.
 */
export function newestCells({ count, seed, draw, id }: Pick<Cells, 'count' | 'seed' | 'draw' | 'id'>): {
  counted: number[]
  others: number[]
} {
  if (count === 1) return { counted: [0], others: [] }
  const newest = new Map<unknown, Map<unknown, number>>()
  const others: number[] = []
  for (let cell = 0; cell < count; cell += 1) {
    let draws = newest.get(seed(cell))
    if (draws === undefined) newest.set(seed(cell), (draws = new Map()))
    const known = draws.get(draw(cell))
    if (known !== undefined) others.push(id(known) < id(cell) ? known : cell)
    if (known === undefined || id(known) < id(cell)) draws.set(draw(cell), cell)
  }
  if (others.length === 0) return { counted: Array.from({ length: count }, (_, cell) => cell), others }
  const left = new Set(others)
  return { counted: Array.from({ length: count }, (_, cell) => cell).filter((cell) => !left.has(cell)), others }
}

/** Said of a figure beside which there are runs at the same place. */
export function alikeWarning(others: number): Warning {
  const [more, differ] =
    others === 1 ? ['1 more run stands', 'It differs'] : [`${others} more runs stand`, 'They differ']
  return {
    code: 'other-runs-here',
    message: `${more} at the same place. ${differ} in what no axis tells, such as the size of the calibration set, and the newest run counts: a study's own results hold its runs apart.`,
    subject: 'place',
  }
}

function distinctCount(numbers: readonly number[], of: (cell: number) => unknown): number {
  return numbers.length === 1 ? 1 : new Set(numbers.map(of)).size
}

function ownInterval(
  interval: Ends | null,
  measure: Measure,
): Pick<Summary, 'low' | 'high' | 'kind' | 'level' | 'method'> {
  if (interval !== null) {
    const { low, high, level, method } = interval
    return { kind: 'interval', low, high, level, method }
  }
  return noDoubt(measure === 'bytes' ? 'exact' : 'none')
}

function intervalOf(row: FigureRow, measure: Measure): Ends | null {
  if (measure === 'accuracy') return row.interval
  return measure === 'difference' ? (row.difference?.interval ?? null) : null
}

/** Null where one of the cells has no interval. */
function reachOf({ interval }: Cells, numbers: readonly number[]): Summary['reach'] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const cell of numbers) {
    const own = interval(cell)
    if (own === null) return null
    low = Math.min(low, own.low)
    high = Math.max(high, own.high)
  }
  return { low, high }
}

function noDoubt(kind: 'exact' | 'none') {
  return { low: null, high: null, kind, level: null, method: null }
}

/** Each training seed counts once, however many draws it has. */
function meanOfSeeds(values: readonly { value: number; cell: number }[], { seed }: Cells): number {
  const bySeed = new Map<unknown, { sum: number; count: number }>()
  for (const { value, cell } of values) {
    const own = bySeed.get(seed(cell))
    if (own === undefined) bySeed.set(seed(cell), { sum: value, count: 1 })
    else {
      own.sum += value
      own.count += 1
    }
  }
  let sum = 0
  for (const own of bySeed.values()) sum += own.sum / own.count
  return sum / bySeed.size
}

function distinct(numbers: readonly number[], of: Cells['warnings']): Warning[] {
  const found = new Map<string, Warning>()
  for (const cell of numbers)
    for (const warning of of(cell)) found.set(`${warning.code}\n${warning.message}\n${warning.subject}`, warning)
  return [...found.values()]
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
