import type { TextEvaluation } from '../quantization/evaluateText.ts'

/** What of a text's evaluation a checksum stands for. */
export interface ScoredText {
  predicted: number
  /** words x classes that took the direct form */
  guarded: number
  common: number
  /** [classes] logits, or `log p(class)` and what of `log p(text | class)` depends on the class */
  scores: ArrayLike<number>
}

const mask = (1n << 64n) - 1n
const multiplier = 0x9e3779b97f4a7c15n

/**
 * The checksum of the results of texts 0, 1, 2, … as the board program tells it: docs/format/board-protocol.md, the twin of
 * `src/runtime/program/checksum.c`. 16 hexadecimal digits.
 */
export function resultChecksum(texts: readonly ScoredText[]): string {
  const sum = texts.reduce((total, text, index) => (total + shareOf(text, index)) & mask, 0n)
  return sum.toString(16).padStart(16, '0')
}

/** The same members of a family's evaluation. */
export function scoredText(evaluation: TextEvaluation): ScoredText {
  const { predicted } = evaluation
  if (evaluation.family === 'discriminative') return { predicted, guarded: 0, common: 0, scores: evaluation.logits }
  const { guarded, common, scores } = evaluation
  return { predicted, guarded, common, scores }
}

function shareOf({ predicted, guarded, common, scores }: ScoredText, index: number): bigint {
  const words = [BigInt(index), (BigInt(guarded) << 32n) | BigInt(predicted), wordOf(common)]
  return [...words, ...Array.from(scores, wordOf), BigInt(scores.length)].reduce(mix, 0n)
}

function mix(sum: bigint, word: bigint): bigint {
  const mixed = ((sum ^ word) * multiplier) & mask
  return mixed ^ (mixed >> 32n)
}

const cell = new DataView(new ArrayBuffer(8))

/** The 64 bits of a float64. */
export function wordOf(value: number): bigint {
  cell.setFloat64(0, value)
  return cell.getBigUint64(0)
}
