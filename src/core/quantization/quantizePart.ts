import type { GenerativeSpec, ModelSpec } from '../../shared/contract/modelRules.ts'
import type { Recipe, Site, WeightName } from '../../shared/contract/quantizationRules.ts'
import type { Warning, Width } from '../../shared/units.ts'
import { hasGates, type AdjustedArray, type AdjustedMatrix } from './adjustments.ts'
import { floatBias, integerBias } from './biases.ts'
import { siteSubject } from './deadSignals.ts'
import { dequantize, quantizeValues, type StaticGrid } from './grid.ts'
import { labelTable } from './labelTable.ts'
import { countParts, type LabelArrays, type PartArrays } from './partArrays.ts'
import type { Matrix, QuantizedLstm, QuantizedPart, SiteGrid } from './quantizedModel.ts'
import { dequantizeMatrix, quantizeMatrix } from './weightMatrix.ts'

/** All that one part is made of. */
export interface PartInput {
  spec: ModelSpec
  recipe: Recipe
  widths: Readonly<Record<Site | WeightName, Width>>
  arrays: PartArrays
  sites: Readonly<Record<Site, SiteGrid>>
  part: number
}

export interface PartOutcome {
  quantized: QuantizedPart
  /** every array that became integers, with what it was */
  matrices: AdjustedMatrix[]
  warnings: Warning[]
}

type Found = Omit<PartOutcome, 'quantized'>

/** @throws AppError `input-invalid` for weights that no grid can hold */
export function quantizePart(input: PartInput): PartOutcome {
  const found: Found = { matrices: [], warnings: [] }
  const lstm = quantizeLstm(input, found)
  const head = quantizeHead(input, found)
  return { quantized: { lstm, sites: input.sites, head }, ...found }
}

function quantizeLstm(input: PartInput, found: Found): QuantizedLstm {
  const { spec, arrays } = input
  const { embedding: inputs, hidden, words } = spec
  const embedding = quantizeEmbedding(input, found)
  const wx = quantizeArray(input, found, arrays.wx, inputs, 'lstm-x')
  const wh = quantizeArray(input, found, arrays.wh, hidden, 'lstm-h')
  const bias = floatBias(arrays.bias)
  return { inputs, hidden, words, embedding, wx, wh, bias, integerBias: biasOf(input, wx, bias, found) }
}

function quantizeHead(input: PartInput, found: Found): QuantizedPart['head'] {
  const { spec, arrays } = input
  const matrix = quantizeArray(input, found, arrays.head, spec.hidden, 'head')
  const bias = floatBias(arrays.headBias)
  if (spec.family === 'discriminative') return { kind: 'discriminative', matrix, bias }
  return { kind: 'generative', matrix, bias, labelTable: arrays.label && tableOf(input, found, arrays.label) }
}

/** The array as a matrix of its width; integers are noted with what they were. */
function quantizeArray(
  { recipe, widths, part }: PartInput,
  found: Found,
  data: Float32Array,
  cols: number,
  array: AdjustedArray,
): Matrix {
  const width = widths[array === 'label-vectors' ? 'label' : array]
  const rows = data.length / cols
  if (width === 'float') return { kind: 'float', rows, cols, data }
  const rules = { width, weights: recipe.weights, rounding: recipe.rounding }
  const made = quantizeMatrix(data, rows, cols, rules, hasGates(array))
  found.matrices.push(adjustedMatrix(part, array, made, data))
  return made
}

/** The embedding as the input's integers, where the input has one grid and the embedding no width of its own (numerics.md section 2). */
function quantizeEmbedding(input: PartInput, found: Found): QuantizedLstm['embedding'] {
  const { arrays, widths, sites, recipe, spec } = input
  const grid = sites.input
  if (grid.kind !== 'static' || widths.embedding !== widths.input) {
    return { shared: false, matrix: quantizeArray(input, found, arrays.embedding, spec.embedding, 'embedding') }
  }
  const codes = codesFor(grid, arrays.embedding.length)
  quantizeValues(arrays.embedding, grid, recipe, codes)
  found.matrices.push(adjustedEmbedding(input, codes, grid))
  return { shared: true, codes }
}

function codesFor({ width, low }: StaticGrid, length: number): Int8Array | Int16Array | Uint16Array {
  if (low < 0) return width === 16 ? new Int16Array(length) : new Int8Array(length)
  return width === 16 ? new Uint16Array(length) : new Int16Array(length)
}

/** `int32` biases need a scale that is known beforehand; where there is none the biases stay float, and the run says so. */
function biasOf(
  { spec, recipe, sites, part }: PartInput,
  wx: Matrix,
  bias: Float32Array,
  found: Found,
): Int32Array | null {
  if (recipe.bias === 'float') return null
  if (wx.kind === 'integer' && sites.input.kind === 'static') return integerBias(bias, wx.scales, sites.input.scale)
  found.warnings.push({
    code: 'bias-kept-float',
    message: 'The biases stay float: integer ones need integer weights and a static input, whose scales they have.',
    subject: siteSubject(part, countParts(spec), 'lstm-bias'),
  })
  return null
}

function tableOf(input: PartInput, found: Found, { words, vectors, bias }: LabelArrays): Float32Array {
  const { labelEmbedding: width } = input.spec as GenerativeSpec
  const dequantized = (data: Float32Array, array: AdjustedArray): Float32Array => {
    const made = quantizeArray(input, found, data, width, array)
    return made.kind === 'float' ? data : dequantizeMatrix(made)
  }
  return labelTable({ words: dequantized(words, 'label'), vectors: dequantized(vectors, 'label-vectors'), bias }, width)
}

function adjustedMatrix(
  part: number,
  array: AdjustedArray,
  made: Extract<Matrix, { kind: 'integer' }>,
  before: Float32Array,
): AdjustedMatrix {
  const { rows, cols, codes, scales, width } = made
  const high = 2 ** (width - 1) - 1
  return { part, array, rows, cols, before, after: dequantizeMatrix(made), codes, low: -high, high, scales }
}

function adjustedEmbedding(
  { part, arrays, spec }: PartInput,
  codes: Int8Array | Int16Array | Uint16Array,
  grid: StaticGrid,
): AdjustedMatrix {
  const { low, high, scale } = grid
  const values = Float32Array.from({ length: high - low + 1 }, (_, k) => dequantize(low + k, grid))
  const { words: rows, embedding: cols } = spec
  const scales = new Float32Array(rows).fill(scale)
  const before = arrays.embedding
  return { part, array: 'embedding', rows, cols, before, after: { values }, codes, low, high, scales }
}
