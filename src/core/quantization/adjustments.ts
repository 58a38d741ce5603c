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
  /** what the integers stand for, `fround((q - zero) * scale)` */
  after: Float32Array
  codes: Int8Array | Int16Array | Uint16Array
  /** the least and the largest integer of the grid */
  low: number
  high: number
  /** scale of each row */
  scales: Float32Array
  /** whether one grid has all of them: `after` then rises with the integers */
  oneGrid?: boolean
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
  const { part, array, cols, codes, low, high, scales } = matrix
  const before = matrix.before.subarray(fromRow * cols, toRow * cols)
  const after = matrix.after.subarray(fromRow * cols, toRow * cols)
  const steps = { below: 0, bins: Array.from({ length: bins }, () => 0), above: 0 }
  let [sum, inSteps, largest, ends, squaresBefore, squaresAfter] = [0, 0, 0, 0, 0, 0]
  for (let row = 0, k = 0; row < toRow - fromRow; row += 1) {
    const scale = scales[fromRow + row]!
    for (const end = k + cols; k < end; k += 1) {
      const change = after[k]! - before[k]!
      const step = change / scale
      const code = codes[fromRow * cols + k]!
      sum += Math.abs(change)
      inSteps += Math.abs(step)
      largest = Math.max(largest, Math.abs(change))
      squaresBefore += before[k]! * before[k]!
      squaresAfter += after[k]! * after[k]!
      if (code === low || code === high) ends += 1
      countStep(steps, step)
    }
  }
  const weights = before.length
  return {
    part,
    array,
    gate,
    weights,
    mean: sum / weights,
    largest,
    meanSteps: inSteps / weights,
    wasserstein: gate === null ? wholeDistance(matrix) : meanDistance(before, after),
    atEnds: ends / weights,
    normRatio: squaresBefore === 0 ? null : Math.sqrt(squaresAfter / squaresBefore),
    steps,
  }
}

/** Sorted weights of a model, which is quantized many times; kept as long as the weights are, which nobody may change. */
const sortedBefore = new WeakMap<Float32Array, Float32Array>()

function wholeDistance({ before, after, codes, low, high, oneGrid }: AdjustedMatrix): number {
  const one = sortedBefore.get(before) ?? sortedFloats(before)
  sortedBefore.set(before, one)
  return distanceOfSorted(one, oneGrid === true ? sortedByCode(after, codes, low, high) : sortedFloats(after))
}

/** What `sortedFloats` gives of values that rise with their integers. */
function sortedByCode(values: Float32Array, codes: AdjustedMatrix['codes'], low: number, high: number): Float32Array {
  const counts = new Uint32Array(high - low + 1)
  const valueOf = new Float32Array(high - low + 1)
  for (let k = 0; k < codes.length; k += 1) {
    counts[codes[k]! - low]! += 1
    valueOf[codes[k]! - low] = values[k]!
  }
  const sortedValues = new Float32Array(values.length)
  for (let code = 0, from = 0; code < counts.length; code += 1) {
    sortedValues.fill(valueOf[code]!, from, (from += counts[code]!))
  }
  return sortedValues
}

function countStep(steps: Adjustment['steps'], step: number): void {
  if (step < -1) steps.below += 1
  else if (step > 1) steps.above += 1
  else steps.bins[Math.min(bins - 1, Math.floor(((step + 1) / 2) * bins))]! += 1
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
