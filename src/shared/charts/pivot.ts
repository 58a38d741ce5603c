import { z } from 'zod'
import type { Answer } from '../contract/results.ts'
import { AppError } from '../errors.ts'
import { clean, onlySchema, pivotAxisSchema, type Only, type PivotAxis, type RowsAndAnswers } from './axes.ts'
import { markFinder, type Mark, type Place } from './marks.ts'
import { groupColumns, type Grouped } from './pivotGroups.ts'
import { cellStates, columnsOf, measureColumn, noCode, type RunColumns } from './runColumns.ts'
import { replicates, selectColumns } from './selectColumns.ts'
import {
  lowerIsBetter,
  measureSchema,
  newestCells,
  summarizeCells,
  type Cells,
  type Measure,
  type Summary,
} from './summary.ts'

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
  /** runs that are there, and that its neighbours have */
  found: number
  expected: number
  /** cells of the study that were not run, and that failed */
  open: number
  failed: number
  mark: Mark | null
  /** mean difference from float of the same runs, a fraction; of accuracies alone, null of float models and where one is not known */
  delta: number | null
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

/**
 * Rows x columns of any axes. What is left over is taken together where it is draws and seeds; anything else left over with several values is
 * refused, because the mean of two noise levels or of two widths is a figure of nothing. A float model's figure stands in every cell of its
 * model that is about float: recipe, composition and draw do not bear on it.
 *
 * @throws AppError `input-invalid` for an axis named twice, an axis left over with several values, a question that is not there; `too-large`
 */
export function pivot({ rows, answers }: RowsAndAnswers, request: PivotRequest): Pivot {
  return pivotColumns(columnsOf(rows), answers, request)
}

/** {@link pivot} of rows that are columns; cells that are not measured have their places too. */
export function pivotColumns(columns: RunColumns, answers: readonly Answer[], request: PivotRequest): Pivot {
  const named = [...request.rows, ...request.columns]
  if (new Set(named).size < named.length) throw twiceNamed(named)
  const only = cleanInput(columns, request.only, named)
  const selected = selectColumns(columns, only)
  const groups = groupColumns(columns, selected, request)
  const { question, markAt } = marksFor(columns, answers, request, { groups, only })
  const left = pivotAxisSchema.options.filter((axis) => !named.includes(axis) && !replicates.includes(axis))
  const expected = expectedCells(columns, selected, named)
  const cells = groups.rows.map((row, line) =>
    groups.columns.map((column, place) => {
      const group = groups.at(line, place)
      assertReplicates(columns, group, left)
      return cellOf(columns, group, request.value, expected, () => markAt(placeOfKeys(named, [...row, ...column])))
    }),
  )
  markBest(cells, request)
  return {
    rowAxes: request.rows,
    columnAxes: request.columns,
    value: request.value,
    only,
    rows: groups.rows,
    columns: groups.columns,
    cells,
    question: cells.some((line) => line.some((cell) => cell.mark !== null)) ? question : null,
  }
}

/** `only`, and clean input where neither it nor one of the axes says what noise and shift are meant. */
function cleanInput({ axes }: RunColumns, only: Only, named: readonly PivotAxis[]): Only {
  const filled: Only = { ...only }
  for (const axis of ['noise', 'shift'] as const) {
    const { values } = axes[axis]
    if (named.includes(axis) || filled[axis] !== undefined) continue
    if (values.length > 1 && values.includes(clean)) filled[axis] = [clean]
  }
  return filled
}

function placeOfKeys(axes: readonly PivotAxis[], values: readonly string[]): Place {
  return Object.fromEntries(axes.map((axis, index) => [axis, values[index]]))
}

function assertReplicates({ axes, states }: RunColumns, group: readonly number[], left: readonly PivotAxis[]): void {
  const first = group.find((row) => states[row] === 0) ?? 0
  for (const axis of left) {
    const { codes, values } = axes[axis]
    if (group.every((row) => states[row] !== 0 || codes[row] === codes[first])) continue
    const there = group.filter((row) => states[row] === 0)
    throw mixed(
      axis,
      [...new Set(there.map((row) => codes[row] ?? noCode))].map((code) => values[code] ?? 'none'),
    )
  }
}

function cellOf(
  columns: RunColumns,
  group: readonly number[],
  value: Measure,
  expectedOf: Expected,
  markOf: () => Mark | null,
): PivotCell {
  const { states, axes } = columns
  const there = group.every((row) => states[row] === 0) ? group : group.filter((row) => states[row] === 0)
  const [first] = there
  const failed = group.filter((row) => states[row] === cellStates.indexOf('failed')).length
  const open = group.length - there.length - failed
  const found = newestCells({ count: there.length, ...placesIn(columns, there) }).counted.length
  const expected = Math.max(found + open + failed, first === undefined ? 0 : expectedOf(first))
  const common = { found, expected, open, failed, best: false }
  if (first === undefined) return { state: 'missing', summary: null, mark: null, delta: null, float: false, ...common }
  const float = axes.bits.values[axes.bits.codes[first] ?? noCode] === 'float'
  return {
    state: found < expected ? 'partial' : 'measured',
    summary: summaryOf(columns, there, value),
    mark: float ? null : markOf(),
    delta: float || value !== 'accuracy' ? null : deltaOf(columns, there),
    float,
    ...common,
  }
}

/** Taken together as the figure beside it is; null where a row has no value. */
function deltaOf(columns: RunColumns, rows: readonly number[]): number | null {
  const { difference } = columns.figures
  if (rows.some((row) => Number.isNaN(difference[row]))) return null
  if (rows.length === 1) return difference[rows[0] ?? 0] ?? null
  return summaryOf(columns, rows, 'difference').value
}

/** One figure of some rows; see `summarize`. */
export function summaryOf(columns: RunColumns, rows: readonly number[], measure: Measure): Summary {
  const { figures } = columns
  const at = (cell: number) => rows[cell] as number
  const values = measureColumn(columns, measure)
  const ends =
    measure === 'accuracy'
      ? ([figures.low, figures.high, 'accuracy'] as const)
      : measure === 'difference'
        ? ([figures.differenceLow, figures.differenceHigh, 'difference'] as const)
        : null
  return summarizeCells(
    {
      count: rows.length,
      value: (cell) => present(values[at(cell)]),
      interval: (cell) => {
        const [low, high] = [present(ends?.[0][at(cell)]), present(ends?.[1][at(cell)])]
        const bounds = ends === null ? null : columns.bounds(at(cell), ends[2])
        return low === null || high === null || bounds === null ? null : { low, high, ...bounds }
      },
      ...placesIn(columns, rows),
      n: (cell) => figures.n[at(cell)] ?? 0,
      warnings: (cell) => columns.warnings(at(cell)),
    },
    measure,
  )
}

function placesIn({ axes, id }: RunColumns, rows: readonly number[]): Pick<Cells, 'seed' | 'draw' | 'id'> {
  const at = (cell: number) => rows[cell] as number
  return {
    seed: (cell) => axes.seed.codes[at(cell)],
    draw: (cell) => axes.draw.codes[at(cell)],
    id: (cell) => id(at(cell)),
  }
}

function present(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}

type Expected = (row: number) => number

/** As many draws and seeds as any cell of the same model has; a float model has no draws. */
function expectedCells({ axes, states }: RunColumns, rows: Uint32Array, named: readonly PivotAxis[]): Expected {
  const { model, bits, seed, draw } = axes
  const float = bits.values.indexOf('float')
  const codes = noCode + 1
  const kinOf = (row: number) => (model.codes[row] as number) * 2 + Number(bits.codes[row] === float)
  const [bySeed, byDraw] = [named.includes('seed'), named.includes('draw')]
  // Of each kin, and of the seed and draw that the table has axes for, the pairs of seed and draw that occur.
  const pairs = new Map<number, Set<number>>()
  const keyOf = (row: number) =>
    (kinOf(row) * codes + (bySeed ? (seed.codes[row] as number) : 0)) * codes +
    (byDraw ? (draw.codes[row] as number) : 0)
  for (const row of rows) {
    if (states[row] !== 0) continue
    const key = keyOf(row)
    const pair = (seed.codes[row] as number) * codes + (draw.codes[row] as number)
    const known = pairs.get(key)
    if (known === undefined) pairs.set(key, new Set([pair]))
    else known.add(pair)
  }
  return (row) => pairs.get(keyOf(row))?.size ?? 0
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
  { axes }: RunColumns,
  answers: readonly Answer[],
  { value, question: wanted, rows, columns }: PivotRequest,
  { groups, only }: { groups: Grouped; only: Only },
): Marks {
  const none: Marks = { question: null, markAt: () => null }
  const fixed = singleValues(only)
  if (value !== 'accuracy' && value !== 'difference') return none
  const asked = wanted === undefined ? answers : answers.filter(({ question }) => question.name === wanted)
  if (wanted !== undefined && asked.length === 0) throw noQuestion(wanted, answers)
  for (const answer of asked) {
    const find = markFinder(answer, (axis) => axes[axis].values, only)
    const markAt = (place: Place) => find({ ...fixed, ...place })
    const speaks = groups.rows.some((row) =>
      groups.columns.some((column) => markAt(placeOfKeys([...rows, ...columns], [...row, ...column])) !== null),
    )
    if (speaks) return { question: answer.question.name, markAt }
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
