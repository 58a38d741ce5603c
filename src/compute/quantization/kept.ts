import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { inScope, type Ops } from '../models/ops.ts'

/** Constants of an open model in the native library; scopes do not free them. To be disposed by their owner. */
export class Kept {
  readonly ops: Ops
  readonly #tensors: Tensor[] = []
  readonly #scalars = new Map<number, Tensor>()

  constructor(ops: Ops) {
    this.ops = ops
  }

  /** The same tensor each time. */
  scalar(value: number): Tensor {
    const known = this.#scalars.get(value)
    if (known !== undefined) return known
    const made = this.make(() => this.ops.floats([value], []))
    this.#scalars.set(value, made)
    return made
  }

  floats(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
    return this.make(() => this.ops.floats(values, shape))
  }

  /** Keeps what the work gives, and nothing else that it makes. */
  make(work: () => Tensor): Tensor {
    const made = inScope(this.ops, () => this.ops.tensorflow.tf.keep(work()))
    this.#tensors.push(made)
    return made
  }

  dispose(): void {
    this.ops.tensorflow.tf.dispose(this.#tensors)
  }
}
