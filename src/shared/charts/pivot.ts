import { z } from 'zod'
import type { Answer, ResultRow, Results } from '../contract/results.ts'
import { AppError } from '../errors.ts'
import {
  axisValue,
  isFloat,
  onlySchema,
  pivotAxisSchema,
  selectRows,
  valuesOf,
  withCleanInput,
  type Only,
  type PivotAxis,
} from './axes.ts'
import { markFinder, type Mark, type Place } from './marks.ts'
import { lowerIsBetter, measureSchema, summarize, type Measure, type Summary } from './summary.ts'

export const pivotRequestSchema = z.strictObject({
  rows: z.array(pivotAxisSchema).min(1).max(4),
  columns: z.array(pivotAxisSchema).min(1).max(4),
  value: measureSchema.default('accuracy'),
  only: onlySchema.default({}),
  /** along which the best value is looked for */
  best: z.enum(['row', 'column', 'none']).default('column'),
  /** the question whose marks stand in the cells; left out: the first one that speaks of them */
  question: z.string().optional(),
})
export type PivotRequest = z.infer<typeof pivotRequestSchema>

export interface PivotCell {
  /** `partial`: some of the draws or seeds that its neighbours have are not there */
  state: 'measured' | 'partial' | 'missing'
  summary: Summary | null
  /** cells that are there, and that its neighbours have */
  found: number
  expected: number
  mark: Mark | null
  best: boolean
  /** of a float model: the same in each row or column that has nothing to do with it */
  float: boolean
}

export interface Pivot {
  rowAxes: PivotAxis[]
  columnAxes: PivotAxis[]
  value: Measure
  /** what was fixed: what was asked for, and clean input where nothing was said */
  only: Only
  rows: string[][]
  columns: string[][]
  /** `cells[row][column]` */
  cells: PivotCell[][]
  /** name of the question whose marks are shown */
  question: string | null
}

/** Axes whose values may be taken together in a cell. */
const replicates: readonly PivotAxis[] = ['draw', 'seed', 'family']

/**
 * Rows x columns of any axes. What is left over is taken together where it is draws and seeds; anything else left over with several values is
 * refused, because the mean of two noise levels or of two widths is a figure of nothing. A float model's figure stands in every cell of its
 * model that is about float: recipe, composition and draw do not bear on it.
 *
 * @throws AppError `input-invalid` for an axis named twice, an axis left over with several values, a question that is not there
 */
export function pivot(results: Pick<Results, 'rows' | 'answers'>, request: PivotRequest): Pivot {
  const named = [...request.rows, ...request.columns]
  if (new Set(named).size < named.length) throw twiceNamed(named)
  const only = withCleanInput(request.only, results.rows, named)
  const rows = selectRows(results.rows, only)
  const rowKeys = keysOf(rows, request.rows)
  const columnKeys = keysOf(rows, request.columns)
  const groups = grouped(rows, named)
  const expected = expectedCells(rows)
  const places = rowKeys.map((row) => columnKeys.map((column) => placeOfKeys(named, [...row, ...column])))
  const { question, markAt } = marksFor(results, request, { places: places.flat(), fixed: singleValues(only) })
  const cells = places.map((line) =>
    line.map((place) => {
      const group = groups(place)
      assertReplicates(group, named)
      return cellOf(group, request.value, expected(group, place), markAt(place))
    }),
  )
  markBest(cells, request)
  return {
    rowAxes: request.rows,
    columnAxes: request.columns,
    value: request.value,
    only,
    rows: rowKeys,
    columns: columnKeys,
    cells,
    question: cells.flat().some((cell) => cell.mark !== null) ? question : null,
  }
}

/** The rows of each place; one on which an axis does not bear belongs to every place of that axis. */
function grouped(rows: readonly ResultRow[], axes: readonly PivotAxis[]): (place: Place) => ResultRow[] {
  const keyOf = (row: ResultRow) => axes.map((axis) => axisValue(row, axis))
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keyOf(row)))
  const partial = [...groups.values()].filter(([first]) => first !== undefined && keyOf(first).includes(null))
  return (place) => {
    const whole = groups.get(JSON.stringify(axes.map((axis) => place[axis]))) ?? []
    return [...whole, ...partial.filter(([first]) => first !== undefined && fits(first, place)).flat()]
  }
}

/** Combinations of the axes' values that occur, in the axes' order. A float row without a value of an axis adds none. */
function keysOf(rows: readonly ResultRow[], axes: readonly PivotAxis[]): string[][] {
  const orders = axes.map((axis) => valuesOf(rows, axis))
  const found = new Map<string, string[]>()
  for (const row of rows) {
    const key = axes.map((axis) => axisValue(row, axis))
    if (!key.includes(null)) found.set(JSON.stringify(key), key as string[])
  }
  const rank = (key: readonly string[]) => key.map((value, index) => (orders[index] as string[]).indexOf(value))
  return [...found.values()].sort((a, b) => compareRanks(rank(a), rank(b)))
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  for (const [index, x] of a.entries()) {
    const y = b[index] ?? 0
    if (x !== y) return x - y
  }
  return 0
}

function placeOfKeys(axes: readonly PivotAxis[], values: readonly string[]): Place {
  return Object.fromEntries(axes.map((axis, index) => [axis, values[index]]))
}

function fits(row: ResultRow, place: Place): boolean {
  return (Object.entries(place) as [PivotAxis, string][]).every(([axis, value]) => {
    const own = axisValue(row, axis)
    return own === null || own === value
  })
}

function assertReplicates(group: readonly ResultRow[], named: readonly PivotAxis[]): void {
  const left = pivotAxisSchema.options.filter((axis) => !named.includes(axis) && !replicates.includes(axis))
  for (const axis of left) {
    const values = new Set(group.map((row) => axisValue(row, axis)))
    if (values.size > 1)
      throw mixed(
        axis,
        [...values].map((value) => value ?? 'none'),
      )
  }
}

function cellOf(group: readonly ResultRow[], value: Measure, expected: number, mark: Mark | null): PivotCell {
  const [first] = group
  if (first === undefined) {
    return { state: 'missing', summary: null, found: 0, expected, mark: null, best: false, float: false }
  }
  const float = isFloat(first.bits)
  return {
    state: group.length < expected ? 'partial' : 'measured',
    summary: summarize(group, value),
    found: group.length,
    expected,
    mark: float ? null : mark,
    best: false,
    float,
  }
}

/** As many draws and seeds as any cell of the same model has; a float model has no draws. */
function expectedCells(rows: readonly ResultRow[]): (group: readonly ResultRow[], place: Place) => number {
  const kinOf = (row: ResultRow) => `${row.model}\n${isFloat(row.bits)}`
  const kin = new Map([...Map.groupBy(rows, kinOf)].map(([name, some]) => [name, replicatesOf(some)]))
  return ([first], { seed, draw }) => {
    if (first === undefined) return 0
    const all = kin.get(kinOf(first)) ?? []
    return all.filter(
      (one) => (seed === undefined || one.seed === first.seed) && (draw === undefined || one.draw === first.draw),
    ).length
  }
}

function replicatesOf(rows: readonly ResultRow[]): Pick<ResultRow, 'seed' | 'draw'>[] {
  return [...new Map(rows.map(({ seed, draw }) => [`${seed} ${draw}`, { seed, draw }])).values()]
}

/** The best of a line, where its interval is apart from that of the next; figures without an interval are never ranked. */
function markBest(cells: readonly PivotCell[][], { best, value }: PivotRequest): void {
  if (best === 'none') return
  const lines =
    best === 'row' ? cells : (cells[0] ?? []).map((_, column) => cells.map((line) => line[column] as PivotCell))
  for (const line of lines) {
    const winner = bestOf(line, lowerIsBetter.has(value))
    if (winner !== null) winner.best = true
  }
}

/** A cell in doubt neither wins nor stands in the way; one that has no interval does, because nothing can be apart from it. */
function bestOf(line: readonly PivotCell[], lower: boolean): PivotCell | null {
  const rivals = line.filter((cell) => cell.summary?.value != null && cell.summary.warnings.length === 0)
  const ranked = rivals
    .flatMap((cell) => (cell.summary === null ? [] : [{ cell, ends: endsOf(cell.summary) }]))
    .flatMap(({ cell, ends }) => (ends === null ? [] : [{ cell, ...ends }]))
    .sort((a, b) => (lower ? a.value - b.value : b.value - a.value))
  const [first, next] = ranked
  if (first === undefined || next === undefined || rivals.length > ranked.length) return null
  const apart = lower ? first.high < next.low : first.low > next.high
  return apart && first.cell.state === 'measured' ? first.cell : null
}

/** By the intervals over texts of its cells, also where a range over draws is shown: draws that agree do not make the texts more. */
function endsOf({ value, kind, reach }: Summary): { value: number; low: number; high: number } | null {
  if (value === null) return null
  if (kind === 'exact') return { value, low: value, high: value }
  return reach === null ? null : { value, low: Math.min(value, reach.low), high: Math.max(value, reach.high) }
}

/** Axes that were fixed to one value say of every cell what it is about. */
function singleValues(only: Only): Place {
  return Object.fromEntries(
    Object.entries(only).flatMap(([axis, values]) => (values?.length === 1 ? [[axis, values[0]]] : [])),
  )
}

interface Marks {
  question: string | null
  markAt: (place: Place) => Mark | null
}

/** The marks of the question that was named, or of the first one that speaks of some of the places. */
function marksFor(
  { answers, rows }: Pick<Results, 'rows' | 'answers'>,
  { value, question: wanted }: PivotRequest,
  { places, fixed }: { places: readonly Place[]; fixed: Place },
): Marks {
  const none: Marks = { question: null, markAt: () => null }
  if (value !== 'accuracy' && value !== 'difference') return none
  const asked = wanted === undefined ? answers : answers.filter(({ question }) => question.name === wanted)
  if (wanted !== undefined && asked.length === 0) throw noQuestion(wanted, answers)
  for (const answer of asked) {
    const find = markFinder(answer, rows)
    const markAt = (place: Place) => find({ ...fixed, ...place })
    if (places.some((place) => markAt(place) !== null)) return { question: answer.question.name, markAt }
  }
  return none
}

function twiceNamed(named: readonly PivotAxis[]): AppError {
  return new AppError('input-invalid', 'A table has an axis twice.', {
    expected: 'each axis once, in the rows or in the columns',
    found: named.join(', '),
  })
}

function mixed(axis: PivotAxis, values: readonly string[]): AppError {
  return new AppError('input-invalid', `A cell of the table would take several values of ${axis} together.`, {
    expected: `${axis} in the rows or columns, or one value of it`,
    found: values.slice(0, 5).join(', '),
    hint: `Put ${axis} into the rows or columns, or choose one value.`,
  })
}

function noQuestion(name: string, answers: readonly Answer[]): AppError {
  const names = answers.map(({ question }) => question.name)
  return new AppError('input-invalid', `The study has no question ${name}.`, {
    expected: names.length === 0 ? 'no question: it declares none' : names.join(', '),
    found: name,
  })
}
