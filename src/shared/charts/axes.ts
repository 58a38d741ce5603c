import type { Answer, RecipePart, ResultRow } from '../contract/results.ts'
import { axes } from '../contract/studyRules.ts'
import type { Bits, Noise, Width } from '../units.ts'
import { z } from 'zod'

/** The axes of a study, the family that a model belongs to, and the texts that it was measured on. */
export const pivotAxes = [...axes, 'family', 'dataset', 'split'] as const
export const pivotAxisSchema = z.enum(pivotAxes)
export type PivotAxis = z.infer<typeof pivotAxisSchema>

/** Which rows are meant: of each axis named, the values; axes left out, all. */
export const onlySchema = z.partialRecord(pivotAxisSchema, z.array(z.string()).min(1).max(1000))
export type Only = z.infer<typeof onlySchema>

/** Clean input, and input that is not shifted. */
export const clean = 'none'

export function noiseValue({ kind, level }: Noise): string {
  return kind === 'none' ? clean : `${kind} ${level}`
}

/** {@link noiseValue}, read back. */
export function noiseOf(value: string): Noise {
  const [kind = clean, level = '0'] = value.split(' ')
  return { kind: kind as Noise['kind'], level: Number(level) }
}

export function shiftValue(shift: ResultRow['shift']): string {
  if (shift === null) return clean
  if (shift.kind === 'lengthen') return `lengthen ${shift.factor}`
  return `${shift.kind} ${shift.kind === 'shorten' ? shift.share : shift.level}`
}

/** What tables and charts take of a row; its dataset is told where there are several. */
export type FigureRow = Omit<ResultRow, 'recalls' | 'confusion' | 'duration_s'> & { dataset?: string }

export interface Rows {
  rows: readonly FigureRow[]
  /** what recipes' names stand for, where the study says it */
  recipes?: readonly RecipePart[]
}
export interface RowsAndAnswers extends Rows {
  answers: readonly Answer[]
}

type Untold = 'family' | 'dataset' | 'split'
/** What has a place on the axes: a row, or a cell that has none yet, of which less is told. */
export type Placed = Pick<FigureRow, Exclude<PivotAxis, Untold>> & Partial<Pick<FigureRow, Untold>>

/** The row's value of an axis as text; null where the axis does not bear on it: recipe, composition and draw of a float model. */
export function axisValue(row: Placed, axis: PivotAxis): string | null {
  if (axis === 'noise') return noiseValue(row.noise)
  if (axis === 'shift') return shiftValue(row.shift)
  if (axis === 'bits') return bitsValue(row.bits)
  const value = row[axis] ?? null
  return value === null ? null : String(value)
}

const groups = ['weights', 'input', 'hidden', 'gates', 'sigmoid', 'tanh', 'cell', 'head'] as const

export function isFloat(bits: Bits): boolean {
  return groups.every((group) => bits[group] === 'float')
}

/** The one width that all groups have, or null where they differ. */
export function uniformWidth(bits: Bits): Width | null {
  return groups.every((group) => bits[group] === bits.weights) ? bits.weights : null
}

/** `float`, or the label. */
export function bitsValue(bits: Bits): string {
  return isFloat(bits) ? 'float' : bits.label
}

function widthRank(width: Width): number {
  return width === 'float' ? 32 : width
}

/** Float, then from wide to narrow: by the weights, then by all groups together. */
function compareBits(a: Bits, b: Bits): number {
  const total = (bits: Bits) => groups.reduce((sum, group) => sum + widthRank(bits[group]), 0)
  return widthRank(b.weights) - widthRank(a.weights) || total(b) - total(a) || (a.label < b.label ? -1 : 1)
}

function compareNoise(a: Noise, b: Noise): number {
  const place = (noise: Noise) => (noise.kind === 'none' ? '' : noise.kind)
  return place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a.level - b.level
}

/** An axis' values in the order in which they are shown: widths from wide to narrow, noise by kind and level, numbers by size, names as they come. */
export function valuesOf(rows: readonly FigureRow[], axis: PivotAxis): string[] {
  const first = new Map<string, FigureRow>()
  for (const row of rows) {
    const value = axisValue(row, axis)
    if (value !== null && !first.has(value)) first.set(value, row)
  }
  return orderValues(axis, [...first.keys()], new Map([...first].map(([value, { bits }]) => [value, bits])))
}

/** Values as they come, in the order in which they are shown. */
export function orderValues(axis: PivotAxis, values: readonly string[], bits: ReadonlyMap<string, Bits>): string[] {
  if (axis === 'bits') return values.toSorted((a, b) => compareBits(bits.get(a) as Bits, bits.get(b) as Bits))
  if (axis === 'noise') return values.toSorted((a, b) => compareNoise(noiseOf(a), noiseOf(b)))
  if (axis === 'seed' || axis === 'draw') return values.toSorted((a, b) => Number(a) - Number(b))
  return [...values]
}

/** The rows of which every axis has a value that is asked for, or none. */
export function selectRows<P extends Placed>(rows: readonly P[], only: Only): P[] {
  const asked = Object.entries(only) as [PivotAxis, string[]][]
  return rows.filter((row) =>
    asked.every(([axis, values]) => {
      const value = axisValue(row, axis)
      return value === null || values.includes(value)
    }),
  )
}

/** `only`, and clean input where neither it nor one of the axes says what noise and shift are meant. */
export function withCleanInput(only: Only, rows: readonly FigureRow[], spread: readonly PivotAxis[]): Only {
  const filled: Only = { ...only }
  for (const axis of ['noise', 'shift'] as const) {
    if (spread.includes(axis) || filled[axis] !== undefined) continue
    const values = valuesOf(rows, axis)
    if (values.length > 1 && values.includes(clean)) filled[axis] = [clean]
  }
  return filled
}

const words: Partial<Record<PivotAxis, (value: string) => string>> = {
  noise: (value) => (value === clean ? 'clean' : value),
  shift: (value) => (value === clean ? 'not shifted' : value),
  seed: (value) => `seed ${value}`,
  draw: (value) => `draw ${value}`,
}

/** A value as a person reads it; not yet cut, nor escaped. */
export function valueWords(axis: PivotAxis, value: string): string {
  return words[axis]?.(value) ?? value
}
