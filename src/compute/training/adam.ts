import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { Weights } from '../../core/model/weights.ts'
import type { OptimizerOptions } from '../../shared/contract/trainingRules.ts'
import type { Ops } from '../models/ops.ts'
import { Variables } from '../models/variables.ts'

/**
 * Adam with bias correction, in place, one native operation a parameter:
 *
 *     m += (1 - beta1) (g - m)     v += (1 - beta2) (g^2 - v)
 *     w -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * All elements of a parameter move in each step, also word vectors whose words the batch lacks: their moments fade and still push, as with
 * PyTorch's Adam and Keras' Adam on dense gradients. `ResourceApplyAdam` adds its epsilon before the correction of v, PyTorch after it;
 * here it gets `epsilon * sqrt(1 - beta2^t)`, which makes it PyTorch's. Its betas are float32, and so the corrections are of the rounded
 * ones.
 *
 * @see D. Kingma, J. Ba, arXiv:1412.6980, algorithm 1
 */
export class Adam {
  readonly #ops: Ops
  readonly #options: OptimizerOptions
  readonly #variables: Variables
  readonly m: Variables
  readonly v: Variables

  /** The moments begin at zero. */
  constructor(ops: Ops, options: OptimizerOptions, variables: Variables, weights: Weights) {
    this.#ops = ops
    this.#options = options
    this.#variables = variables
    this.m = Variables.zerosLike(ops, weights)
    this.v = Variables.zerosLike(ops, weights)
  }

  /**
   * Moves the parameters that have a gradient.
   *
   * @param scale what each gradient is multiplied with first, as clipping wants it
   * @param rate  learning rate of this step
   * @param t     steps of these parameters so far, this one included
   */
  step(gradients: ReadonlyMap<string, Tensor>, scale: number, rate: number, t: number): void {
    const ops = this.#ops
    const beta1 = Math.fround(this.#options.beta1)
    const beta2 = Math.fround(this.#options.beta2)
    const correction = Math.sqrt(1 - beta2 ** t)
    const scalar = (value: number): Tensor => ops.floats([value], [])
    // A power of zero tells the operation that there is nothing to correct: the corrections are in rate and epsilon, from float64.
    const settings = [
      0,
      0,
      (rate * correction) / (1 - beta1 ** t),
      beta1,
      beta2,
      this.#options.epsilon * correction,
    ].map(scalar)
    for (const [name, gradient] of gradients) {
      const decayed = this.#withDecay(name, scale === 1 ? gradient : ops.float('Mul', gradient, scalar(scale)), rate)
      const handles = [this.#variables.get(name), this.m.get(name), this.v.get(name)].map(({ handle }) => handle)
      const flags = [ops.flag('use_locking', false), ops.flag('use_nesterov', false)]
      ops.run('ResourceApplyAdam', [ops.type('T', 'float'), ...flags], [...handles, ...settings, decayed], 0)
    }
  }

  dispose(): void {
    this.m.dispose()
    this.v.dispose()
  }

  /** The gradient with the weight decay of `adam` in it; that of `adamw` is applied to the weights at once. */
  #withDecay(name: string, gradient: Tensor, rate: number): Tensor {
    const { weightDecay, name: kind } = this.#options
    if (weightDecay === 0) return gradient
    const ops = this.#ops
    const variable = this.#variables.get(name)
    const weights = variable.value()
    const decay = ops.float('Mul', weights, ops.floats([kind === 'adam' ? weightDecay : rate * weightDecay], []))
    weights.dispose()
    if (kind === 'adam') return ops.float('AddV2', gradient, decay)
    variable.subtract(decay)
    return gradient
  }
}
