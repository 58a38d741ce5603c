import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { GenerativeSpec } from '../../shared/contract/modelRules.ts'
import { classPrefix } from '../../core/model/parameters.ts'
import type { TextBatch } from '../../core/training/textBatch.ts'
import type { Ops } from './ops.ts'
import type { Variables } from './variables.ts'

/** A head's parameters in the library for one language model; `U_h`, `b`, and what depends on the class. */
export class GenerativeHead {
  readonly #ops: Ops
  readonly #spec: GenerativeSpec
  readonly #variables: Variables
  readonly #prefix: string

  /** @param group whose language model, 0 for the shared one */
  constructor(ops: Ops, spec: GenerativeSpec, variables: Variables, group: number) {
    this.#ops = ops
    this.#spec = spec
    this.#variables = variables
    this.#prefix = spec.head === 'independent' ? classPrefix(group) : ''
  }

  /** `U_h`, [V, H] */
  hidden(): Tensor {
    return this.#get('head.hidden')
  }

  /** `[U_h, b]`, [V, H + 1] */
  withBias(): Tensor {
    return this.#ops.concat([this.hidden(), this.#biasColumn()], 1)
  }

  /** `c_y = U_l e_y (+ b_y)` without `b`, [K, V], of the shared head. */
  classOffsets(): Tensor {
    return this.#ops.transpose(this.#offsetColumns())
  }

  /** `[U_h, C]`, [V, H + K or 1]: with a one in the class's column of the input, one product gives logits, offsets and bias included. */
  matrix(): Tensor {
    if (this.#spec.head === 'independent') return this.withBias()
    return this.#ops.concat([this.hidden(), this.#ops.float('AddV2', this.#offsetColumns(), this.#biasColumn())], 1)
  }

  /** [N, K or 1], a one in the column of each word's class: what stands beside the hidden vectors in the input of `matrix`. */
  classColumns({ owners }: TextBatch, labels: readonly number[]): Tensor {
    const { classes, head } = this.#spec
    const columns = head === 'shared' ? classes : 1
    const values = new Float32Array(owners.length * columns)
    owners.forEach((text, row) => (values[row * columns + (head === 'shared' ? labels[text]! : 0)] = 1))
    return this.#ops.floats(values, [owners.length, columns])
  }

  /** The gradients of the head's parameters, by name without prefix, from that of `matrix`. */
  gradients(dMatrix: Tensor): [string, Tensor][] {
    const ops = this.#ops
    const { hidden, words, classes, head, classBias } = this.#spec
    const dHidden = ops.slice(dMatrix, [0, 0], [words, hidden])
    const dColumns = ops.slice(dMatrix, [0, hidden], [words, head === 'shared' ? classes : 1])
    const gradients: [string, Tensor][] = [
      ['head.hidden', dHidden],
      ['head.bias', ops.sum(dColumns, 1)],
    ]
    if (head === 'independent') return gradients
    gradients.push(['head.label', ops.matMul(dColumns, this.#get('label'))])
    gradients.push(['label', ops.matMul(dColumns, this.#get('head.label'), { a: true })])
    if (classBias) gradients.push(['head.classBias', dColumns])
    return gradients
  }

  /** `U_l e_y (+ b_y)`, [V, K] */
  #offsetColumns(): Tensor {
    const offsets = this.#ops.matMul(this.#get('head.label'), this.#get('label'), { b: true })
    return this.#spec.classBias ? this.#ops.float('AddV2', offsets, this.#get('head.classBias')) : offsets
  }

  #biasColumn(): Tensor {
    return this.#ops.reshape(this.#get('head.bias'), [this.#spec.words, 1])
  }

  #get(name: string): Tensor {
    return this.#variables.get(this.#prefix + name).value()
  }
}
