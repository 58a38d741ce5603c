import type { RunTable } from '../contract/runTable.ts'
import type { ResultRow } from '../contract/results.ts'
import type { Bits, Warning } from '../units.ts'
import { noiseOf, orderValues, pivotAxes, shiftValue, type FigureRow, type PivotAxis } from './axes.ts'
import { codesOf, figuresOf, rowsOf } from './decodeColumns.ts'
import { figureNames, noCode, type AxisColumn, type FigureName, type RunColumns } from './runColumns.ts'

const idLength = 26
const none: readonly Warning[] = []

/** Columns as they were sent: codes of values in no promised order. */
interface Sent {
  total: number
  ids: string
  /** ids of rows that came later */
  lateIds: Map<number, string>
  states: Uint16Array
  axes: Record<PivotAxis, Uint16Array>
  figures: Record<FigureName, Float64Array>
  accuracy: Uint16Array
  difference: Uint16Array
  warned: Uint16Array
  failed: Uint16Array
}

/** The columns of a table as it came over the wire; the values of each axis in the order in which they are shown. */
export function readRunTable(table: RunTable): RunColumns {
  return new HeldTable(table).columns
}

/** A table that a page holds: all of what was told, or the rows that came since put into what was held before, which is used up. */
export class HeldTable {
  readonly version: string
  readonly study: RunTable['study']
  readonly columns: RunColumns
  readonly #sent: Sent

  constructor(told: RunTable, before?: HeldTable) {
    const rows = rowsOf(told.rows)
    const came = sentOf(told)
    this.#sent = rows === null ? came : patched(before === undefined ? undefined : before.#sent, came, rows)
    this.version = told.version
    this.study = told.study
    this.columns = columnsOfSent(told, this.#sent)
  }
}

function sentOf({ count, total, ids, states, axes, figures, bounds, warnings, failures }: RunTable): Sent {
  const each = <Name extends string, Column>(names: readonly Name[], column: (name: Name) => Column) =>
    Object.fromEntries(names.map((name) => [name, column(name)])) as Record<Name, Column>
  return {
    ...{ total, ids, lateIds: new Map<number, string>() },
    states: codesOf(states, count),
    axes: each(pivotAxes, (axis) => codesOf(axes[axis].codes, count)),
    figures: each(figureNames, (name) => figuresOf(figures[name], count)),
    accuracy: codesOf(bounds.accuracy, count),
    difference: codesOf(bounds.difference, count),
    warned: codesOf(warnings.rows, count),
    failed: codesOf(failures.rows, count),
  }
}

function patched(sent: Sent | undefined, came: Sent, rows: Uint32Array): Sent {
  if (sent?.total !== came.total) throw new RangeError('rows of a table that is not held')
  const into = (all: Uint16Array | Float64Array, some: Uint16Array | Float64Array): void =>
    rows.forEach((row, at) => (all[row] = some[at] as number))
  for (const axis of pivotAxes) into(sent.axes[axis], came.axes[axis])
  for (const name of figureNames) into(sent.figures[name], came.figures[name])
  for (const name of ['states', 'accuracy', 'difference', 'warned', 'failed'] as const) into(sent[name], came[name])
  rows.forEach((row, at) => sent.lateIds.set(row, idAt(came.ids, at)))
  return sent
}

function columnsOfSent(told: RunTable, sent: Sent): RunColumns {
  const { axes: values, bits, bounds, warnings, failures } = told
  const bitsByValue = new Map(values.bits.values.map((value, place) => [value, bits[place] as Bits]))
  const sets = warnings.sets.map((set) => set.flatMap((place) => warnings.kinds[place] ?? []))
  const columns: Omit<RunColumns, 'rowAt'> = {
    ...{ count: sent.total, figures: sent.figures, bits: bitsByValue },
    axes: Object.fromEntries(
      pivotAxes.map((axis) => [axis, shownColumn(axis, values[axis].values, sent.axes[axis], bitsByValue)]),
    ) as Record<PivotAxis, AxisColumn>,
    states: new Uint8Array(sent.states),
    id: (row) => sent.lateIds.get(row) ?? idAt(sent.ids, row),
    warnings: (row) => sets[sent.warned[row] ?? noCode] ?? none,
    bounds: (row, of) => bounds.kinds[sent[of][row] ?? noCode] ?? null,
    failure: (row) => failures.kinds[sent.failed[row] ?? noCode] ?? null,
  }
  return { ...columns, rowAt: (row) => rowOf(columns, row) }
}

function idAt(ids: string, at: number): string {
  return ids.slice(at * idLength, (at + 1) * idLength).trim()
}

function shownColumn(
  axis: PivotAxis,
  values: readonly string[],
  sent: Uint16Array,
  bits: ReadonlyMap<string, Bits>,
): AxisColumn {
  const shown = orderValues(axis, values, bits)
  const places = new Map(shown.map((value, place) => [value, place]))
  const placeOf = Uint16Array.from(values, (value) => places.get(value) ?? noCode)
  const codes = new Uint16Array(sent.length)
  for (let row = 0; row < sent.length; row += 1) codes[row] = placeOf[sent[row] as number] ?? noCode
  return { values: shown, codes }
}

function rowOf(columns: Omit<RunColumns, 'rowAt'>, row: number): FigureRow {
  const { axes, figures, bits } = columns
  const value = (axis: PivotAxis): string | null => axes[axis].values[axes[axis].codes[row] ?? noCode] ?? null
  const number = (axis: PivotAxis): number | null => (value(axis) === null ? null : Number(value(axis)))
  const figure = (name: (typeof figureNames)[number]): number => figures[name][row] ?? Number.NaN
  const [of, against] = [columns.bounds(row, 'accuracy'), columns.bounds(row, 'difference')]
  const present = (found: number): number | null => (Number.isNaN(found) ? null : found)
  const dataset = value('dataset')
  return {
    id: columns.id(row),
    model: value('model') ?? '',
    family: (value('family') ?? 'discriminative') as ResultRow['family'],
    seed: number('seed'),
    recipe: value('recipe'),
    bits: bits.get(value('bits') ?? '') as Bits,
    composition: value('composition'),
    draw: number('draw'),
    noise: noiseOf(value('noise') ?? 'none'),
    shift: shiftOf(value('shift') ?? 'none'),
    split: (value('split') ?? 'test') as ResultRow['split'],
    n: figure('n'),
    accuracy: figure('accuracy'),
    interval: { low: figure('low'), high: figure('high'), ...(of ?? { level: 0.95, method: 'unknown' }) },
    macroF1: figure('macroF1'),
    nll: present(figure('nll')),
    ece: figure('ece'),
    agreement: present(figure('agreement')),
    difference:
      against === null || Number.isNaN(figure('difference'))
        ? null
        : {
            value: figure('difference'),
            interval: { low: figure('differenceLow'), high: figure('differenceHigh'), ...against },
          },
    model_bytes: present(figure('bytes')) ?? 0,
    warnings: [...columns.warnings(row)],
    ...(dataset === null ? {} : { dataset }),
  }
}

/** A value of `shift` as it is written on the axis, read back. */
function shiftOf(value: string): ResultRow['shift'] {
  const [kind, size] = [value.split(' ')[0], Number(value.split(' ')[1])]
  const read: Record<string, ResultRow['shift']> = {
    'out-of-vocabulary': { kind: 'out-of-vocabulary', level: size },
    shorten: { kind: 'shorten', share: size },
    lengthen: { kind: 'lengthen', factor: size },
  }
  const shift = read[kind ?? ''] ?? null
  return shiftValue(shift) === value ? shift : null
}
