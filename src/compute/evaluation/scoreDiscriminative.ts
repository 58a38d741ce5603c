import type { DiscriminativeNetwork } from '../models/discriminativeNetwork.ts'
import { inScope, type Ops } from '../models/ops.ts'
import { lengthBatches, type AfterBatch, type TextScores } from './textScores.ts'

/** The logits of texts by a discriminative model. A text's logits do not depend on the texts beside it but for float32 rounding. */
export async function scoreDiscriminative(
  ops: Ops,
  network: DiscriminativeNetwork,
  classes: number,
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
    const logits = inScope(ops, () => network.logits(Array.from(rows, (row) => texts[row]!)))
    rows.forEach((row, k) => scores.set(logits.subarray(k * classes, (k + 1) * classes), row * classes))
    done += rows.length
    await afterBatch(done)
  }
  return { classes, scores, logLikelihoods: null, guarded: 0, offsetRange: null }
}
