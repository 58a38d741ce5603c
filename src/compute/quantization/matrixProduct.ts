import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { AppError } from '../../shared/errors.ts'
import type { IntegerMatrix, Matrix, SiteGrid } from '../../core/quantization/quantizedModel.ts'
import type { Kept } from './kept.ts'
import { realOf, type SiteValue } from './siteValue.ts'

/** An integer accumulator as the library holds it, [texts, rows]: `high * radix + low`, both whole; `high` is null where one float32 holds it. */
export interface Accumulator {
  high: Tensor | null
  low: Tensor
  radix: number
}

/** `m * (W v)` of some texts' vectors, [texts, rows]; `see` is told of the accumulators of an integer product. */
export type MatrixProduct = (value: SiteValue, see?: (sum: Accumulator) => void) => Tensor

export interface ProductRows {
  from: number
  to: number
  /** [all rows of the matrix], added to the accumulator; null: none */
  bias?: Int32Array | null
}

/** What float32 holds of whole numbers without a gap. */
const exact = 2 ** 24

/**
 * The product of some rows of a matrix with the vectors of a site.
 *
 *     acc[r] = sum_j W[r, j] (q_j - z) (+ bias[r])       out[r] = fround(fround(acc[r]) * fround(s_W[r] * s))
 *
 * Whole numbers in float32, exact in any order: every partial sum is below 2^24. Where rows could go beyond, the wider operand is split into
 * `radix * high + low`; the two products are exact, and their float32 sum is `fround(acc)` (numerics.md section 4). With a float operand it is a
 * float32 product of the values, whose sums are in the library's order.
 *
 * @throws AppError `bit-width-unsupported` for 16 by 16 bits, and where halves do not suffice
 */
export function matrixProduct(
  kept: Kept,
  matrix: Matrix,
  grid: SiteGrid,
  { from, to, bias }: ProductRows,
): MatrixProduct {
  const { ops } = kept
  if (matrix.kind === 'float' || grid.kind === 'float') {
    const weights = keepColumns(kept, matrix, from, to, realWeight(matrix))
    return (value) => ops.matMul(realOf(ops, value), weights)
  }
  const sums = integerSums(kept, matrix, grid, { from, to, bias: bias ?? null })
  const scales = matrix.scales.subarray(from, to)
  const rowScales = kept.floats(scales)
  const factors = grid.kind === 'static' ? staticFactors(kept, scales, grid.scale) : null
  return (value, see) => {
    if (value.kind === 'float') throw new Error('an integer site gave no integers')
    const sum = sums(value.codes)
    see?.(sum)
    return ops.float('Mul', rounded(kept, sum), factors ?? ops.float('Mul', rowScales, value.scale))
  }
}

/** `fround(acc)`: the first product is exact, as the radix is a power of two, so that the sum is all that rounds. */
function rounded(kept: Kept, { high, low, radix }: Accumulator): Tensor {
  if (high === null) return low
  return kept.ops.float('AddV2', kept.ops.float('Mul', high, kept.scalar(radix)), low)
}

/** One number where all rows have one, which is less to read than a vector. */
function staticFactors(kept: Kept, scales: Float32Array, scale: number): Tensor {
  const factors = scales.map((ofRow) => Math.fround(ofRow * scale))
  return factors.every((factor) => factor === factors[0]) ? kept.scalar(factors[0]!) : kept.floats(factors)
}

type IntegerSums = (codes: Tensor) => Accumulator
type Rows = Required<ProductRows>

function integerSums(
  kept: Kept,
  matrix: IntegerMatrix,
  grid: Exclude<SiteGrid, { kind: 'float' }>,
  rows: Rows,
): IntegerSums {
  const most = largestCode(grid)
  if (matrix.width === 16 && grid.width === 16) throw tooWide('weights and vectors of 16 bits')
  const fitting = (weights: number, codes: number): boolean => fits(matrix, rows, { weights, codes }, most)
  if (fitting(1, 1)) return wholeSums(kept, matrix, rows)
  const splitWeight = matrix.width >= grid.width
  const radix = radices.find((by) => (splitWeight ? fitting(by, 1) : fitting(1, by)))
  if (radix === undefined) {
    throw tooWide(`${matrix.cols} columns of ${matrix.width} bits with vectors of ${grid.width}`)
  }
  return splitWeight ? splitWeights(kept, matrix, rows, radix) : splitCodes(kept, matrix, rows, radix)
}

/** 256 halves 16 bits, 16 halves 8. */
const radices = [256, 16]

/** `max |q - z|`; the zero point of a vector may be anywhere on its grid. */
export function largestCode(grid: Exclude<SiteGrid, { kind: 'float' }>): number {
  if (grid.kind === 'static') return Math.max(grid.zero - grid.low, grid.high - grid.zero)
  return grid.scheme === 'affine' ? grid.high - grid.low : Math.max(-grid.low, grid.high)
}

/** Whether each half of a split product stays within what float32 holds; a radix of 1 is no split. */
function fits(
  { codes, cols }: IntegerMatrix,
  { from, to, bias }: Rows,
  radix: { weights: number; codes: number },
  most: number,
): boolean {
  // The larger of the two halves: at most radix / 2 the one, |value| / radix and a half the other.
  const half = (value: number, by: number): number => (by === 1 ? value : Math.max(by / 2, Math.ceil(value / by + 0.5)))
  for (let row = from; row < to; row += 1) {
    let sum = 0
    for (let k = row * cols; k < (row + 1) * cols; k += 1) sum += half(Math.abs(codes[k]!), radix.weights)
    const offset = bias === null ? 0 : half(Math.abs(bias[row]!), radix.weights * radix.codes)
    if (sum * half(most, radix.codes) + offset > exact) return false
  }
  return true
}

function wholeSums(kept: Kept, matrix: IntegerMatrix, rows: Rows): IntegerSums {
  const weights = keepColumns(kept, matrix, rows.from, rows.to, codeOf(matrix))
  const bias = keepBias(kept, rows, (value) => value)
  return (codes) => ({ high: null, low: plus(kept, kept.ops.matMul(codes, weights), bias), radix: 1 })
}

function splitWeights(kept: Kept, matrix: IntegerMatrix, rows: Rows, radix: number): IntegerSums {
  const halves = (['high', 'low'] as const).map((half) => {
    const of = (value: number): number => splitNumber(value, radix)[half]
    const code = codeOf(matrix)
    const weights = keepColumns(kept, matrix, rows.from, rows.to, (row, col) => of(code(row, col)))
    const bias = keepBias(kept, rows, of)
    return (codes: Tensor): Tensor => plus(kept, kept.ops.matMul(codes, weights), bias)
  })
  return (codes) => ({ high: halves[0]!(codes), low: halves[1]!(codes), radix })
}

function splitCodes(kept: Kept, matrix: IntegerMatrix, rows: Rows, radix: number): IntegerSums {
  const { ops } = kept
  const weights = keepColumns(kept, matrix, rows.from, rows.to, codeOf(matrix))
  const [highBias, lowBias] = (['high', 'low'] as const).map((half) =>
    keepBias(kept, rows, (value) => splitNumber(value, radix)[half]),
  )
  return (codes) => {
    const high = ops.float('Rint', ops.float('Mul', codes, kept.scalar(1 / radix)))
    const low = ops.float('Sub', codes, ops.float('Mul', high, kept.scalar(radix)))
    return {
      high: plus(kept, ops.matMul(high, weights), highBias!),
      low: plus(kept, ops.matMul(low, weights), lowBias!),
      radix,
    }
  }
}

/** `value = radix * high + low` with low in [-radix / 2, radix / 2]. */
function splitNumber(value: number, radix: number): { high: number; low: number } {
  const high = Math.round(value / radix)
  return { high, low: value - radix * high }
}

function plus({ ops }: Kept, sum: Tensor, bias: Tensor | null): Tensor {
  return bias === null ? sum : ops.float('AddV2', sum, bias)
}

function keepBias(kept: Kept, { from, to, bias }: Rows, of: (value: number) => number): Tensor | null {
  return bias === null ? null : kept.floats(Array.from(bias.subarray(from, to), of))
}

/** Some rows as columns, [cols, rows]: the library multiplies these faster. */
function keepColumns(
  kept: Kept,
  { cols }: Matrix,
  from: number,
  to: number,
  valueOf: (row: number, col: number) => number,
): Tensor {
  const rows = to - from
  const values = new Float32Array(cols * rows)
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) values[col * rows + row] = valueOf(from + row, col)
  }
  return kept.floats(values, [cols, rows])
}

function codeOf({ codes, cols }: IntegerMatrix): (row: number, col: number) => number {
  return (row, col) => codes[row * cols + col]!
}

function realWeight(matrix: Matrix): (row: number, col: number) => number {
  const { cols } = matrix
  if (matrix.kind === 'float') return (row, col) => matrix.data[row * cols + col]!
  return (row, col) => Math.fround(matrix.codes[row * cols + col]! * matrix.scales[row]!)
}

function tooWide(found: string): AppError {
  return new AppError('bit-width-unsupported', 'The TensorFlow engine cannot keep a matrix product exact.', {
    expected: 'sums below 2^24, or below it in two halves',
    found,
    hint: 'Take 8 bits for the weights or for what they are multiplied with.',
  })
}
