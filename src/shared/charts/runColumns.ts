import type { MissingCell } from '../contract/results.ts'
import type { Bits, Interval, Warning } from '../units.ts'
import { axisValue, pivotAxes, valuesOf, type FigureRow, type PivotAxis } from './axes.ts'
import type { Measure } from './summary.ts'

/** Code of a row on which an axis does not bear. */
export const noCode = 0xffff

/** The values of an axis in the order in which they are shown, and the place of each row's among them. */
export interface AxisColumn {
  values: readonly string[]
  codes: Uint16Array
}

export const figureNames = [
  'accuracy',
  'low',
  'high',
  'macroF1',
  'nll',
  'ece',
  'agreement',
  'difference',
  'differenceLow',
  'differenceHigh',
  'bytes',
  'n',
] as const
export type FigureName = (typeof figureNames)[number]

/** Nominal coverage and method of intervals. */
export type Bounds = Pick<Interval, 'level' | 'method'>

/** How a cell stands: it has a figure, was not run yet, or failed. */
export const cellStates = ['measured', 'not-run', 'failed'] as const
export type CellState = (typeof cellStates)[number]

/**
 * Rows by columns, so that a hundred thousand of them are filtered and counted without an object each. Figures are NaN where there is none.
 */
export interface RunColumns {
  count: number
  /** places in {@link cellStates}; a cell without figures has its place on the axes all the same */
  states: Uint8Array
  axes: Readonly<Record<PivotAxis, AxisColumn>>
  figures: Readonly<Record<FigureName, Float64Array>>
  bits: ReadonlyMap<string, Bits>
  id: (row: number) => string
  warnings: (row: number) => readonly Warning[]
  /** of the figure's interval */
  bounds: (row: number, of: 'accuracy' | 'difference') => Bounds | null
  /** a row that is measured, as charts take it */
  rowAt: (row: number) => FigureRow
  /** what a cell failed by; null where it did not */
  failure: (row: number) => MissingCell['error']
}

/** Rows that are there already as columns. */
export function columnsOf(rows: readonly FigureRow[]): RunColumns {
  const axes = Object.fromEntries(pivotAxes.map((axis) => [axis, axisColumn(rows, axis)])) as RunColumns['axes']
  const figures = Object.fromEntries(
    figureNames.map((name) => [name, Float64Array.from(rows, (row) => figureOf(row, name) ?? Number.NaN)]),
  ) as RunColumns['figures']
  const at = (row: number) => rows[row] as FigureRow
  return {
    count: rows.length,
    states: new Uint8Array(rows.length),
    axes,
    figures,
    bits: new Map(rows.map((row) => [axisValue(row, 'bits') ?? '', row.bits])),
    id: (row) => at(row).id,
    warnings: (row) => at(row).warnings,
    bounds: (row, of) => (of === 'accuracy' ? at(row).interval : (at(row).difference?.interval ?? null)),
    rowAt: at,
    failure: () => null,
  }
}

function axisColumn(rows: readonly FigureRow[], axis: PivotAxis): AxisColumn {
  const values = valuesOf(rows, axis)
  const places = new Map(values.map((value, place) => [value, place]))
  return { values, codes: Uint16Array.from(rows, (row) => places.get(axisValue(row, axis) ?? '') ?? noCode) }
}

function figureOf(row: FigureRow, name: FigureName): number | null {
  switch (name) {
    case 'low':
    case 'high':
      return row.interval[name]
    case 'difference':
      return row.difference?.value ?? null
    case 'differenceLow':
      return row.difference?.interval.low ?? null
    case 'differenceHigh':
      return row.difference?.interval.high ?? null
    case 'bytes':
      return row.model_bytes
    default:
      return row[name]
  }
}

/** The column of a measure. */
export function measureColumn({ figures }: RunColumns, measure: Measure): Float64Array {
  return figures[measure]
}
