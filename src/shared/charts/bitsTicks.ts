import type { Bits } from '../units.ts'
import { bitsValue, isFloat, uniformWidth, valuesOf, type FigureRow } from './axes.ts'
import { keyNote } from './figure.ts'
import { mixNumbers, shortLabels } from './shortBits.ts'
import { plainText, shownNames } from './shownName.ts'

export interface BitsTicks {
  /** values of the axis, float first, then from wide to narrow */
  values: string[]
  bits: Bits[]
  /** of ticks: a number, or a label in two lines */
  labels: string[]
  /** label of each in one line */
  whole: string[]
  /** label of each as it is said and stands in a table: a number, or the widths in full */
  said: string[]
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
  const short = shortLabels(values, room)
  const shown = shownNames(short, room)
  const whole = short.map((label) => shown.get(label) ?? label)
  const uniform = bits.every((one) => uniformWidth(one) !== null)
  const numbers = bits.map((one) => String(uniformWidth(one)))
  return {
    values,
    bits,
    labels: uniform ? numbers : bits.map((one, at) => inTwoLines(one, whole[at] ?? '')),
    whole,
    said: uniform ? numbers : values.map(plainText),
    name: uniform ? 'bits of weights, activations and cell' : 'bits',
    notes: whole.flatMap((label, at) => keyOf(label, values[at] ?? '')),
  }
}

/** What a label in short stands for. */
function keyOf(label: string, value: string): string[] {
  return label === plainText(value) ? [] : [keyNote(label, plainText(value))]
}

/**
 * The ticks for steps of `step` pixels: in as many lines as their words where two lines would run into each other, float in short; a label that has
 * a word longer than a step is a number, and the notes have its key.
 */
export function ticksWithin(ticks: BitsTicks, step: number): BitsTicks {
  const fits = (label: string): boolean => widestOf([label]) * character + 4 <= step
  const inWords = (label: string): string => label.replaceAll(' ', '\n')
  const narrow = ticks.labels.every(fits) ? ticks.labels : ticks.labels.map(inWords)
  const isLong = narrow.map((label) => label !== 'float' && !fits(label))
  // What has a number already is counted along.
  const isCounted = (at: number): boolean => isLong[at] === true || / mix \d+$/.test(ticks.whole[at] ?? '')
  const numbers = mixNumbers(ticks.values.filter((_, at) => isCounted(at)))
  const numbered = ticks.values.map((value) => numbers.get(value))
  const isTight = 'float'.length * character + 2 > step
  return {
    ...ticks,
    labels: narrow.map((label, at) =>
      isTight && label === 'float' ? floatInShort : numbered[at] === undefined ? label : inWords(numbered[at]),
    ),
    notes: ticks.whole.flatMap((label, at) => keyOf(numbered[at] ?? label, ticks.values[at] ?? '')),
  }
}

/** Characters of the longest line. */
export function widestOf(labels: readonly string[]): number {
  return Math.max(0, ...labels.flatMap((label) => label.split('\n')).map((part) => part.length))
}

/** Lines of the label that has most of them. */
export function linesOfLabels(labels: readonly string[]): number {
  return Math.max(1, ...labels.map((label) => label.split('\n').length))
}

/** Weights above, activations and cell below. */
function inTwoLines(bits: Bits, label: string): string {
  return isFloat(bits) ? label : label.replace(' ', '\n')
}
