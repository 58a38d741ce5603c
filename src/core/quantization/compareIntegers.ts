import { AppError } from '../../shared/errors.ts'
import { canonicalJson } from '../run/canonicalJson.ts'
import { gates, hasGates, meanDistance, type Gate } from './adjustments.ts'
import { dequantize, type StaticGrid } from './grid.ts'
import { partArrays, type PartArrays } from './partArrays.ts'
import type { FloatModel } from './quantizeModel.ts'
import type { Matrix, QuantizedModel, QuantizedPart } from './quantizedModel.ts'
import { dequantizeMatrix } from './weightMatrix.ts'

export type ComparedArray = 'embedding' | 'lstm-x' | 'lstm-h' | 'head'

/** How one array, or one gate of it, differs between two quantizations of the same weights. */
export interface IntegerChange {
  part: number
  array: ComparedArray
  /** null: of the whole array */
  gate: Gate | null
  weights: number
  /** share of the integers that differ, 0 to 1 */
  changed: number
  /** whether a scale differs */
  rescaled: boolean
  /** Wasserstein-1 distance between the two sets of adjustments `dW` */
  distance: number
  /** rounding to nearest with a range from the weights alone: calibration cannot have changed it, and `changed` 0 says nothing of calibration */
  identicalByConstruction: boolean
}

/**
 * What changed in the weights from one quantization to another, for arrays that are integers in both; whole array first, then its gates.
 *
 * @throws AppError `input-invalid` where they are not of one model
 */
export function compareIntegers(
  { spec, weights }: Pick<FloatModel, 'spec' | 'weights'>,
  a: QuantizedModel,
  b: QuantizedModel,
): IntegerChange[] {
  const specs = new Set([spec, a.spec, b.spec].map((one) => canonicalJson(one)))
  if (specs.size > 1) throw new AppError('input-invalid', 'The quantized models are not of one float model.')
  return a.parts.flatMap((part, index) => {
    const arrays = partArrays(spec, weights, index)
    const one = integersOf(a, part)
    const other = integersOf(b, b.parts[index]!)
    return comparedArrays.flatMap((array) => {
      const pair = [one[array], other[array]]
      if (pair[0] === null || pair[1] === null) return []
      return compareArray(index, array, floatArray(arrays, array), pair as [Integers, Integers], sameRules(a, b))
    })
  })
}

const comparedArrays = ['embedding', 'lstm-x', 'lstm-h', 'head'] as const

interface Integers {
  rows: number
  codes: ArrayLike<number>
  after: Float32Array
  scales: ArrayLike<number>
  /** whether the range came from the weights */
  ownRange: boolean
}

function integersOf(
  { spec }: QuantizedModel,
  { lstm, head, sites }: QuantizedPart,
): Record<ComparedArray, Integers | null> {
  const { embedding } = lstm
  const shared = (codes: Int8Array | Int16Array | Uint16Array): Integers => {
    const grid = sites.input as StaticGrid
    const after = Float32Array.from(codes, (code) => dequantize(code, grid))
    return { rows: spec.words, codes, after, scales: [grid.scale, grid.zero], ownRange: false }
  }
  return {
    embedding: embedding.shared ? shared(embedding.codes) : ofMatrix(embedding.matrix),
    'lstm-x': ofMatrix(lstm.wx),
    'lstm-h': ofMatrix(lstm.wh),
    head: ofMatrix(head.matrix),
  }
}

function ofMatrix(matrix: Matrix): Integers | null {
  if (matrix.kind === 'float') return null
  const { rows, codes, scales } = matrix
  return { rows, codes, after: dequantizeMatrix(matrix), scales, ownRange: true }
}

function floatArray(arrays: PartArrays, array: ComparedArray): Float32Array {
  return { embedding: arrays.embedding, 'lstm-x': arrays.wx, 'lstm-h': arrays.wh, head: arrays.head }[array]
}

/** Whether both recipes treat weights alike. */
function sameRules(a: QuantizedModel, b: QuantizedModel): (array: ComparedArray) => boolean {
  const rules = [a, b].map(({ recipe }) => canonicalJson({ ...recipe.weights, rounding: recipe.rounding }))
  const nearest = [a, b].every(({ recipe }) => recipe.weights.algorithm === 'nearest')
  return (array) => nearest && rules[0] === rules[1] && a.widths[array] === b.widths[array]
}

function compareArray(
  part: number,
  array: ComparedArray,
  before: Float32Array,
  pair: [Integers, Integers],
  alike: (array: ComparedArray) => boolean,
): IntegerChange[] {
  const identicalByConstruction = pair.every((one) => one.ownRange) && alike(array)
  const slice = (gate: Gate | null, from: number, to: number): IntegerChange => {
    const [changeA, changeB] = pair.map(({ after }) => changes(before, after, from, to))
    return {
      part,
      array,
      gate,
      weights: to - from,
      changed: share(pair[0].codes, pair[1].codes, from, to),
      rescaled: Array.from(pair[0].scales).some((scale, k) => scale !== pair[1].scales[k]),
      distance: meanDistance(changeA!, changeB!),
      identicalByConstruction,
    }
  }
  const { length } = before
  if (!hasGates(array)) return [slice(null, 0, length)]
  return [slice(null, 0, length), ...gates.map((gate, k) => slice(gate, (k * length) / 4, ((k + 1) * length) / 4))]
}

function changes(before: Float32Array, after: Float32Array, from: number, to: number): Float64Array {
  return Float64Array.from({ length: to - from }, (_, k) => after[from + k]! - before[from + k]!)
}

function share(a: ArrayLike<number>, b: ArrayLike<number>, from: number, to: number): number {
  let differing = 0
  for (let k = from; k < to; k += 1) if (a[k] !== b[k]) differing += 1
  return differing / (to - from)
}
