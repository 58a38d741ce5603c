import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'

/** What a model says of texts before it decides. */
export interface TextScores {
  classes: number
  /** [texts, classes] row-major: `log p(class | text)` up to a number of the text; logits, or class-relative scores with the prior in them */
  scores: Float64Array
  /** [texts, classes] `log p(text | class)` in nats of a generative model, else null */
  logLikelihoods: Float64Array | null
  /** pairs of word and class that took the direct form (numerics.md section 8) */
  guarded: number
  /** `max_y (max c_y - min c_y)`; null where nothing was factored */
  offsetRange: number | null
}

/** Lets messages in between two batches; may throw `cancelled`. `done` texts of all are scored. */
export type AfterBatch = (done: number) => Promise<void>

/** log p(class), [classes] */
export function uniformPrior(classes: number): number[] {
  return new Array<number>(classes).fill(-Math.log(classes))
}

/** The word ids of each text, not copied. */
export function rowsOf({ rows, tokens, offsets }: EncodedTexts): (Uint16Array | Uint32Array)[] {
  return Array.from({ length: rows }, (_, row) => tokens.subarray(offsets[row]!, offsets[row + 1]!))
}

/** Places of a batch, padding included: about 800 bytes each where the hidden vector has 100 elements. */
const mostPlaces = 65_536

/**
 * Row numbers in batches of texts of similar length, longest first, so that the batch that takes most memory comes at once. A batch has at
 * most `batch` texts, and fewer where they are long.
 */
export function lengthBatches(lengths: ArrayLike<number>, batch: number): Uint32Array[] {
  const order = Uint32Array.from({ length: lengths.length }, (_, row) => row)
  order.sort((a, b) => lengths[b]! - lengths[a]! || a - b)
  const batches: Uint32Array[] = []
  for (let at = 0; at < order.length; at += batches.at(-1)!.length) {
    const fitting = Math.floor(mostPlaces / Math.max(1, lengths[order[at]!]!))
    batches.push(order.slice(at, at + Math.min(batch, Math.max(1, fitting))))
  }
  return batches
}
