import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import type { Kept } from './kept.ts'
import { matrixProduct, type MatrixProduct } from './matrixProduct.ts'
import type { Watch } from './quantizedCell.ts'
import { siteQuantizer, type SiteQuantizer } from './siteQuantizer.ts'
import type { SiteValue } from './siteValue.ts'

/** The head of one part: one row a class, or one a word. */
export class QuantizedHead {
  /** puts vectors on the site `head-input` */
  readonly input: SiteQuantizer
  /** puts logits on the site `head-output` */
  readonly output: SiteQuantizer
  readonly #kept: Kept
  readonly #product: MatrixProduct
  readonly #bias: Tensor

  /** @throws AppError `bit-width-unsupported` */
  constructor(kept: Kept, { head, sites }: QuantizedPart, recipe: Recipe) {
    this.#kept = kept
    this.input = siteQuantizer(kept, sites['head-input'], recipe)
    this.output = siteQuantizer(kept, sites['head-output'], recipe)
    this.#product = matrixProduct(kept, head.matrix, sites['head-input'], { from: 0, to: head.matrix.rows })
    this.#bias = kept.floats(head.bias)
  }

  /** `fround(product + b)`, [vectors, rows], before the site `head-output`. */
  logits(input: SiteValue, watch: Watch | null = null): Tensor {
    const see = watch === null ? undefined : (sum: Parameters<Watch['sum']>[2]) => watch.sum('head', null, sum)
    return this.#kept.ops.float('AddV2', this.#product(input, see), this.#bias)
  }
}
