import type { IntegerWidth } from '../quantizedModel.ts'

/** Of one row; each begins on a byte of its own. */
export function packedRowBytes(cols: number, width: IntegerWidth): number {
  return Math.ceil((cols * width) / 8)
}

/**
 * Integers at their true width. Element k of a row takes the bits `k * width` up to, not including, `(k + 1) * width` of the row, its lowest bit
 * first, in two's complement where it can be negative; bit n of a row is bit `n mod 8` of its byte `floor(n / 8)`, the lowest being 0. Bits that are left over are 0.
 *
 * @param codes row-major [rows, cols]
 * @returns the same memory where the integers lie in it as they are packed: a million of them need no copy on their way to a file
 */
export function packCodes(codes: ArrayLike<number>, rows: number, cols: number, width: IntegerWidth): Uint8Array {
  const rowBytes = packedRowBytes(cols, width)
  if (width === 8 && codes instanceof Int8Array && codes.length === rows * rowBytes) return bytesOf(codes)
  // An element of a Uint8Array is what it is given, modulo 256.
  if (width === 8 && codes.length === rows * rowBytes) return new Uint8Array(codes)
  const bytes = new Uint8Array(rows * rowBytes)
  const mask = 2 ** width - 1
  for (let row = 0; row < rows; row += 1) {
    let at = row * rowBytes
    let held = 0
    let bits = 0
    for (let col = 0; col < cols; col += 1) {
      held |= (codes[row * cols + col]! & mask) << bits
      for (bits += width; bits >= 8; bits -= 8) {
        bytes[at++] = held & 0xff
        held >>>= 8
      }
    }
    if (bits > 0) bytes[at] = held
  }
  return bytes
}

function bytesOf({ buffer, byteOffset, length }: Int8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length)
}

/**
 * What {@link packCodes} packed; null where bits that are left over are not 0.
 *
 * @param bytes  `rows * packedRowBytes(cols, width)`
 * @param signed whether the integers are in two's complement
 */
export function unpackCodes(
  bytes: Uint8Array,
  rows: number,
  cols: number,
  width: IntegerWidth,
  signed: boolean,
): Int8Array | Int16Array | Uint16Array | null {
  const rowBytes = packedRowBytes(cols, width)
  const codes = codeArray(rows * cols, width, signed)
  const mask = 2 ** width - 1
  const shift = signed ? 32 - width : 0
  for (let row = 0; row < rows; row += 1) {
    let at = row * rowBytes
    let held = 0
    let bits = 0
    for (let col = 0; col < cols; col += 1) {
      for (; bits < width; bits += 8) held |= bytes[at++]! << bits
      codes[row * cols + col] = ((held & mask) << shift) >> shift
      held >>>= width
      bits -= width
    }
    if (held !== 0) return null
  }
  return codes
}

/** The arrays of `quantizedModel.ts`: the narrowest that hold the integers, unsigned ones of 8 bits or less in an Int16Array. */
export function codeArray(length: number, width: IntegerWidth, signed: boolean): Int8Array | Int16Array | Uint16Array {
  if (signed) return width === 16 ? new Int16Array(length) : new Int8Array(length)
  return width === 16 ? new Uint16Array(length) : new Int16Array(length)
}
