import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'
import { classificationMetrics, type ClassificationMetrics } from '../../core/evaluation/classificationMetrics.ts'
import { predictionsOf, type Predictions } from '../../core/evaluation/predictions.ts'
import { safeRange } from '../../core/evaluation/factoredScores.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { Weights } from '../../core/model/weights.ts'
import { wilson } from '../../core/statistics/wilson.ts'
import { AppError } from '../../shared/errors.ts'
import type { Interval } from '../../shared/units.ts'
import { openModel, type OpenModel } from '../models/openModel.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import { rowsOf, type TextScores } from './textScores.ts'

export interface FloatModel {
  spec: ModelSpec
  weights: Weights
  /** log p(class) of a generative model; null: uniform, or discriminative */
  logPrior: readonly number[] | null
}

export interface Evaluation {
  metrics: ClassificationMetrics
  /** of the accuracy, 0.95 by Wilson */
  interval: Interval
  /** of each text, for paired tests */
  predictions: Predictions
  /** [texts, classes] of a generative model, else null */
  logLikelihoods: Float64Array | null
  scoring: {
    /** `direct`: discriminative, or independent language models */
    form: 'direct' | 'factored'
    /** pairs of word and class that took the direct form */
    guarded: number
    offsetRange: number | null
    /** whether the guard could have fired at all */
    guardPossible: boolean
  }
}

export interface EvaluationControl {
  tell?: (done: number, total: number) => void
  signal?: AbortSignal
  pause?: () => Promise<void>
}

/**
 * Evaluates float weights on labelled texts.
 *
 * @throws AppError `cancelled`, `input-invalid`, `shape-mismatch`, `non-finite-value`
 */
export async function evaluateModel(
  tensorflow: Tensorflow,
  { spec, weights, logPrior }: FloatModel,
  texts: EncodedTexts,
  control: EvaluationControl = {},
): Promise<Evaluation> {
  const model = openModel(tensorflow, spec, weights)
  try {
    return await evaluateTexts(model, logPrior, texts, control)
  } finally {
    model.dispose()
  }
}

/** The same of a model that is open, float or quantized. */
export async function evaluateTexts(
  model: Pick<OpenModel, 'score'>,
  logPrior: readonly number[] | null,
  texts: EncodedTexts,
  control: EvaluationControl = {},
): Promise<Evaluation> {
  const found = await model.score(rowsOf(texts), logPrior, async (done) => {
    control.tell?.(done, texts.rows)
    await control.pause?.()
    if (control.signal?.aborted) throw new AppError('cancelled', 'The evaluation was cancelled.')
  })
  return figuresOf(found, texts.labels)
}

function figuresOf(
  { scores, classes, logLikelihoods, guarded, offsetRange }: TextScores,
  labels: ArrayLike<number>,
): Evaluation {
  const predictions = predictionsOf(scores, classes)
  const metrics = classificationMetrics(predictions, labels)
  return {
    metrics,
    interval: wilson(metrics.right, metrics.n),
    predictions,
    logLikelihoods,
    scoring: {
      form: offsetRange === null ? 'direct' : 'factored',
      guarded,
      offsetRange,
      guardPossible: offsetRange !== null && offsetRange > safeRange,
    },
  }
}
