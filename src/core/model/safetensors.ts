import { AppError } from '../../shared/errors.ts'
import { parseHeader, type TensorEntry } from './safetensorsHeader.ts'
import type { FloatArray } from './weights.ts'

/**
 * A safetensors file: the header's length (u64, little-endian), the header (JSON, padded with blanks to a multiple of 8), then the
 * tensors without gaps in the order given. Float32 alone is written.
 *
 * @see https://huggingface.co/docs/safetensors (format, version of 2023)
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, FloatArray>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [['__metadata__', metadata]]
  let at = 0
  for (const [name, { shape, data }] of tensors) {
    entries.push([name, { dtype: 'F32', shape, data_offsets: [at, at + data.byteLength] }])
    at += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const headerBytes = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerBytes + at).fill(0x20, 8 + json.length, 8 + headerBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true)
  bytes.set(json, 8)
  let end = 8 + headerBytes
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), end)
    end += data.byteLength
  }
  return bytes
}

export interface Safetensors {
  tensors: Map<string, FloatArray>
  metadata: Record<string, string>
}

/**
 * Reads a safetensors file. F32 is taken as it is, F64, F16 and BF16 become float32; other types are refused, as no float weights have them.
 * Nothing that the header claims is believed: see `safetensorsHeader.ts` for what is checked, all of it before memory is taken.
 *
 * @throws AppError `input-invalid`, `too-large`
 */
export function decodeSafetensors(bytes: Uint8Array): Safetensors {
  const { entries, metadata, dataAt } = parseHeader(bytes)
  const tensors = new Map<string, FloatArray>()
  for (const entry of entries) {
    // A copy of its own, so that it is aligned; `slice` of a Buffer would be a view of all of it.
    const part = new Uint8Array(bytes.subarray(dataAt + entry.begin, dataAt + entry.end))
    tensors.set(entry.name, { shape: entry.shape, data: toFloat32(entry, part) })
  }
  return { tensors, metadata }
}

function toFloat32(entry: TensorEntry, part: Uint8Array): Float32Array {
  switch (entry.dtype) {
    case 'F32':
      return new Float32Array(part.buffer)
    case 'F64':
      return Float32Array.from(new Float64Array(part.buffer))
    case 'BF16':
      return new Float32Array(Uint32Array.from(new Uint16Array(part.buffer), (half) => half << 16).buffer)
    case 'F16':
      return Float32Array.from(new Uint16Array(part.buffer), fromHalf)
    default:
      throw new AppError('input-invalid', `The tensor \`${entry.name}\` is not of a floating type.`, {
        expected: 'F32, F64, F16 or BF16',
        found: entry.dtype,
      })
  }
}

/** An IEEE 754 binary16 number from its 16 bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}
