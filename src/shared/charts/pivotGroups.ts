import { AppError } from '../errors.ts'
import type { PivotAxis } from './axes.ts'
import { noCode, type RunColumns } from './runColumns.ts'

/** Cells that a table has at most. */
export const largestPivot = 200_000

export interface Grouped {
  rows: string[][]
  columns: string[][]
  /** the rows of a place, one on which an axis does not bear in every place of that axis */
  at: (line: number, column: number) => readonly number[]
}

/** Combinations of the axes' values that occur, in the axes' order, and the place of each row among them. */
interface Keys {
  keys: number[][]
  /** -1 for a row on which one of the axes does not bear: it adds no key */
  placeOf: (row: number) => number
}

/**
 * Rows by their values on the axes of a table.
 *
 * @throws AppError `too-large`
 */
export function groupColumns(
  columns: RunColumns,
  selected: Uint32Array,
  { rows: rowAxes, columns: columnAxes }: { rows: readonly PivotAxis[]; columns: readonly PivotAxis[] },
): Grouped {
  const [lines, fields] = [keysOf(columns, selected, rowAxes), keysOf(columns, selected, columnAxes)]
  const width = fields.keys.length
  if (lines.keys.length * width > largestPivot) throw tooLarge(lines.keys.length, width)
  const whole = new Map<number, number[]>()
  const partial = new Map<string, number[]>()
  const named = [...rowAxes, ...columnAxes]
  for (const row of selected) {
    const [line, field] = [lines.placeOf(row), fields.placeOf(row)]
    if (line >= 0 && field >= 0) addTo(whole, line * width + field, row)
    else addTo(partial, named.map((axis) => columns.axes[axis].codes[row]).join(), row)
  }
  const others = [...partial].map(([key, rows]) => ({ codes: key.split(',').map(Number), rows }))
  return {
    rows: lines.keys.map((key) => wordsOf(columns, rowAxes, key)),
    columns: fields.keys.map((key) => wordsOf(columns, columnAxes, key)),
    at: (line, field) => {
      const own = whole.get(line * width + field) ?? []
      const place = [...(lines.keys[line] ?? []), ...(fields.keys[field] ?? [])]
      const also = others.filter(({ codes }) => codes.every((code, at) => code === noCode || code === place[at]))
      return also.length === 0 ? own : [...own, ...also.flatMap(({ rows }) => rows)]
    },
  }
}

function keysOf({ axes }: RunColumns, selected: Uint32Array, named: readonly PivotAxis[]): Keys {
  const parts = named.map((axis) => axes[axis])
  // One number a combination, whose order is the order of the combinations.
  const numberOf = (row: number): number => {
    let number = 0
    for (const { codes, values } of parts) {
      const code = codes[row] as number
      if (code === noCode) return -1
      number = number * values.length + code
    }
    return number
  }
  const found = new Set<number>()
  for (const row of selected) found.add(numberOf(row))
  found.delete(-1)
  const ordered = [...found].sort((a, b) => a - b)
  const places = new Map(ordered.map((number, place) => [number, place]))
  return {
    keys: ordered.map((number) => codesOf(number, parts)),
    placeOf: (row) => places.get(numberOf(row)) ?? -1,
  }
}

function codesOf(number: number, parts: readonly { values: readonly string[] }[]): number[] {
  const codes: number[] = []
  let rest = number
  for (const { values } of parts.toReversed()) {
    codes.unshift(rest % values.length)
    rest = Math.floor(rest / values.length)
  }
  return codes
}

function wordsOf({ axes }: RunColumns, named: readonly PivotAxis[], key: readonly number[]): string[] {
  return named.map((axis, at) => axes[axis].values[key[at] as number] as string)
}

function addTo<Key>(groups: Map<Key, number[]>, key: Key, row: number): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [row])
  else group.push(row)
}

function tooLarge(lines: number, width: number): AppError {
  return new AppError('too-large', 'The table would have more cells than anybody reads.', {
    expected: `at most ${largestPivot.toLocaleString('en')} cells`,
    found: `${lines.toLocaleString('en')} rows of ${width.toLocaleString('en')}`,
    hint: 'Filter, or take an axis out of the rows or columns.',
  })
}
