import type { Tensor, TensorContainer, TensorInfo } from '@tensorflow/tfjs-node-gpu'
import { int64Scalar, type NodeBackend, type OpAttribute } from '../tensorflow/nodeBackend.ts'
import type { Tensorflow } from '../tensorflow/load.ts'

/** Constants of the addon that the common interface leaves out. */
interface MoreConstants {
  readonly TF_INT32: number
  readonly TF_ATTR_INT: number
  readonly TF_ATTR_STRING: number
  readonly TF_ATTR_SHAPE: number
}

type Attribute = Omit<OpAttribute, 'value'> & { value: number | boolean | string | readonly number[] }

/**
 * Single operations of the native library by their own names, on float32 unless said. They are called past TensorFlow.js' own
 * functions, which would keep a tape of them, check and convert; gradients are written out where they are needed. What they give belongs
 * to the scope in which they were called.
 */
export class Ops {
  readonly tensorflow: Tensorflow
  readonly #backend: NodeBackend
  readonly #float: Attribute
  readonly #constants: NodeBackend['binding'] & MoreConstants

  constructor(tensorflow: Tensorflow) {
    this.tensorflow = tensorflow
    this.#backend = tensorflow.backend
    this.#constants = tensorflow.backend.binding as NodeBackend['binding'] & MoreConstants
    this.#float = this.type('T', 'float')
  }

  type(name: string, type: 'float' | 'int32'): Attribute {
    const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = this.#constants
    return { name, type: TF_ATTR_TYPE, value: type === 'float' ? TF_FLOAT : TF_INT32 }
  }

  flag(name: string, value: boolean): Attribute {
    return { name, type: this.#constants.TF_ATTR_BOOL, value }
  }

  number(name: string, value: number): Attribute {
    return { name, type: this.#constants.TF_ATTR_FLOAT, value }
  }

  integer(name: string, value: number): Attribute {
    return { name, type: this.#constants.TF_ATTR_INT, value }
  }

  text(name: string, value: string): Attribute {
    return { name, type: this.#constants.TF_ATTR_STRING, value }
  }

  shape(name: string, value: readonly number[]): Attribute {
    return { name, type: this.#constants.TF_ATTR_SHAPE, value }
  }

  run(op: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[], outputs: number): Tensor[] {
    return this.#backend.executeMultipleOutputs(op, attributes as OpAttribute[], inputs as TensorInfo[], outputs)
  }

  one(op: string, attributes: readonly Attribute[], inputs: readonly TensorInfo[]): Tensor {
    return this.run(op, attributes, inputs, 1)[0]!
  }

  /** An operation of float32 inputs and one output without settings of its own: `Mul`, `AddV2`, `Softmax`, `Exp`, … */
  float(op: string, ...inputs: readonly TensorInfo[]): Tensor {
    return this.one(op, [this.#float], inputs)
  }

  matMul(a: TensorInfo, b: TensorInfo, transpose: { a?: boolean; b?: boolean } = {}): Tensor {
    const flags = [this.flag('transpose_a', transpose.a ?? false), this.flag('transpose_b', transpose.b ?? false)]
    return this.one('MatMul', [this.#float, ...flags], [a, b])
  }

  transpose(matrix: TensorInfo): Tensor {
    return this.one('Transpose', [this.#float, this.type('Tperm', 'int32')], [matrix, this.integers([1, 0])])
  }

  /** Rows of a matrix; `rows` int32 of any shape. */
  gather(matrix: TensorInfo, rows: TensorInfo): Tensor {
    const axis = this.integers([0], [])
    return this.one(
      'GatherV2',
      [
        this.type('Tparams', 'float'),
        this.type('Tindices', 'int32'),
        this.type('Taxis', 'int32'),
        this.integer('batch_dims', 0),
      ],
      [matrix, rows, axis],
    )
  }

  /** Elements of a vector, in the shape of their places; `places` int32. A third faster than the same by `gather`. */
  elements(vector: TensorInfo, places: TensorInfo): Tensor {
    const types = [this.type('Tparams', 'float'), this.type('Tindices', 'int32')]
    const single = this.one(
      'Reshape',
      [this.type('T', 'int32'), this.type('Tshape', 'int32')],
      [places, this.integers([...places.shape, 1])],
    )
    return this.one('GatherNd', types, [vector, single])
  }

  /** Whole numbers as int32; exact up to 2^31. */
  toIntegers(values: TensorInfo): Tensor {
    const types = [this.type('SrcT', 'float'), this.type('DstT', 'int32'), this.flag('Truncate', false)]
    return this.one('Cast', types, [values])
  }

  /** The float32 number of each word. */
  floatsOfWords(words: TensorInfo): Tensor {
    return this.one('Bitcast', [this.type('T', 'int32'), this.type('type', 'float')], [words])
  }

  /** `yes` where the condition holds, else `no`; shapes are broadcast. */
  select(condition: TensorInfo, yes: TensorInfo, no: TensorInfo): Tensor {
    return this.one('SelectV2', [this.#float], [condition, yes, no])
  }

  /** One element of each row of a matrix, [rows]; `columns` says which. */
  pick(matrix: TensorInfo, columns: Int32Array): Tensor {
    return this.pickAt(matrix, columns, (row) => row)
  }

  /** Elements of a matrix, [columns.length]; `rowOf` gives the row of each. */
  pickAt(matrix: TensorInfo, columns: Int32Array, rowOf: (place: number) => number): Tensor {
    const places = new Int32Array(2 * columns.length)
    columns.forEach((column, place) => places.set([rowOf(place), column], 2 * place))
    const types = [this.type('Tparams', 'float'), this.type('Tindices', 'int32')]
    return this.one('GatherNd', types, [matrix, this.integers(places, [columns.length, 2])])
  }

  /** `out[r] = sum of data[k] where rows[k] = r`, [count, ...]; zero where there is none. The order of the sum is that of k. */
  scatterSum(data: TensorInfo, rows: TensorInfo, count: number): Tensor {
    const attributes = [this.#float, this.type('Tindices', 'int32'), this.type('Tnumsegments', 'int32')]
    return this.one('UnsortedSegmentSum', attributes, [data, rows, this.integers([count], [])])
  }

  sum(data: TensorInfo, axis: number): Tensor {
    return this.#reduce('Sum', data, axis, false)
  }

  /** Keeps the axis, with length 1. */
  max(data: TensorInfo, axis: number): Tensor {
    return this.#reduce('Max', data, axis, true)
  }

  /** Keeps the axis, with length 1. */
  min(data: TensorInfo, axis: number): Tensor {
    return this.#reduce('Min', data, axis, true)
  }

  /** Joins arrays along an axis; a single one comes back itself, as the operation wants two. */
  concat(parts: readonly Tensor[], axis: number): Tensor {
    if (parts.length === 1) return parts[0]!
    const attributes = [this.#float, this.type('Tidx', 'int32'), this.integer('N', parts.length)]
    return this.one('ConcatV2', attributes, [...parts, this.integers([axis], [])])
  }

  slice(data: TensorInfo, begin: readonly number[], size: readonly number[]): Tensor {
    return this.one(
      'Slice',
      [this.#float, this.type('Index', 'int32')],
      [data, this.integers(begin), this.integers(size)],
    )
  }

  reshape(data: TensorInfo, shape: readonly number[]): Tensor {
    return this.one('Reshape', [this.#float, this.type('Tshape', 'int32')], [data, this.integers(shape)])
  }

  addAll(parts: readonly Tensor[]): Tensor {
    return this.one('AddN', [this.#float, this.integer('N', parts.length)], parts)
  }

  floats(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    return this.tensorflow.tf.tensor(Float32Array.from(values), shape as number[], 'float32')
  }

  /** The vector of the values, unless a shape is named. */
  integers(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Tensor {
    return this.tensorflow.tf.tensor(Int32Array.from(values), shape as number[], 'int32')
  }

  int64(value: number): TensorInfo {
    return int64Scalar(this.#backend, value)
  }

  #reduce(op: string, data: TensorInfo, axis: number, keep: boolean): Tensor {
    const attributes = [this.#float, this.type('Tidx', 'int32'), this.flag('keep_dims', keep)]
    return this.one(op, attributes, [data, this.integers([axis], [])])
  }
}

/** Runs work that gives no tensors; all that it made is freed, and only that. */
export function inScope<T>({ tensorflow: { tf } }: Ops, work: () => T): T {
  const engine = tf.engine()
  engine.startScope()
  try {
    return work()
  } finally {
    engine.endScope()
  }
}

/** Runs work and frees all that it made but the tensors in what it gives, which belong to the scope around. */
export function keepingResult<T extends object>({ tensorflow: { tf } }: Ops, work: () => T): T {
  return tf.tidy(work as () => TensorContainer) as T
}
