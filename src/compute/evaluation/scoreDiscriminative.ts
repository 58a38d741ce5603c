import { inScope, type Ops } from '../models/ops.ts'
import { lengthBatches, type AfterBatch, type TextScores } from './textScores.ts'

/** A discriminative model that reads texts side by side. */
export interface DiscriminativeScorer {
  classes: number
  /** [texts, classes] row-major, in a scope of the caller's */
  logits: (texts: readonly ArrayLike<number>[]) => Float32Array
}

/** The logits of texts by a discriminative model. A text's logits do not depend on the texts beside it but for float32 rounding. */
export async function scoreDiscriminative(
  ops: Ops,
  { classes, logits: logitsOf }: DiscriminativeScorer,
  texts: readonly ArrayLike<number>[],
  afterBatch: AfterBatch,
  batch = 256,
): Promise<TextScores> {
  const scores = new Float64Array(texts.length * classes)
  let done = 0
  for (const rows of lengthBatches(
    texts.map(({ length }) => length),
    batch,
  )) {
    const logits = inScope(ops, () => logitsOf(Array.from(rows, (row) => texts[row]!)))
    rows.forEach((row, k) => scores.set(logits.subarray(k * classes, (k + 1) * classes), row * classes))
    done += rows.length
    await afterBatch(done)
  }
  return { classes, scores, logLikelihoods: null, guarded: 0, offsetRange: null }
}
