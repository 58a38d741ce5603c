/**
 * sigmoid, tanh, exp and log of float32 values as sequences of single float32 operations, so that every engine gets the same words
 * (numerics.md section 6). `docs/format/nonlinearities.md` lists the sequences, their constants and their largest errors over all float32
 * values; none may be reordered or contracted. An argument is never NaN.
 */

const { fround } = Math

const word = new Uint32Array(1)
const number = new Float32Array(word.buffer)

/** The float32 number of a word. */
function float(bits: number): number {
  word[0] = bits
  return number[0]!
}

/** 2^n from -126 to 127: `**` may be inexact. */
const powers = Float64Array.from({ length: 254 }, (_, k) => float((k + 1) << 23))

// Exported for engines that run the sequences on arrays.
export const log2e = float(0x3fb8aa3b)
/** log 2 in two parts; n times the first is exact for |n| < 2^15 */
export const ln2High = float(0x3f318000)
export const ln2Low = float(0xb95e8083)

/** The least argument of an exponential that is not 0: the next lower float32 is below log(2^-126). */
export const expLowest = float(0xc2aeac4f)
export const expHighest = 88
export const sigmoidLimit = 40
export const tanhLimit = 10
/** from here on by the exponential */
export const tanhSmall = 0.5625
const smallestNormal = float(0x00800000)
const largestFinite = float(0x7f7fffff)

/** (exp(r) - 1 - r) / r^2, from the power 0 on */
export const expTerms = [0x3efffffe, 0x3e2aaa46, 0x3d2aac5c, 0x3c091f2c, 0x3ab526ba].map(float)
/** (tanh(a) - a) / a^3 in a^2 */
export const tanhTerms = [0xbeaaaaa4, 0x3e08862f, 0xbd5c82e2, 0x3cac08fb, 0xbbca2a79].map(float)
/** (log(1 + f) - f + f^2 / 2) / f^3 */
const logTerms = [
  0x3eaaaaa3, 0xbe7ffffc, 0x3e4cd292, 0xbe2aafdf, 0x3e11998c, 0xbdfddf9a, 0x3df368dc, 0xbdf0108a, 0x3d8b53a5,
].map(float)

/** exp(x); +0 below log(2^-126), so that no result is subnormal, and exp(88) above 88. */
export function exp32(x: number): number {
  return x < expLowest ? 0 : expWithin(Math.min(x, expHighest))
}

/** log(x), x clamped to [2^-126, largest float32]. */
export function log32(x: number): number {
  number[0] = Math.min(Math.max(x, smallestNormal), largestFinite)
  // m = x / 2^n in [sqrt(1/2), sqrt(2)): the exponent is counted from sqrt(1/2), 0x3f3504f3, on.
  const n = (word[0]! - 0x3f3504f3) >> 23
  const f = fround(float(word[0]! - (n << 23)) - 1)
  const square = fround(f * f)
  const cubic = fround(fround(f * square) * polynomial(logTerms, f))
  const low = fround(cubic + fround(n * ln2Low))
  const bent = fround(low - fround(0.5 * square))
  return fround(fround(f + bent) + fround(n * ln2High))
}

/** 1 / (1 + exp(-x)), x clamped to [-40, 40], so that products with it are not subnormal. */
export function sigmoid32(x: number): number {
  const shrunk = expWithin(-Math.min(Math.abs(x), sigmoidLimit))
  return fround((x < 0 ? shrunk : 1) / fround(1 + shrunk))
}

/** tanh(x), x clamped to [-10, 10], where it is 1 in float32. */
export function tanh32(x: number): number {
  const a = Math.min(Math.abs(x), tanhLimit)
  const value = a < tanhSmall ? tanhNearZero(a) : fround(1 - fround(2 / fround(expWithin(fround(2 * a)) + 1)))
  return x < 0 ? -value : value
}

function expWithin(x: number): number {
  const n = fround(fround(x * log2e) + 12582912) - 12582912
  const r = fround(fround(x - fround(n * ln2High)) - fround(n * ln2Low))
  const bent = fround(fround(r * r) * polynomial(expTerms, r))
  return fround(fround(fround(bent + r) + 1) * powers[n + 126]!)
}

function tanhNearZero(a: number): number {
  const square = fround(a * a)
  return fround(fround(fround(polynomial(tanhTerms, square) * square) * a) + a)
}

/** By Horner's rule, the highest power first. */
function polynomial(terms: readonly number[], x: number): number {
  let sum = terms.at(-1)!
  for (let k = terms.length - 2; k >= 0; k -= 1) sum = fround(fround(sum * x) + terms[k]!)
  return sum
}
