import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import type { Recipe, Site } from '../../shared/contract/quantizationRules.ts'
import type { Kept } from './kept.ts'
import { matrixProduct, type Accumulator, type MatrixProduct } from './matrixProduct.ts'
import { nonlinearity, type Nonlinearity } from './nonlinearity.ts'
import { flushingQuantizer, siteQuantizer, type SiteQuantizer } from './siteQuantizer.ts'
import { realOf, type SiteValue } from './siteValue.ts'

export const gateNames = ['i', 'f', 'g', 'o'] as const
export type GateName = (typeof gateNames)[number]

export type ProductName = 'lstm-x' | 'lstm-h' | 'head'

/** Is told what sites and accumulators have, as they arise; the tensors belong to the scope of the step. */
export interface Watch {
  site: (site: Site, value: SiteValue) => void
  /** f * c and i * g, where a step quantizes the cell three times */
  product: (name: 'forget' | 'input', value: SiteValue) => void
  sum: (of: ProductName, gate: GateName | null, sum: Accumulator) => void
  /** `fround(ax + ah)`, before the gate's site */
  preActivation: (gate: GateName, sum: Tensor) => void
}

/** What a step hands on, of the texts that are read. */
export interface CellState {
  /** [texts, hidden] `d(c)` */
  cell: Tensor
  hidden: SiteValue
}

/**
 * One step of the cell for many texts (numerics.md section 5), each line one rounding:
 *
 *     a  = fround(ax + ah)                                       then the gate's site
 *     c' = fround(fround(d(f) * d(c)) + fround(d(i) * d(g)))     then `cell`; with three rounds each product first
 *     h' = fround(d(o) * d(tanh c'))                             then `hidden`
 *
 * A gate at a time: arrays of [texts, hidden] stay in the processor's cache, and each gate's grid is a few numbers.
 */
export class QuantizedCell {
  readonly #kept: Kept
  readonly #hidden: number
  readonly #products: readonly MatrixProduct[]
  readonly #gates: readonly SiteQuantizer[]
  readonly #activations: readonly Nonlinearity[]
  /** where a step quantizes the cell three times */
  readonly #product: SiteQuantizer | null
  readonly #cell: SiteQuantizer
  readonly #tanhCell: Nonlinearity
  readonly #output: SiteQuantizer

  /** @throws AppError `bit-width-unsupported` */
  constructor(kept: Kept, { lstm, sites }: QuantizedPart, recipe: Recipe) {
    const { hidden } = lstm
    this.#kept = kept
    this.#hidden = hidden
    this.#products = gateNames.map((_, k) =>
      matrixProduct(kept, lstm.wh, sites.hidden, { from: k * hidden, to: (k + 1) * hidden }),
    )
    this.#gates = gateNames.map((gate) => flushingQuantizer(kept, sites[`gate-${gate}`], recipe))
    this.#activations = gateNames.map((gate) => {
      const from = sites[`gate-${gate}`]
      return gate === 'g'
        ? nonlinearity(kept, 'tanh', from, sites['tanh-g'], recipe)
        : nonlinearity(kept, 'sigmoid', from, sites[`sigmoid-${gate}`], recipe)
    })
    this.#product = recipe.cellRounds === 3 ? siteQuantizer(kept, sites.cell, recipe) : null
    this.#cell = flushingQuantizer(kept, sites.cell, recipe)
    this.#tanhCell = nonlinearity(kept, 'tanh', sites.cell, sites['tanh-c'], recipe)
    this.#output = flushingQuantizer(kept, sites.hidden, recipe)
  }

  /** What texts begin with: the integer that stands for 0, everywhere. */
  zeroState(texts: number): CellState {
    const zeros = this.#kept.ops.floats(new Float32Array(texts * this.#hidden), [texts, this.#hidden])
    return { cell: zeros, hidden: this.#output(zeros) }
  }

  /**
   * @param inputHalf `ax` of each gate, [texts, hidden]
   */
  step(inputHalf: readonly Tensor[], state: CellState, watch: Watch | null): CellState {
    const { ops } = this.#kept
    const [i, f, g, o] = gateNames.map((gate, k) => this.#gate(gate, k, inputHalf[k]!, state.hidden, watch))
    const forget = this.#round('forget', ops.float('Mul', f!, state.cell), watch)
    const input = this.#round('input', ops.float('Mul', i!, g!), watch)
    const sum = this.#cell(ops.float('AddV2', forget, input))
    const cell = this.#seen('cell', sum, watch)
    const bent = this.#seen('tanh-c', this.#tanhCell(sum), watch)
    const hidden = this.#output(ops.float('Mul', o!, bent))
    watch?.site('hidden', hidden)
    return { cell, hidden }
  }

  /** `d` of a gate's output. */
  #gate(gate: GateName, k: number, inputHalf: Tensor, hidden: SiteValue, watch: Watch | null): Tensor {
    const see = watch === null ? undefined : (sum: Accumulator) => watch.sum('lstm-h', gate, sum)
    const sum = this.#kept.ops.float('AddV2', inputHalf, this.#products[k]!(hidden, see))
    watch?.preActivation(gate, sum)
    const before = this.#gates[k]!(sum)
    watch?.site(`gate-${gate}`, before)
    return this.#seen(gate === 'g' ? 'tanh-g' : `sigmoid-${gate}`, this.#activations[k]!(before), watch)
  }

  #round(name: 'forget' | 'input', product: Tensor, watch: Watch | null): Tensor {
    if (this.#product === null) return product
    const value = this.#product(product)
    watch?.product(name, value)
    return realOf(this.#kept.ops, value)
  }

  #seen(site: Site, value: SiteValue, watch: Watch | null): Tensor {
    watch?.site(site, value)
    return realOf(this.#kept.ops, value)
  }
}
