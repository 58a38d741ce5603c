import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { StaticGrid } from '../../core/quantization/grid.ts'
import type { QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import { dequantizeMatrix } from '../../core/quantization/weightMatrix.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import { inScope, keepingResult } from '../models/ops.ts'
import type { Kept } from './kept.ts'
import { matrixProduct, type MatrixProduct } from './matrixProduct.ts'
import { gateNames, type Watch } from './quantizedCell.ts'
import { siteQuantizer } from './siteQuantizer.ts'
import type { SiteValue } from './siteValue.ts'

/** The table of a larger vocabulary is not made: words are then multiplied as they are read. */
const largestTable_bytes = 1 << 29

/** Words of the table that are made at once. */
const wordsAtOnce = 4096

/**
 * `ax = fround(fround(fround(acc_x) * m_x) + b)` of each gate. It depends on the word alone, so that it is a table of words, made once for all
 * texts, with the same result (numerics.md section 5).
 */
export class InputHalf {
  readonly #kept: Kept
  readonly #values: (words: Tensor) => SiteValue
  readonly #products: readonly MatrixProduct[]
  readonly #biases: readonly (Tensor | null)[]
  /** of each gate [words, hidden] */
  readonly #tables: readonly Tensor[] | null

  /** @throws AppError `bit-width-unsupported` */
  constructor(kept: Kept, { lstm, sites }: QuantizedPart, recipe: Recipe) {
    const { hidden, words, bias, integerBias } = lstm
    this.#kept = kept
    this.#values = inputValues(kept, { lstm, sites }, recipe)
    const rows = gateNames.map((_, k) => ({ from: k * hidden, to: (k + 1) * hidden }))
    this.#products = rows.map((of) => matrixProduct(kept, lstm.wx, sites.input, { ...of, bias: integerBias }))
    this.#biases = rows.map(({ from, to }) => (integerBias === null ? kept.floats(bias.subarray(from, to)) : null))
    this.#tables = words * 4 * hidden * 4 > largestTable_bytes ? null : this.#makeTables(words)
  }

  /** @returns of each gate [texts, hidden] */
  of(words: Int32Array): Tensor[] {
    const { ops } = this.#kept
    if (this.#tables === null) return this.computed(words, null)
    const places = ops.integers(words)
    return this.#tables.map((table) => ops.gather(table, places))
  }

  /** The same without the table; `watch` sees the input and its accumulators. */
  computed(words: Int32Array, watch: Watch | null): Tensor[] {
    const { ops } = this.#kept
    const value = this.#values(ops.integers(words))
    watch?.site('input', value)
    return gateNames.map((gate, k) => {
      const see = watch === null ? undefined : (sum: Parameters<Watch['sum']>[2]) => watch.sum('lstm-x', gate, sum)
      const product = this.#products[k]!(value, see)
      const bias = this.#biases[k]!
      return bias === null ? product : ops.float('AddV2', product, bias)
    })
  }

  #makeTables(words: number): Tensor[] {
    const { ops } = this.#kept
    const starts = Array.from({ length: Math.ceil(words / wordsAtOnce) }, (_, k) => k * wordsAtOnce)
    return inScope(ops, () => {
      const parts = starts.map((from) => {
        const some = Int32Array.from({ length: Math.min(wordsAtOnce, words - from) }, (_, k) => from + k)
        return keepingResult(ops, () => this.computed(some, null))
      })
      const ofGate = (gate: number): Tensor[] => parts.map((part) => part[gate]!)
      return gateNames.map((_, gate) => this.#kept.make(() => ops.concat(ofGate(gate), 0)))
    })
  }
}

/** The input of some words: their rows of the embedding, which are its integers or are put on its grid. */
function inputValues(
  kept: Kept,
  { lstm, sites }: Pick<QuantizedPart, 'lstm' | 'sites'>,
  recipe: Recipe,
): (words: Tensor) => SiteValue {
  const { ops } = kept
  const { embedding, words, inputs } = lstm
  if (!embedding.shared) {
    const { matrix } = embedding
    const rows = kept.floats(matrix.kind === 'float' ? matrix.data : dequantizeMatrix(matrix), [words, inputs])
    const quantize = siteQuantizer(kept, sites.input, recipe)
    return (some) => quantize(ops.gather(rows, some))
  }
  const { zero, scale } = sites.input as StaticGrid
  const codes = kept.floats(
    Float32Array.from(embedding.codes, (code) => code - zero),
    [words, inputs],
  )
  const [scales, zeros] = [kept.scalar(scale), kept.scalar(zero)]
  return (some) => ({ kind: 'integer', codes: ops.gather(codes, some), scale: scales, zero: zeros })
}
