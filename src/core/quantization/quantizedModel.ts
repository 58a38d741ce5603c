import type { Recipe, Scheme, Site, WeightName } from '../../shared/contract/quantizationRules.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { Bits, Width } from '../../shared/units.ts'

export type IntegerWidth = Exclude<Width, 'float'>

/**
 * The integers that stand for a site's values, `value = fround((q - zero) * scale)` (numerics.md sections 2 and 3).
 *
 * - `float`: the value stays float32
 * - `static`: one scale, known when the model was made; `reciprocal = fround(1 / scale)`
 * - `dynamic`: scale and zero point of each vector come from its own minimum and maximum
 */
export type SiteGrid =
  | { kind: 'float' }
  | {
      kind: 'static'
      width: IntegerWidth
      /** of q, both ends included: -2^(b-1) and 2^(b-1) - 1, or 0 and 2^b - 1 */
      low: number
      high: number
      zero: number
      scale: number
      reciprocal: number
    }
  | {
      kind: 'dynamic'
      width: IntegerWidth
      scheme: Scheme
      low: number
      high: number
      /** what the vector's largest magnitude (symmetric) or its range (affine) is divided by: 2^(b-1) - 1, 2^(b-1), or 2^b - 1 */
      divisor: number
      powerOfTwo: boolean
    }

/** A matrix of integers with a scale a row; `value[r, c] = fround(codes[r, c] * scales[r])`. */
export interface IntegerMatrix {
  kind: 'integer'
  rows: number
  cols: number
  width: IntegerWidth
  /** row-major [rows, cols], each in [-(2^(b-1) - 1), 2^(b-1) - 1] */
  codes: Int8Array | Int16Array
  /** [rows], also where all rows have one scale */
  scales: Float32Array
  /** [rows], sum of each row's codes */
  rowSums: Int32Array
}

export interface FloatMatrix {
  kind: 'float'
  rows: number
  cols: number
  /** row-major [rows, cols] */
  data: Float32Array
}

export type Matrix = IntegerMatrix | FloatMatrix

/**
 * Embedding and LSTM. Rows of `wx` and `wh` in the gate order i, f, g, o.
 */
export interface QuantizedLstm {
  inputs: number
  hidden: number
  words: number
  /**
   * [words, inputs]. `shared`: its codes are the input's integers, on the grid of `input`, which is static (unsigned codes are kept in an
   * Int16Array, those of 16 bits in a Uint16Array); otherwise each row is dequantized (or float) and quantized again on that grid.
   */
  embedding: { shared: true; codes: Int8Array | Int16Array | Uint16Array } | { shared: false; matrix: Matrix }
  /** [4 hidden, inputs] */
  wx: Matrix
  /** [4 hidden, hidden] */
  wh: Matrix
  /** [4 hidden] float32; added to the x half */
  bias: Float32Array
  /** [4 hidden] `rint(bias / (s_Wx[r] * s_x))` in place of `bias`, added to the accumulator; null where the recipe has float biases */
  integerBias: Int32Array | null
}

export interface DiscriminativeHead {
  kind: 'discriminative'
  /** [classes, hidden] */
  matrix: Matrix
  /** [classes] */
  bias: Float32Array
}

export interface GenerativeHead {
  kind: 'generative'
  /** `U_h`, [words, hidden] */
  matrix: Matrix
  /** [words] */
  bias: Float32Array
  /** `c_yv`, row-major [classes, words], class bias included; null for a language model of one class */
  labelTable: Float32Array | null
}

/** One language model or classifier. A generative model with independent classes has one part a class, all others have one. */
export interface QuantizedPart {
  lstm: QuantizedLstm
  sites: Readonly<Record<Site, SiteGrid>>
  head: DiscriminativeHead | GenerativeHead
}

/** What the three engines evaluate. */
export interface QuantizedModel {
  spec: ModelSpec
  recipe: Recipe
  bits: Bits
  widths: Readonly<Record<Site | WeightName, Width>>
  parts: readonly QuantizedPart[]
  /** log p(y), [classes]; null for a discriminative model */
  logPrior: readonly number[] | null
}
