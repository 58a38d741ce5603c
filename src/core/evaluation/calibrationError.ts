import type { Predictions } from './predictions.ts'

export interface CalibrationBin {
  /** confidences in (low, high]; the first bin holds 0 too */
  low: number
  high: number
  n: number
  /** mean confidence and share of right predictions; null in an empty bin */
  confidence: number | null
  accuracy: number | null
}

export interface CalibrationError {
  /** `sum over bins of n / N * |accuracy - confidence|` */
  ece: number
  /** how the bins were made: `equal-width-15` */
  method: string
  bins: CalibrationBin[]
}

/**
 * Expected calibration error of the predicted class's probability, over bins of equal width on [0, 1].
 *
 * @see M. Naeini, G. Cooper, M. Hauskrecht, AAAI 2015; C. Guo et al., arXiv:1706.04599, section 2
 */
export function calibrationError(predictions: Predictions, labels: ArrayLike<number>, count = 15): CalibrationError {
  const sums = Array.from({ length: count }, () => ({ n: 0, confidence: 0, right: 0 }))
  predictions.predicted.forEach((found, text) => {
    const confidence = Math.exp(predictions.logPosteriors[text * predictions.classes + found]!)
    const bin = sums[Math.min(count, Math.max(1, Math.ceil(confidence * count))) - 1]!
    bin.n += 1
    bin.confidence += confidence
    bin.right += found === labels[text] ? 1 : 0
  })
  const total = predictions.predicted.length
  const ece = sums.reduce((sum, { confidence, right }) => sum + Math.abs(right - confidence) / total, 0)
  const bins = sums.map(({ n, confidence, right }, k) => ({
    low: k / count,
    high: (k + 1) / count,
    n,
    confidence: n === 0 ? null : confidence / n,
    accuracy: n === 0 ? null : right / n,
  }))
  return { ece, method: `equal-width-${count}`, bins }
}
