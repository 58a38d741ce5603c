import type { Tensor, TensorInfo } from '@tensorflow/tfjs-node-gpu'

/** What we use of the backend inside tfjs-node, part of which its own types keep private. */
export interface NodeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: NativeBinding
  readonly tensorMap: { set(dataId: object, entry: TensorEntry): void }
  executeMultipleOutputs(op: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): Tensor[]
}

interface NativeBinding {
  readonly TF_Version: string
  readonly TF_FLOAT: number
  readonly TF_INT64: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_FLOAT: number
  readonly TF_ATTR_BOOL: number
  createTensor(shape: number[], dtype: number, values: Int32Array): number
}

interface TensorEntry {
  shape: number[]
  dtype: number
  id: number
  values: null
  refCount: number
}

export interface OpAttribute {
  name: string
  type: number
  value: number | boolean
}

const scalars = new WeakMap<NodeBackend, Map<number, TensorInfo>>()

/**
 * A constant int64 scalar, as some operations want their counts. TensorFlow.js has no such type; its own `Int64Scalar` leaves a native
 * tensor behind at each use. These are kept for the life of the process, one for each value.
 *
 * @param value 0 to 2^31 - 1
 */
export function int64Scalar(backend: NodeBackend, value: number): TensorInfo {
  const known = scalars.get(backend) ?? new Map<number, TensorInfo>()
  scalars.set(backend, known)
  const scalar = known.get(value) ?? makeInt64Scalar(backend, value)
  known.set(value, scalar)
  return scalar
}

function makeInt64Scalar(backend: NodeBackend, value: number): TensorInfo {
  const dataId = {}
  const dtype = backend.binding.TF_INT64
  // Two 32-bit halves, low first: the machines that the library exists for are all little-endian.
  const id = backend.binding.createTensor([], dtype, new Int32Array([value, 0]))
  backend.tensorMap.set(dataId, { shape: [], dtype, id, values: null, refCount: 1 })
  return { dataId, shape: [], dtype: 'int32' }
}
