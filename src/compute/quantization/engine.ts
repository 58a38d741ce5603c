import type { AfterBatch, TextScores } from '../evaluation/textScores.ts'
import type { Signals } from './signals.ts'

/** A quantized model that is open in one of the engines; to be disposed by its owner. */
export interface QuantizedEngine {
  /**
   * Scores of texts, in their order; as `OpenModel` gives them.
   *
   * @param texts    word ids
   * @param logPrior [classes] of a generative model; null: uniform
   * @throws AppError `too-large`
   */
  score: (
    texts: readonly ArrayLike<number>[],
    logPrior: readonly number[] | null,
    afterBatch: AfterBatch,
  ) => Promise<TextScores>
  /**
   * What each site of each part gives, real steps only; a generative model's logits are not among them.
   *
   * @param pause awaited now and then; may throw `cancelled`
   */
  signals: (texts: readonly ArrayLike<number>[], pause: () => Promise<void>) => Promise<Signals>
  dispose: () => void
}
