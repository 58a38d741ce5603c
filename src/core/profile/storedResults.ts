import { predictionsOf } from '../evaluation/predictions.ts'
import type { BoardPrediction } from '../../shared/contract/boardProtocol.ts'
import type { Equality } from '../../shared/contract/profile.ts'
import { tolerance, type ComparedResults } from './compareResults.ts'

/** What the store keeps of an evaluation, of the first texts at least. */
export interface StoredResults {
  /** [texts] */
  predicted: ArrayLike<number>
  /** [texts, classes], float32 */
  logPosteriors: ArrayLike<number>
}

/**
 * The results of a device against the host's evaluation as the store keeps it: the class, and the log posteriors, made of the device's scores by the same rule and compared word for
 * word. What is promised is as in `compareResults`.
 */
export function compareWithStored(
  device: readonly BoardPrediction[],
  { predicted, logPosteriors }: StoredResults,
  promised: Equality['class'],
): ComparedResults {
  const classes = device[0]?.scores.length ?? 0
  const own = predictionsOf(Float64Array.from(device.flatMap(({ scores }) => scores)), classes)
  const told = Float32Array.from(own.logPosteriors)
  const found: ComparedResults = {
    texts: device.length,
    differ: 0,
    otherClass: 0,
    broken: 0,
    largest: 0,
    firstBroken: null,
  }
  device.forEach((prediction, text) => {
    const rows = Array.from({ length: classes }, (_, k) => text * classes + k)
    const same = rows.every((k) => Object.is(told[k], logPosteriors[k]))
    const sameClass = prediction.predicted === predicted[text]
    if (same && sameClass) return
    const largest = Math.max(...rows.map((k) => Math.abs(logPosteriors[k]!)), Number.MIN_VALUE)
    const apart = Math.max(...rows.map((k) => Math.abs(told[k]! - logPosteriors[k]!))) / largest
    found.differ += 1
    found.largest = Math.max(found.largest, apart)
    if (!sameClass) found.otherClass += 1
    if (promised === 'tolerance' && apart <= 10 * tolerance) return
    found.broken += 1
    found.firstBroken ??= text
  })
  return found
}
