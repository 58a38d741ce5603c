import { AppError } from '../../shared/errors.ts'
import { calibrationError, type CalibrationError } from './calibrationError.ts'
import type { Predictions } from './predictions.ts'

export interface ClassFigures {
  /** texts of the class */
  support: number
  /** texts that were taken for the class */
  predicted: number
  /** right among those taken for the class; null where none was */
  precision: number | null
  /** found among those of the class; null where there is none */
  recall: number | null
  /** `2 right / (support + predicted)`; null where the class occurs on neither side */
  f1: number | null
}

export interface ClassificationMetrics {
  n: number
  right: number
  accuracy: number
  /** mean of the F1 of the classes that occur on either side */
  macroF1: number
  classes: ClassFigures[]
  /** `confusion[truth][predicted]`, texts */
  confusion: number[][]
  /** texts taken for each class */
  histogram: number[]
  /** mean of `-log p(true class | text)`, nats */
  nll: number
  calibration: CalibrationError
}

/**
 * The figures of a classifier on labelled texts.
 *
 * @param labels [texts], each below `predictions.classes`
 * @throws AppError `shape-mismatch`, `input-invalid` for no texts at all or a label that is no class
 */
export function classificationMetrics(predictions: Predictions, labels: ArrayLike<number>): ClassificationMetrics {
  assertLabels(predictions, labels)
  const n = labels.length
  const confusion = confusionOf(predictions, labels)
  const classes = confusion.map((_, k) => classFigures(confusion, k))
  const right = confusion.reduce((sum, row, k) => sum + row[k]!, 0)
  return {
    n,
    right,
    accuracy: right / n,
    macroF1: mean(classes.flatMap(({ f1 }) => (f1 === null ? [] : [f1]))),
    classes,
    confusion,
    histogram: classes.map(({ predicted }) => predicted),
    nll: mean(Array.from({ length: n }, (_, t) => -predictions.logPosteriors[t * predictions.classes + labels[t]!]!)),
    calibration: calibrationError(predictions, labels),
  }
}

function assertLabels({ predicted, classes }: Predictions, labels: ArrayLike<number>): void {
  if (predicted.length !== labels.length) {
    throw new AppError('shape-mismatch', 'There are not as many labels as predictions.', {
      expected: String(predicted.length),
      found: String(labels.length),
    })
  }
  if (labels.length === 0) throw new AppError('input-invalid', 'There are no texts to evaluate on.')
  const wrong = Array.from(labels).find((label) => !(label < classes))
  if (wrong !== undefined) {
    throw new AppError('input-invalid', 'A label is no class of the model.', {
      expected: `below ${classes}`,
      found: String(wrong),
    })
  }
}

function confusionOf({ predicted, classes }: Predictions, labels: ArrayLike<number>): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  predicted.forEach((found, t) => (counts[labels[t]!]![found]! += 1))
  return counts
}

function classFigures(confusion: readonly number[][], k: number): ClassFigures {
  const support = confusion[k]!.reduce((sum, count) => sum + count, 0)
  const predicted = confusion.reduce((sum, row) => sum + row[k]!, 0)
  const right = confusion[k]![k]!
  const share = (of: number): number | null => (of === 0 ? null : right / of)
  return {
    support,
    predicted,
    precision: share(predicted),
    recall: share(support),
    f1: support + predicted === 0 ? null : (2 * right) / (support + predicted),
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
