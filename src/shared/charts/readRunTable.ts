import type { RunTable } from '../contract/runTable.ts'
import type { ResultRow } from '../contract/results.ts'
import type { Bits, Warning } from '../units.ts'
import { noiseOf, orderValues, pivotAxes, shiftValue, type FigureRow, type PivotAxis } from './axes.ts'
import { figureNames, noCode, type AxisColumn, type RunColumns } from './runColumns.ts'

const idLength = 26

/** The columns of a table as it came over the wire; the values of each axis in the order in which they are shown. */
export function readRunTable(table: RunTable): RunColumns {
  const { count, ids, axes: sent, bits, bounds, warnings, failures } = table
  const bitsByValue = new Map(sent.bits.values.map((value, place) => [value, bits[place] as Bits]))
  const axes = Object.fromEntries(
    pivotAxes.map((axis) => [axis, shownColumn(axis, sent[axis], bitsByValue, count)]),
  ) as Record<PivotAxis, AxisColumn>
  const figures = Object.fromEntries(
    figureNames.map((name) => [name, new Float64Array(bytesOf(table.figures[name], count * 8))]),
  ) as unknown as RunColumns['figures']
  const boundsOf = { accuracy: codesOf(bounds.accuracy, count), difference: codesOf(bounds.difference, count) }
  const [warned, failed] = [codesOf(warnings.rows, count), codesOf(failures.rows, count)]
  const sets = warnings.sets.map((set) => set.flatMap((place) => warnings.kinds[place] ?? []))
  const none: readonly Warning[] = []
  const columns: Omit<RunColumns, 'rowAt'> = {
    ...{ count, axes, figures, bits: bitsByValue },
    states: new Uint8Array(bytesOf(table.states, count)),
    id: (row) => ids.slice(row * idLength, (row + 1) * idLength).trim(),
    warnings: (row) => sets[warned[row] ?? noCode] ?? none,
    bounds: (row, of) => bounds.kinds[boundsOf[of][row] ?? noCode] ?? null,
    failure: (row) => failures.kinds[failed[row] ?? noCode] ?? null,
  }
  return { ...columns, rowAt: (row) => rowOf(columns, row) }
}

/** The bytes of a text of base64, as many as are expected. */
function bytesOf(text: string, expected: number): ArrayBuffer {
  const binary = atob(text)
  if (binary.length !== expected) throw new RangeError(`a column of ${binary.length} bytes instead of ${expected}`)
  const bytes = new Uint8Array(expected)
  for (let index = 0; index < expected; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes.buffer
}

function codesOf(text: string, count: number): Uint16Array {
  return new Uint16Array(bytesOf(text, count * 2))
}

function shownColumn(
  axis: PivotAxis,
  { values, codes: text }: RunTable['axes'][PivotAxis],
  bits: ReadonlyMap<string, Bits>,
  count: number,
): AxisColumn {
  const shown = orderValues(axis, values, bits)
  const places = new Map(shown.map((value, place) => [value, place]))
  const placeOf = Uint16Array.from(values, (value) => places.get(value) ?? noCode)
  const codes = codesOf(text, count)
  for (let row = 0; row < count; row += 1) codes[row] = placeOf[codes[row] as number] ?? noCode
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
