import { clean, pivotAxes, type FigureRow, type Only, type PivotAxis } from './axes.ts'
import { noCode, type AxisColumn, type RunColumns } from './runColumns.ts'

/** Which codes of a column are asked for. */
function wantedCodes({ values }: AxisColumn, asked: readonly string[]): Uint8Array {
  const wanted = new Uint8Array(noCode + 1)
  const places = new Map(values.map((value, place) => [value, place]))
  for (const value of asked) {
    const place = places.get(value)
    if (place !== undefined) wanted[place] = 1
  }
  // A row on which the axis does not bear is in every selection.
  wanted[noCode] = 1
  return wanted
}

/** The rows of which every axis has a value that is asked for, or none: what `selectRows` does, in columns. */
export function selectColumns({ count, axes }: Pick<RunColumns, 'count' | 'axes'>, only: Only): Uint32Array {
  const asked = (Object.entries(only) as [PivotAxis, string[]][]).map(
    ([axis, values]) => [axes[axis].codes, wantedCodes(axes[axis], values)] as const,
  )
  const found = new Uint32Array(count)
  let length = 0
  for (let row = 0; row < count; row += 1) {
    let fits = true
    for (const [codes, wanted] of asked) {
      if (wanted[codes[row] as number] === 0) {
        fits = false
        break
      }
    }
    if (fits) found[length++] = row
  }
  return found.subarray(0, length)
}

/** Rows that a filter by each value of each axis would leave, the other filters being as they are. */
export type Facets = Readonly<Record<PivotAxis, Uint32Array>>

/** One pass over all rows: one that fails no filter counts on every axis, one that fails a single filter counts on that axis. */
export function facets({ count, axes }: Pick<RunColumns, 'count' | 'axes'>, only: Only): Facets {
  const counts = pivotAxes.map((axis) => new Uint32Array(axes[axis].values.length))
  const codes = pivotAxes.map((axis) => axes[axis].codes)
  const asked = pivotAxes.map((axis) => (only[axis] === undefined ? null : wantedCodes(axes[axis], only[axis])))
  for (let row = 0; row < count; row += 1) {
    let failed = -1
    let many = false
    for (let axis = 0; axis < codes.length; axis += 1) {
      const wanted = asked[axis]
      if (wanted == null || wanted[(codes[axis] as Uint16Array)[row] as number] === 1) continue
      if (failed >= 0) {
        many = true
        break
      }
      failed = axis
    }
    if (many) continue
    if (failed >= 0) addOne(counts[failed], codes[failed], row)
    else for (let axis = 0; axis < codes.length; axis += 1) addOne(counts[axis], codes[axis], row)
  }
  return Object.fromEntries(pivotAxes.map((axis, at) => [axis, counts[at]])) as unknown as Facets
}

function addOne(counts: Uint32Array | undefined, codes: Uint16Array | undefined, row: number): void {
  const code = codes?.[row] ?? noCode
  if (counts !== undefined && code !== noCode) counts[code] = (counts[code] ?? 0) + 1
}

/** The values of an axis among some rows, in their order. */
export function valuesAmong({ axes }: Pick<RunColumns, 'axes'>, rows: Uint32Array, axis: PivotAxis): string[] {
  const { values, codes } = axes[axis]
  const seen = new Uint8Array(noCode + 1)
  for (const row of rows) seen[codes[row] as number] = 1
  return values.filter((_, place) => seen[place] === 1)
}

/** Axes whose values may be taken together in a cell of a table or a point of a chart. */
export const replicates: readonly PivotAxis[] = ['draw', 'seed', 'family']

/** Order in which axes are fixed: what other figures rest on first. */
const fixing: readonly PivotAxis[] = ['dataset', 'split', 'noise', 'shift', 'recipe', 'composition', 'bits', 'model']

export interface Narrowed {
  rows: Uint32Array
  /** what was asked for, and what was fixed */
  only: Only
  /** axes that had several values, were neither asked for nor spread, and were fixed to one */
  fixed: PivotAxis[]
}

/**
 * Rows that differ in draws, seeds and the axes in `spread` alone: an axis that is left over with several values is fixed to the usual one (clean
 * input, the reference composition), else to its first, because the mean of two widths or two levels of noise is a figure of nothing.
 */
export function narrow(
  columns: RunColumns,
  asked: Only,
  spread: readonly PivotAxis[],
  usual: Partial<Record<PivotAxis, string>> = {},
): Narrowed {
  const only: Only = { ...asked }
  const fixed: PivotAxis[] = []
  let rows = selectColumns(columns, only)
  for (const axis of fixing) {
    if (spread.includes(axis) || (only[axis]?.length ?? 0) === 1) continue
    const values = valuesAmong(columns, rows, axis)
    if (values.length < 2) continue
    const wanted = usual[axis] ?? (axis === 'noise' || axis === 'shift' ? clean : undefined)
    only[axis] = [values.find((value) => value === wanted) ?? (values[0] as string)]
    fixed.push(axis)
    rows = selectColumns(columns, only)
  }
  return { rows, only, fixed }
}

/** The measured ones among some rows, as charts take them. */
export function chartRows(columns: RunColumns, rows: Uint32Array): FigureRow[] {
  return Array.from(rows)
    .filter((row) => columns.states[row] === 0)
    .map((row) => columns.rowAt(row))
}
