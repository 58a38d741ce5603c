import { AppError } from '../../shared/errors.ts'
import { logSumExp } from './logSumExp.ts'

/** What a model says of each text of a split, kept for paired tests. */
export interface Predictions {
  classes: number
  /** [texts]; the lowest class wins a tie */
  predicted: Uint16Array
  /** [texts, classes] row-major, `log p(class | text)` in nats */
  logPosteriors: Float64Array
}

/**
 * Predictions from scores that are log posteriors up to a number of the text: logits, or class-relative scores of a generative model.
 *
 * @param scores row-major [texts, classes], finite
 * @throws AppError `shape-mismatch`, `non-finite-value`
 */
export function predictionsOf(scores: ArrayLike<number>, classes: number): Predictions {
  const texts = scores.length / classes
  if (!Number.isInteger(texts)) {
    throw new AppError('shape-mismatch', 'The scores are not a whole number of rows.', {
      expected: `a multiple of ${classes}`,
      found: String(scores.length),
    })
  }
  const predicted = new Uint16Array(texts)
  const logPosteriors = new Float64Array(scores.length)
  for (let text = 0; text < texts; text += 1) {
    const row = Float64Array.from({ length: classes }, (_, k) => scores[text * classes + k]!)
    if (!row.every(Number.isFinite))
      throw new AppError('non-finite-value', `Text ${text} has a score that is not finite.`)
    const total = logSumExp(row)
    predicted[text] = argmax(row)
    logPosteriors.set(
      row.map((score) => score - total),
      text * classes,
    )
  }
  return { classes, predicted, logPosteriors }
}

/** The place of the largest value; the lowest place wins a tie (numerics.md section 7). */
export function argmax(values: ArrayLike<number>): number {
  let best = 0
  for (let k = 1; k < values.length; k += 1) if (values[k]! > values[best]!) best = k
  return best
}
