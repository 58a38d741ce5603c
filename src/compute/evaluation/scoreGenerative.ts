import { inScope, type Ops } from '../models/ops.ts'
import { lengthBatches, type AfterBatch, type TextScores } from './textScores.ts'
import { directWordScores, factoredWordScores, type ClassOffsets, type Logits, type SharedRows } from './wordScores.ts'

/** Per text of a batch: [B, classes] of what depends on the class, and [B] of what does not. */
export interface BatchScores {
  relative: Float64Array
  common: Float64Array
  guarded: number
}

/** A generative model that scores texts side by side under every class. */
export interface GenerativeScorer {
  classes: number
  /** `max_y (max c_y - min c_y)`; null where nothing is factored */
  offsetRange: number | null
  /** in a scope of the caller's */
  score: (texts: readonly ArrayLike<number>[]) => BatchScores
  dispose: () => void
}

/** The words of a batch that are predicted. */
export interface PredictedTexts {
  texts: number
  /** [N] word ids */
  targets: Int32Array
  /** [N] whose text each belongs to */
  owners: Int32Array
}

/**
 * Scores of texts under every class by a generative model, `log p(class) + log p(text | class)` up to what all classes share. Sums are float64.
 *
 * @param logPrior [classes]
 */
export async function scoreGenerative(
  ops: Ops,
  scorer: GenerativeScorer,
  texts: readonly ArrayLike<number>[],
  logPrior: readonly number[],
  afterBatch: AfterBatch,
  batch = 64,
): Promise<TextScores> {
  const { classes } = scorer
  const scores = new Float64Array(texts.length * classes)
  const logLikelihoods = new Float64Array(texts.length * classes)
  let guarded = 0
  let done = 0
  for (const rows of lengthBatches(
    texts.map(({ length }) => length),
    batch,
  )) {
    const found = inScope(ops, () => scorer.score(Array.from(rows, (row) => texts[row]!)))
    rows.forEach((row, k) => {
      for (let y = 0; y < classes; y += 1) {
        const relative = found.relative[k * classes + y]!
        scores[row * classes + y] = relative + logPrior[y]!
        logLikelihoods[row * classes + y] = relative + found.common[k]!
      }
    })
    guarded += found.guarded
    done += rows.length
    await afterBatch(done)
  }
  return { classes, scores, logLikelihoods, guarded, offsetRange: scorer.offsetRange }
}

/**
 * Scores by factors, of a language model that all classes share.
 *
 * @param shared which words share a row of logits; null: none
 */
export function factoredTexts(
  ops: Ops,
  logits: Logits,
  offsets: ClassOffsets,
  predicted: PredictedTexts,
  shared: SharedRows | null = null,
): BatchScores {
  const words = factoredWordScores(ops, logits, offsets, predicted.targets, shared)
  const classes = offsets.rows.length
  const sums = emptyScores(predicted.texts, classes, words.guarded)
  predicted.owners.forEach((text, n) => {
    sums.common[text]! += words.common[n]!
    for (let y = 0; y < classes; y += 1) sums.relative[text * classes + y]! += words.relative[n * classes + y]!
  })
  return sums
}

/** Scores class by class; each has logits of its own. */
export function directTexts(
  ops: Ops,
  classes: readonly (() => { logits: Logits; predicted: PredictedTexts })[],
  texts: number,
): BatchScores {
  const sums = emptyScores(texts, classes.length, 0)
  classes.forEach((read, y) => {
    inScope(ops, () => {
      const { logits, predicted } = read()
      const words = directWordScores(ops, logits, predicted.targets)
      predicted.owners.forEach((text, n) => (sums.relative[text * classes.length + y]! += words[n]!))
    })
  })
  return sums
}

function emptyScores(texts: number, classes: number, guarded: number): BatchScores {
  return { relative: new Float64Array(texts * classes), common: new Float64Array(texts), guarded }
}
