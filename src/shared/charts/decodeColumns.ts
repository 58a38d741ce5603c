import { noCode } from './runColumns.ts'

const noByte = 0xff

/** The bytes of a text of base64. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> }).fromBase64
  if (native !== undefined) return native.call(Uint8Array, text)
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** One code a row, however they were told. */
export function codesOf(text: string, count: number): Uint16Array<ArrayBuffer> {
  const bytes = bytesOf(text)
  if (bytes.length === count * 2 && count > 0) return new Uint16Array(bytes.buffer)
  if (bytes.length !== count && bytes.length !== 1) throw wrongLength(bytes.length, count)
  const codes = bytes.length === count ? new Uint16Array(bytes) : new Uint16Array(count).fill(bytes[0] as number)
  for (let row = 0; row < count; row += 1) if (codes[row] === noByte) codes[row] = noCode
  return codes
}

/** One figure a row, however they were told. */
export function figuresOf(
  { values: text, codes }: { values: string; codes: string | null },
  count: number,
): Float64Array<ArrayBuffer> {
  const values = new Float64Array(bytesOf(text).buffer)
  if (codes === null) {
    if (values.length !== count) throw wrongLength(values.length, count)
    return values
  }
  const places = codesOf(codes, count)
  const figures = new Float64Array(count)
  for (let row = 0; row < count; row += 1) figures[row] = values[places[row] as number] ?? Number.NaN
  return figures
}

/** Row numbers, or all. */
export function rowsOf(text: string | null): Uint32Array | null {
  return text === null ? null : new Uint32Array(bytesOf(text).buffer)
}

function wrongLength(found: number, expected: number): RangeError {
  return new RangeError(`a column of ${found} instead of ${expected}`)
}
