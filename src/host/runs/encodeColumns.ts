import { noCode } from '../../shared/charts/runColumns.ts'

const noByte = 0xff
/** A figure that has more values than one in so many rows is told row by row. */
const rowsOfValue = 4

export type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** Codes as the contract tells them: one byte for all, a byte each, or two. */
export function encodedCodes(codes: Uint8Array | Uint16Array): string {
  const [first] = codes
  if (first === undefined) return ''
  let [largest, same] = [0, true]
  for (let row = 0; row < codes.length; row += 1) {
    const code = codes[row] as number
    if (code !== first) same = false
    if (code !== noCode && code > largest) largest = code
  }
  if (largest >= noByte) return base64(codes)
  const bytes = new Uint8Array(same ? 1 : codes.length)
  for (let row = 0; row < bytes.length; row += 1) bytes[row] = codes[row] === noCode ? noByte : (codes[row] as number)
  return base64(bytes)
}

/** A figure's different values and the place of each row's, where that is shorter. */
export function encodedFigure(figure: Float64Array): { values: string; codes: string | null } {
  const places = new Map<number, number>()
  const codes = new Uint16Array(figure.length)
  const most = Math.min(noCode, figure.length / rowsOfValue)
  for (let row = 0; row < figure.length; row += 1) {
    const value = figure[row] as number
    let place = places.get(value)
    if (place === undefined) {
      place = places.size
      if (place >= most) return { values: base64(figure), codes: null }
      places.set(value, place)
    }
    codes[row] = place
  }
  return { values: base64(Float64Array.from(places.keys())), codes: encodedCodes(codes) }
}

export function base64(numbers: Numbers): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64')
}
