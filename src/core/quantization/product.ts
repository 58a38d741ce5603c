import type { Matrix } from './quantizedModel.ts'
import type { SiteVector } from './siteVector.ts'

const { fround } = Math

export interface Product {
  /** [rows] whole numbers below 2^53, added bias included; null where an operand is float */
  accumulators: Float64Array | null
  /** [rows] float32 */
  values: Float32Array
}

/**
 * A matrix times a site's vector (numerics.md section 4).
 *
 *     acc[r]   = sum_j Wq[r, j] * (q[j] - z) (+ bias[r])               exact; within 32 bits unless both operands have 16
 *     m[r]     = fround(s_W[r] * s)                                    s of the site, or of this vector where the site is dynamic
 *     value[r] = fround(fround(acc[r]) * m[r])
 *
 * With a float operand there are no integers: `value[r] = fround(sum_j w[r, j] * v[j])`, integers standing for `fround(q * s)`, products and sum in
 * float64, j rising. Other engines add in float32 and in their own order; such a product is of the class "tolerance".
 *
 * @param bias added to the accumulator; null: none
 */
export function product(matrix: Matrix, vector: SiteVector, bias: Int32Array | null = null): Product {
  if (matrix.kind === 'float' || vector.integers === null) {
    return { accumulators: null, values: floatProduct(matrix, vector.values) }
  }
  const { rows, cols, codes, scales } = matrix
  const { codes: vectorCodes, grid } = vector.integers
  const accumulators = new Float64Array(rows)
  const values = new Float32Array(rows)
  for (let r = 0; r < rows; r += 1) {
    let sum = bias?.[r] ?? 0
    for (let j = 0; j < cols; j += 1) sum += codes[r * cols + j]! * (vectorCodes[j]! - grid.zero)
    accumulators[r] = sum
    values[r] = fround(fround(sum) * fround(scales[r]! * grid.scale))
  }
  return { accumulators, values }
}

function floatProduct(matrix: Matrix, values: Float32Array): Float32Array {
  const { rows, cols } = matrix
  const products = new Float32Array(rows)
  for (let r = 0; r < rows; r += 1) {
    let sum = 0
    for (let j = 0; j < cols; j += 1) sum += matrixValue(matrix, r, j) * values[j]!
    products[r] = sum
  }
  return products
}

/** The float32 value at a place of a matrix. */
export function matrixValue(matrix: Matrix, row: number, column: number): number {
  const at = row * matrix.cols + column
  return matrix.kind === 'float' ? matrix.data[at]! : fround(matrix.codes[at]! * matrix.scales[row]!)
}

/** The sum of each row's integers, row-major [rows, any]. */
export function sumRows(codes: ArrayLike<number>, rows: number): Int32Array {
  const cols = codes.length / rows
  return new Int32Array(rows).map((_, r) => {
    let sum = 0
    for (let k = r * cols; k < (r + 1) * cols; k += 1) sum += codes[k]!
    return sum
  })
}
