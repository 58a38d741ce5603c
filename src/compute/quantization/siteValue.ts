import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { Ops } from '../models/ops.ts'

export interface IntegerValue {
  kind: 'integer'
  /** [rows, width] `q - z`, whole numbers in float32: products and values need the difference alone */
  codes: Tensor
  /** [], or [rows, 1] where each vector has its own */
  scale: Tensor
  /** z, [] or [rows, 1] */
  zero: Tensor
}

export interface FloatValue {
  kind: 'float'
  /** [rows, width] */
  real: Tensor
}

/** What a site has for some vectors. */
export type SiteValue = IntegerValue | FloatValue

/** The float32 values that a site's integers stand for, `fround((q - z) * s)`. */
export function realOf(ops: Ops, value: SiteValue): Tensor {
  return value.kind === 'float' ? value.real : ops.float('Mul', value.codes, value.scale)
}

/** The first vectors of a site; all where there are no more. */
export function firstOf(ops: Ops, value: SiteValue, rows: number): SiteValue {
  return mapRows(value, (tensor) => firstRows(ops, tensor, rows))
}

export function firstRows(ops: Ops, data: Tensor, rows: number): Tensor {
  return rowsFrom(ops, data, 0, rows)
}

export function rowsFrom(ops: Ops, data: Tensor, from: number, count: number): Tensor {
  const [rows, ...rest] = data.shape as [number, ...number[]]
  return rows === count ? data : ops.slice(data, [from, ...rest.map(() => 0)], [count, ...rest])
}

/** The same of every array that has a row a vector. */
export function mapRows(value: SiteValue, of: (tensor: Tensor) => Tensor): SiteValue {
  if (value.kind === 'float') return { kind: 'float', real: of(value.real) }
  const each = (tensor: Tensor): Tensor => (tensor.shape.length === 0 ? tensor : of(tensor))
  return { kind: 'integer', codes: of(value.codes), scale: each(value.scale), zero: each(value.zero) }
}

/** One site's vectors at several steps, one after the other; none of them without vectors. */
export function joinValues(ops: Ops, values: readonly SiteValue[]): SiteValue {
  const join = (tensors: Tensor[]): Tensor => (tensors[0]!.shape.length === 0 ? tensors[0]! : ops.concat(tensors, 0))
  if (values[0]!.kind === 'float') {
    return { kind: 'float', real: join(values.map((value) => (value as FloatValue).real)) }
  }
  const of = (name: 'codes' | 'scale' | 'zero'): Tensor => join(values.map((value) => (value as IntegerValue)[name]))
  return { kind: 'integer', codes: of('codes'), scale: of('scale'), zero: of('zero') }
}
