import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { FloatArray } from '../../core/model/weights.ts'
import type { Ops } from './ops.ts'

let created = 0

/**
 * A float32 array that the native library holds and changes in place (a resource variable), so that an optimizer need not copy it.
 * To be disposed by its owner; scopes do not free it.
 */
export class Variable {
  readonly shape: readonly number[]
  /** for operations that take a variable itself */
  readonly handle: Tensor
  readonly #ops: Ops

  constructor(ops: Ops, { shape, data }: FloatArray) {
    this.#ops = ops
    this.shape = shape
    created += 1
    const name = [ops.text('container', ''), ops.text('shared_name', `bitgauge-${created}`)]
    this.handle = ops.tensorflow.tf.keep(
      ops.one('VarHandleOp', [...name, ops.type('dtype', 'float'), ops.shape('shape', shape)], []),
    )
    this.assign(data)
  }

  /** Takes a copy: the library would otherwise change the caller's own memory in place. */
  assign(data: Float32Array): void {
    const value = this.#ops.floats(data, this.shape)
    this.#ops.run('AssignVariableOp', [this.#ops.type('dtype', 'float')], [this.handle, value], 0)
    value.dispose()
  }

  /** The value, not copied: it must be disposed before the next change, which copies otherwise. */
  value(): Tensor {
    return this.#ops.one('ReadVariableOp', [this.#ops.type('dtype', 'float')], [this.handle])
  }

  /** Rows of a matrix; `rows` int32 of any shape. */
  gather(rows: Tensor): Tensor {
    const ops = this.#ops
    const types = [ops.type('dtype', 'float'), ops.type('Tindices', 'int32')]
    return ops.one(
      'ResourceGather',
      [...types, ops.integer('batch_dims', 0), ops.flag('validate_indices', true)],
      [this.handle, rows],
    )
  }

  subtract(difference: Tensor): void {
    this.#ops.run('AssignSubVariableOp', [this.#ops.type('dtype', 'float')], [this.handle, difference], 0)
  }

  /** A copy of the value. */
  read(): FloatArray {
    const value = this.value()
    const data = value.dataSync<'float32'>().slice()
    value.dispose()
    return { shape: this.shape, data }
  }

  dispose(): void {
    this.#ops.run('DestroyResourceOp', [this.#ops.flag('ignore_lookup_error', true)], [this.handle], 0)
    this.handle.dispose()
  }
}
