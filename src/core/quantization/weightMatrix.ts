import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import {
  dequantize,
  gridOf,
  largestScale,
  quantizeValues,
  scaleOf,
  type RoundingRules,
  type StaticGrid,
} from './grid.ts'
import { sumRows } from './product.ts'
import type { IntegerMatrix, IntegerWidth } from './quantizedModel.ts'
import { ofValues } from './ranges/distribution.ts'
import { findRange } from './ranges/findRange.ts'

export interface WeightRules {
  width: IntegerWidth
  weights: Recipe['weights']
  rounding: Recipe['rounding']
}

/**
 * Quantize a matrix to signed integers, symmetric about 0, with one scale a block of rows.
 *
 *     qmax = 2^(b-1) - 1
 *     s    = fround(magnitude / qmax)                                   magnitude: what the calibrator finds for the block; 1 where it is 0
 *     q    = clamp(rint(fround(w * fround(1 / s))), -qmax, qmax)        or fround(w / s), as the recipe's rounding says
 *
 * A scale below 2^-40 is raised to it, and with `powerOfTwo` to the next power of two. The integer -2^(b-1) stays unused, so that negation cannot
 * overflow.
 *
 * @param data row-major [rows, cols], finite
 * @param gates whether the rows are those of four gates, a quarter each: what `gate` granularity goes by; without, it is one scale in all
 * @throws AppError `input-invalid` where a scale would be above 2^40
 * @see numerics.md sections 2 and 3
 */
export function quantizeMatrix(
  data: Float32Array,
  rows: number,
  cols: number,
  rules: WeightRules,
  gates: boolean,
): IntegerMatrix {
  const { width } = rules
  const codes = width === 16 ? new Int16Array(rows * cols) : new Int8Array(rows * cols)
  const scales = new Float32Array(rows)
  const height = blockHeight(rules.weights.granularity, rows, gates)
  for (let row = 0; row < rows; row += height) {
    const [from, to] = [row * cols, (row + height) * cols]
    const grid = blockGrid(data.subarray(from, to), rules)
    scales.fill(grid.scale, row, row + height)
    quantizeValues(data.subarray(from, to), grid, roundingOf(rules), codes.subarray(from, to))
  }
  return { kind: 'integer', rows, cols, width, codes, scales, rowSums: sumRows(codes, rows) }
}

/** What the integers stand for, row-major [rows, cols]. */
export function dequantizeMatrix({ codes, scales, rows, cols }: IntegerMatrix): Float32Array {
  const values = new Float32Array(codes.length)
  for (let row = 0, k = 0; row < rows; row += 1) {
    const grid = { zero: 0, scale: scales[row]! }
    for (const end = k + cols; k < end; k += 1) values[k] = dequantize(codes[k]!, grid)
  }
  return values
}

function blockHeight(granularity: Recipe['weights']['granularity'], rows: number, gates: boolean): number {
  if (granularity === 'channel') return 1
  return granularity === 'gate' && gates ? rows / 4 : rows
}

function blockGrid(values: Float32Array, rules: WeightRules): StaticGrid {
  const { width, weights } = rules
  const gridOf = (range: { max: number }): StaticGrid => weightGrid(range.max, rules)
  const { calibrator } = weights
  const request = { calibrator, scheme: 'symmetric' as const, width, gridOf, rules: roundingOf(rules) }
  return weightGrid(findRange(ofValues(values), request).max, rules)
}

function weightGrid(magnitude: number, { width, weights }: WeightRules): StaticGrid {
  const high = 2 ** (width - 1) - 1
  const scale = scaleOf(Math.fround(magnitude), high, weights.powerOfTwo)
  if (scale <= largestScale) return gridOf({ width, low: -high, high }, scale, 0)
  throw new AppError('input-invalid', 'A weight is too large to be quantized.', {
    expected: `a scale up to ${largestScale}`,
    found: `a weight of ${magnitude} in ${width} bits`,
  })
}

/** Weights have no zero point to be added before or after. */
function roundingOf({ rounding }: WeightRules): RoundingRules {
  return { rounding, zeroPoint: 'after' }
}
