import { guard } from '../evaluation/factoredScores.ts'
import { exp32, log32 } from './nonlinearities.ts'
import type { LabelOffsets } from './labelOffsets.ts'
import { laneMax, laneSum, logSumExp32 } from './laneReductions.ts'

const { fround } = Math

/** Products up to it count as 0: no engine has to add subnormals, and none that flushes them can tell. */
const smallestProduct = 2 ** -126

/** One word's share in the scores of all classes. */
export interface WordScores {
  /** [classes] */
  relative: Float32Array
  common: number
  /** classes that took the direct form */
  guarded: number
}

/**
 * What a word adds to the scores of all classes, by the factored form (numerics.md section 8), every operation in float32.
 *
 *     A_v = exp(s_v - max s)      S_y = sum_v A_v B_yv       over lanes; a product up to 2^-126 counts as 0
 *     relative_y = (c_y,word - max c_y) - log S_y             common = s_word - max s
 *
 * Where `S_y < 2^-80` its logarithm is had by the direct form: `((M - max s) - max c_y) + log sum_v exp(u_v - M)`, `u_v = s_v + c_yv`, `M = max u`.
 *
 * @param s [words] float32
 */
export function scoreWord(s: Float32Array, classes: readonly LabelOffsets[], word: number): WordScores {
  const max = laneMax(s)
  const shares = s.map((value) => exp32(fround(value - max)))
  let guarded = 0
  const relative = Float32Array.from(classes, (one) => {
    const sum = laneSum(s.length, (v) => productOf(shares[v]!, one.weights[v]!))
    const direct = sum < guard
    if (direct) guarded += 1
    const logSum = direct ? directLogSum(s, max, one) : log32(sum)
    return fround(fround(one.offsets[word]! - one.max) - logSum)
  })
  return { relative, common: fround(s[word]! - max), guarded }
}

function productOf(a: number, b: number): number {
  const value = fround(a * b)
  return value <= smallestProduct ? 0 : value
}

/** `log S_y` where the factors' product lost too much to underflow. */
function directLogSum(s: Float32Array, max: number, { offsets, max: most }: LabelOffsets): number {
  const found = logSumExp32(s.map((value, v) => fround(value + offsets[v]!)))
  return fround(fround(fround(found.max - max) - most) + found.log)
}

/** `log p(word)` from the logits of all words: `(l_word - max l) - log sum_v exp(l_v - max l)`. */
export function scoreDirectly(logits: Float32Array, word: number): number {
  const { max, log } = logSumExp32(logits)
  return fround(fround(logits[word]! - max) - log)
}
