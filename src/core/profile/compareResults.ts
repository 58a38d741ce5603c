import { isIntegerExact } from '../export/runtimeFiles.ts'
import type { QuantizedModel } from '../quantization/quantizedModel.ts'
import type { BoardPrediction } from '../../shared/contract/boardProtocol.ts'
import type { Equality } from '../../shared/contract/profile.ts'
import { wordOf } from './resultChecksum.ts'

export interface ComparedResults extends Pick<Equality, 'texts' | 'differ' | 'otherClass' | 'broken' | 'largest'> {
  /** the first text that breaks the promise; null where none does */
  firstBroken: number | null
}

/** Of the largest score of a text. */
export const tolerance = 1e-5

/** What is promised of a model's results on two machines, docs/format/quantized-model.md. */
export function exactnessOf(model: QuantizedModel): Equality['class'] {
  if (!isIntegerExact(model)) return 'tolerance'
  return model.spec.family === 'discriminative' ? 'integer-exact' : 'float-exact'
}

/**
 * The results of two machines on the same texts, word for word. A text differs where any bit of any score, the class or the count of guarded words does; it breaks
 * the promise where it differs at all, of class `tolerance` where a score is more than 1e-5 of the text's largest away.
 *
 * @param device in the order of the texts, as many as `host`
 */
export function compareResults(
  device: readonly BoardPrediction[],
  host: readonly BoardPrediction[],
  promised: Equality['class'],
): ComparedResults {
  const found: ComparedResults = {
    texts: host.length,
    differ: 0,
    otherClass: 0,
    broken: 0,
    largest: 0,
    firstBroken: null,
  }
  host.forEach((expected, text) => {
    const told = device[text]!
    if (sameWords(told, expected)) return
    const apart = distance(told, expected)
    const broken = promised !== 'tolerance' || apart > tolerance
    found.differ += 1
    found.largest = Math.max(found.largest, apart)
    if (told.predicted !== expected.predicted) found.otherClass += 1
    if (!broken) return
    found.broken += 1
    found.firstBroken ??= text
  })
  return found
}

function sameWords(a: BoardPrediction, b: BoardPrediction): boolean {
  if (a.predicted !== b.predicted || a.guarded !== b.guarded || a.scores.length !== b.scores.length) return false
  return wordOf(a.common) === wordOf(b.common) && a.scores.every((score, k) => wordOf(score) === wordOf(b.scores[k]!))
}

/** The largest difference of a score, over the text's largest score; 1 where that is nothing. */
function distance(a: BoardPrediction, b: BoardPrediction): number {
  if (a.scores.length !== b.scores.length) return 1
  const largest = Math.max(...b.scores.map(Math.abs), Math.abs(b.common), Number.MIN_VALUE)
  const apart = b.scores.map((score, k) => Math.abs(score - a.scores[k]!))
  return Math.max(...apart, Math.abs(a.common - b.common)) / largest
}
