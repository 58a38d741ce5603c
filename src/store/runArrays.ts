import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import * as zlib from 'node:zlib'
import { z } from 'zod'
import { AppError } from '../shared/errors.ts'
import type { RunArray, RunArrayInfo, RunNumbers } from './runRepository.ts'
import { decode, type Decoded } from './storeJson.ts'

/** Of one array, uncompressed. */
export const largestArray_bytes = 512 * 1024 * 1024

const numberTypes = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const
type NumberType = keyof typeof numberTypes
const numberTypeSchema = z.enum(Object.keys(numberTypes) as [NumberType, ...NumberType[]])

const infoSchema = z
  .strictObject({
    name: z.string().min(1).max(100),
    dtype: numberTypeSchema,
    shape: z.array(z.int().min(0)).max(16),
    bytes: z.int().min(0).max(largestArray_bytes),
    stored_bytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  })
  .refine((info) => info.bytes === bytesOf(info), { error: 'the shape and the number of bytes do not agree' })

/** The columns of `run_blobs` but its data. */
export interface ArrayInfoRow {
  run_id: string
  name: string
  encoding: string
  dtype: string
  shape: string
  bytes: number
  stored_bytes: number
  sha256: string
}
export interface ArrayRow extends ArrayInfoRow {
  data: Buffer
}

export function readArrayInfo(row: ArrayInfoRow): Decoded<RunArrayInfo> {
  const { name, dtype, bytes, stored_bytes, sha256 } = row
  return decode(infoSchema, `The array ${name} of run ${row.run_id}`, () => {
    return { name, dtype, shape: JSON.parse(row.shape) as unknown, bytes, stored_bytes, sha256 }
  })
}

/** The array of a row, its length and checksum verified; never more than the row says is unpacked. */
export function readArray(row: ArrayRow): Decoded<RunArray> {
  const info = readArrayInfo(row)
  if (!info.ok) return info
  const what = `The array ${row.name} of run ${row.run_id}`
  const bytes = unpack(row)
  if (bytes === undefined) return { ok: false, problem: `${what} cannot be unpacked.` }
  if (bytes.byteLength !== row.bytes || sha256(bytes) !== row.sha256) {
    return { ok: false, problem: `${what} does not have the checksum that it was stored with.` }
  }
  const numbers = numberTypes[info.value.dtype]
  // a copy, because these numbers must start where their size divides the offset
  const data = new numbers(new Uint8Array(bytes).buffer)
  return { ok: true, value: { name: row.name, shape: info.value.shape, data } }
}

/** @throws AppError `input-invalid`, `shape-mismatch`, `too-large` */
export function writeArray(runId: string, array: RunArray): ArrayRow {
  const dtype = numberTypeOf(array.data)
  const bytes = Buffer.from(array.data.buffer, array.data.byteOffset, array.data.byteLength)
  if (bytes.byteLength > largestArray_bytes) {
    throw new AppError('too-large', `The array ${array.name} is too large for one row.`, {
      expected: `at most ${largestArray_bytes} bytes`,
      found: `${bytes.byteLength} bytes`,
    })
  }
  const { encoding, data } = pack(bytes)
  const row = {
    run_id: runId,
    name: array.name,
    encoding,
    dtype,
    shape: JSON.stringify(array.shape),
    bytes: bytes.byteLength,
  }
  const whole = { ...row, stored_bytes: data.byteLength, sha256: sha256(bytes), data }
  const read = readArrayInfo(whole)
  if (!read.ok) {
    throw new AppError('shape-mismatch', read.problem, {
      expected: `a shape whose product is ${array.data.length}, and a name`,
      found: `[${array.shape.join(', ')}]`,
    })
  }
  return whole
}

function numberTypeOf(data: RunNumbers): NumberType {
  if (endianness() !== 'LE')
    throw new AppError('platform-unsupported', 'Arrays are stored little-endian, as this machine is not.')
  for (const [name, numbers] of Object.entries(numberTypes)) if (data instanceof numbers) return name as NumberType
  throw new AppError('input-invalid', 'An array of a run holds a kind of number that is not stored.', {
    expected: Object.keys(numberTypes).join(', '),
  })
}

function bytesOf(info: { dtype: NumberType; shape: readonly number[] }): number {
  return info.shape.reduce((product, size) => product * size, numberTypes[info.dtype].BYTES_PER_ELEMENT)
}

/** Zstandard where this Node has it (22.15 and later), gzip elsewhere. */
function pack(bytes: Buffer): { encoding: 'zstd' | 'gzip'; data: Buffer } {
  return typeof zlib.zstdCompressSync === 'function'
    ? { encoding: 'zstd', data: zlib.zstdCompressSync(bytes) }
    : { encoding: 'gzip', data: zlib.gzipSync(bytes) }
}

/** At most the bytes that the row promises (one more, so that zlib takes the limit for an empty array). */
function unpack(row: ArrayRow): Buffer | undefined {
  const options = { maxOutputLength: row.bytes + 1 }
  if (row.encoding === 'zstd' && typeof zlib.zstdDecompressSync !== 'function') {
    throw new AppError('platform-unsupported', `This Node cannot unpack the array ${row.name}.`, {
      expected: 'Node 22.15 or later',
      found: process.versions.node,
    })
  }
  try {
    return row.encoding === 'zstd' ? zlib.zstdDecompressSync(row.data, options) : zlib.gunzipSync(row.data, options)
  } catch {
    return undefined
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
