import type { WeightName } from '../../shared/contract/quantizationRules.ts'
import { sortedFloats } from './sortFloats.ts'

/** `label-vectors` are the class vectors, beside `label`, the rows of words that they are multiplied with. */
export type AdjustedArray = WeightName | 'label-vectors'

export const gates = ['i', 'f', 'g', 'o'] as const
export type Gate = (typeof gates)[number]

/** An array before and after quantization, row-major [rows, cols]. */
export interface AdjustedMatrix {
  part: number
  array: AdjustedArray
  rows: number
  cols: number
  before: Float32Array
  /** what the integers stand for, `fround((q - zero) * scale)`; of one grid for all, what each of its integers does, the least first */
  after: Float32Array | { values: Float32Array }
  codes: Int8Array | Int16Array | Uint16Array
  /** the least and the largest integer of the grid */
  low: number
  high: number
  /** scale of each row */
  scales: Float32Array
}

/** How quantization moved the weights of one array, or of one gate of it. `dW` is after less before, s the scale of a weight's row. */
export interface Adjustment {
  part: number
  array: AdjustedArray
  /** null: of the whole array */
  gate: Gate | null
  weights: number
  /** mean and largest |dW| */
  mean: number
  largest: number
  /** mean |dW| / s, in steps; of rounding alone at most 0.5, about 0.25 */
  meanSteps: number
  /** Wasserstein-1 distance between the weights before and after */
  wasserstein: number
  /** share of the integers at either end of their grid, 0 to 1 */
  atEnds: number
  /** `||after|| / ||before||`; null where all weights are 0 */
  normRatio: number | null
  /** dW / s in 40 equal bins over [-1, 1], the last with 1 itself; and what lies below and above */
  steps: { below: number; bins: number[]; above: number }
}

/** The whole array first, then its gates where it has them. */
export function adjustmentsOf(matrix: AdjustedMatrix): Adjustment[] {
  const whole = adjustment(matrix, null, 0, matrix.rows)
  if (!hasGates(matrix.array)) return [whole]
  const height = matrix.rows / 4
  return [whole, ...gates.map((gate, k) => adjustment(matrix, gate, k * height, (k + 1) * height))]
}

export function hasGates(array: AdjustedArray): boolean {
  return array === 'lstm-x' || array === 'lstm-h'
}

const bins = 40

function adjustment(matrix: AdjustedMatrix, gate: Gate | null, fromRow: number, toRow: number): Adjustment {
  const { part, array, cols, before, codes, low, high, scales } = matrix
  // Below -1, the bins, above 1.
  const counts = new Uint32Array(bins + 2)
  const steps = new Float64Array(cols)
  let sum = 0
  let inSteps = 0
  let largest = 0
  let ends = 0
  let squaresAfter = 0
  for (let row = fromRow; row < toRow; row += 1) {
    const scale = scales[row]!
    const after = rowAfter(matrix, row)
    for (let col = 0, k = row * cols; col < cols; col += 1, k += 1) {
      const was = before[k]!
      const is = after[col]!
      const change = is - was
      const step = change / scale
      const size = Math.abs(change)
      sum += size
      inSteps += Math.abs(step)
      if (size > largest) largest = size
      squaresAfter += is * is
      const code = codes[k]!
      if (code === low || code === high) ends += 1
      steps[col] = step
    }
    // Apart, so that no sum waits for a count.
    for (let col = 0; col < cols; col += 1) counts[placeOf(steps[col]!)]! += 1
  }
  const weights = (toRow - fromRow) * cols
  const squaresBefore = knownOf(before, fromRow * cols, toRow * cols).squares
  return {
    part,
    array,
    gate,
    weights,
    mean: sum / weights,
    largest,
    meanSteps: inSteps / weights,
    wasserstein: distanceOf(matrix, fromRow, toRow),
    atEnds: ends / weights,
    normRatio: squaresBefore === 0 ? null : Math.sqrt(squaresAfter / squaresBefore),
    steps: { below: counts[0]!, bins: [...counts.subarray(1, bins + 1)], above: counts[bins + 1]! },
  }
}

/** Where a step is counted: 0 below -1, then its bin from 1 on, then above 1. */
function placeOf(step: number): number {
  if (step < -1) return 0
  if (step > 1) return bins + 1
  const bin = ((step + 1) * (bins / 2)) | 0
  return bin < bins ? bin + 1 : bins
}

/** What the integers of a row stand for; valid until the next row is asked for. */
function rowAfter({ after, codes, cols, low }: AdjustedMatrix, row: number): Float32Array {
  if (after instanceof Float32Array) return after.subarray(row * cols, (row + 1) * cols)
  const { values } = after
  const found = rowOfValues.length < cols ? (rowOfValues = new Float32Array(cols)) : rowOfValues
  for (let col = 0, k = row * cols; col < cols; col += 1, k += 1) found[col] = values[codes[k]! - low]!
  return found
}

let rowOfValues = new Float32Array()

/** What is asked of some weights at every quantization of a model. */
interface KnownWeights {
  sorted: Float32Array
  /** the sum of their squares, in their order */
  squares: number
}

/** By the elements that they are; kept as long as the weights are, which nobody may change. */
const knownWeights = new WeakMap<Float32Array, Map<string, KnownWeights>>()

function knownOf(weights: Float32Array, from: number, to: number): KnownWeights {
  const ofArray = knownWeights.get(weights) ?? new Map<string, KnownWeights>()
  knownWeights.set(weights, ofArray)
  const key = `${from} ${to}`
  const found = ofArray.get(key) ?? knowledgeOf(weights.subarray(from, to))
  ofArray.set(key, found)
  return found
}

function knowledgeOf(weights: Float32Array): KnownWeights {
  let squares = 0
  for (let k = 0; k < weights.length; k += 1) squares += weights[k]! * weights[k]!
  return { sorted: sortedFloats(weights), squares }
}

/** The Wasserstein-1 distance of some rows before and after. */
function distanceOf({ before, after, codes, cols, low }: AdjustedMatrix, fromRow: number, toRow: number): number {
  const [from, to] = [fromRow * cols, toRow * cols]
  const sortedWeights = knownOf(before, from, to).sorted
  if (after instanceof Float32Array) return distanceOfSorted(sortedWeights, sortedFloats(after.subarray(from, to)))
  return distanceByCode(sortedWeights, codes.subarray(from, to), low, after.values)
}

/** The same where values rise with their integers: so many of each are their sorted row. */
function distanceByCode(
  sortedWeights: Float32Array,
  codes: AdjustedMatrix['codes'],
  low: number,
  values: Float32Array,
): number {
  const counts = new Uint32Array(values.length)
  for (let k = 0; k < codes.length; k += 1) counts[codes[k]! - low]! += 1
  let [sum, k] = [0, 0]
  for (let code = 0; code < counts.length; code += 1) {
    const value = values[code]!
    for (const end = k + counts[code]!; k < end; k += 1) sum += Math.abs(sortedWeights[k]! - value)
  }
  return sum / codes.length
}

/** The Wasserstein-1 distance of as many values on either side: the mean distance of the sorted ones. */
export function meanDistance(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  return distanceOfSorted(sorted(a), sorted(b))
}

function distanceOfSorted(one: Float32Array | Float64Array, other: Float32Array | Float64Array): number {
  let sum = 0
  for (let k = 0; k < one.length; k += 1) sum += Math.abs(one[k]! - other[k]!)
  return sum / one.length
}

function sorted(values: Float32Array | Float64Array): Float32Array | Float64Array {
  return values instanceof Float32Array ? sortedFloats(values) : values.toSorted()
}
