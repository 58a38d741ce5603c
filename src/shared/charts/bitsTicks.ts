import type { Bits } from '../units.ts'
import { bitsValue, isFloat, uniformWidth, valuesOf, type FigureRow } from './axes.ts'
import { shortLabels } from './shortBits.ts'
import { plainText, shownNames } from './shownName.ts'

export interface BitsTicks {
  /** values of the axis, float first, then from wide to narrow */
  values: string[]
  bits: Bits[]
  /** of ticks: a number, or a label in two lines */
  labels: string[]
  /** label of each in one line */
  whole: string[]
  /** what the axis counts */
  name: string
  /** what stands for each label that was shortened */
  notes: string[]
}

/** Pixels that a character of a tick takes. */
const character = 6.6
const floatInShort = 'fl.'
/** Characters of a label that a tick and the end of a line have room for. */
const room = 14

/**
 * Widths as equal steps. A tick is a bare number only where every group of the cell has this width; otherwise all ticks are whole
 * labels, so that "4" never stands for a mixture.
 */
export function bitsTicks(rows: readonly FigureRow[]): BitsTicks {
  const values = valuesOf(rows, 'bits')
  const bits = values.map((value) => (rows.find((row) => bitsValue(row.bits) === value) as FigureRow).bits)
  const short = shortLabels(values)
  const shown = shownNames(short, room)
  const whole = short.map((label) => shown.get(label) ?? label)
  const uniform = bits.every((one) => uniformWidth(one) !== null)
  return {
    values,
    bits,
    labels: uniform
      ? bits.map((one) => String(uniformWidth(one)))
      : bits.map((one, at) => inTwoLines(one, whole[at] ?? '')),
    whole,
    name: uniform ? 'bits of weights, activations and cell' : 'bits',
    notes: whole.flatMap((label, at) =>
      label !== plainText(values[at] ?? '') ? [`${label} is ${plainText(values[at] ?? '')}.`] : [],
    ),
  }
}

/** A label as it is said. */
export function onOneLine(label: string): string {
  return label === floatInShort ? 'float' : label.replaceAll('\n', ' ')
}

/** The labels for ticks that stand `step` pixels apart: in as many lines as their words where two lines would run into each other, float in short. */
export function labelsWithin({ labels }: Pick<BitsTicks, 'labels'>, step: number): string[] {
  const widest = Math.max(0, ...labels.flatMap((label) => label.split('\n')).map((part) => part.length))
  const fitting = widest * character + 4 <= step ? labels : labels.map((label) => label.replaceAll(' ', '\n'))
  const isTight = 'float'.length * character + 2 > step
  return fitting.map((label) => (isTight && label === 'float' ? floatInShort : label))
}

/** Weights above, activations and cell below. */
function inTwoLines(bits: Bits, label: string): string {
  return isFloat(bits) ? label : label.replace(' ', '\n')
}
