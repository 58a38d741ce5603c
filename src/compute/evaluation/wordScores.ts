import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { directLogSum, guard } from '../../core/evaluation/factoredScores.ts'
import type { Ops } from '../models/ops.ts'

/**
 * Rows of logits that are in memory at once: with 10,000 words, 256 take 10 MB and stay in the processor's cache from one operation to the next;
 * 512 are a tenth slower.
 */
export const rowsAtOnce = 256

/** The logits `s` of `count` words to predict from the one at `at` on, [count, V], without what depends on the class. */
export type Logits = (at: number, count: number) => Tensor

/** Words that share their logits: what they are predicted from is the same. */
export interface SharedRows {
  /** rows of logits in all */
  count: number
  /** [N] the row of each word */
  of: Int32Array
}

/** What depends on the class of a logit `s_v + c_yv`, on the device and here; made once for all texts. */
export interface ClassOffsets {
  /** [classes] rows `c_y` of [words] */
  rows: readonly Float32Array[]
  /** [classes] `max c_y` */
  peaks: Float64Array
  /** [V, classes] `B_yv = exp(c_yv - max c_y)` */
  exponentials: Tensor
}

/** Of each word that is predicted, in order. */
export interface WordScores {
  /** [N] `s_x - max s` */
  common: Float64Array
  /** [N, classes] `c_y,x - max c_y - log S_y` */
  relative: Float64Array
  guarded: number
}

/**
 * Scores of words under all classes for the price of one (numerics.md section 8): one product with the head, one exponential a word of the
 * vocabulary, one product with the classes' exponentials.
 *
 * @param targets [N] word ids
 * @param shared  which words share a row of logits; null: none
 */
export function factoredWordScores(
  ops: Ops,
  logits: Logits,
  offsets: ClassOffsets,
  targets: Int32Array,
  shared: SharedRows | null = null,
): WordScores {
  const classes = offsets.rows.length
  const common = new Float64Array(targets.length)
  const relative = new Float64Array(targets.length * classes)
  let guarded = 0
  eachChunk(ops, logits, targets, shared, (s, peak, exponentials, ofTargets, words) => {
    const sums = ops.matMul(exponentials, offsets.exponentials).dataSync<'float32'>()
    const peaks = peak.dataSync<'float32'>()
    words.forEach(({ word, row }, place) => {
      common[word] = ofTargets[place]! - peaks[row]!
      for (let y = 0; y < classes; y += 1) {
        const sum = sums[row * classes + y]!
        const isGuarded = !(sum >= guard)
        if (isGuarded) guarded += 1
        const logSum = isGuarded
          ? directLogSum(rowOf(ops, s, row), offsets.rows[y]!, peaks[row]!, offsets.peaks[y]!)
          : Math.log(sum)
        relative[word * classes + y] = offsets.rows[y]![targets[word]!]! - offsets.peaks[y]! - logSum
      }
    })
  })
  return { common, relative, guarded }
}

/** [N] `s_x - log sum_v exp(s_v)` where the logits are those of one class. */
export function directWordScores(ops: Ops, logits: Logits, targets: Int32Array): Float64Array {
  const scores = new Float64Array(targets.length)
  eachChunk(ops, logits, targets, null, (_s, peak, exponentials, ofTargets, words) => {
    const sums = ops.sum(exponentials, 1).dataSync<'float32'>()
    const peaks = peak.dataSync<'float32'>()
    words.forEach(({ word, row }, place) => (scores[word] = ofTargets[place]! - peaks[row]! - Math.log(sums[row]!)))
  })
  return scores
}

/** `c` on the device and here; to be disposed by its owner. */
export function classOffsets(ops: Ops, rows: readonly Float32Array[]): ClassOffsets {
  const peaks = Float64Array.from(rows, (row) => row.reduce((most, value) => Math.max(most, value), -Infinity))
  const words = rows[0]!.length
  const columns = Float32Array.from(
    { length: words * rows.length },
    (_, k) => rows[k % rows.length]![Math.floor(k / rows.length)]! - peaks[k % rows.length]!,
  )
  const exponentials = ops.tensorflow.tf.tidy(() => ops.float('Exp', ops.floats(columns, [words, rows.length])))
  return { rows, peaks, exponentials }
}

/** A word, and the row of its logits among those of a chunk. */
interface ChunkWord {
  word: number
  row: number
}

type Chunk = (
  s: Tensor,
  peak: Tensor,
  exponentials: Tensor,
  ofTargets: Float32Array,
  words: readonly ChunkWord[],
) => void

/** `s`, its maxima, `exp(s - max s)` for some rows at a time, and `s` at the targets of the words that have these rows. */
function eachChunk(ops: Ops, logits: Logits, targets: Int32Array, shared: SharedRows | null, use: Chunk): void {
  const rows = shared?.count ?? targets.length
  const wordsAt = shared === null ? ownRows : sharedRows(shared)
  for (let at = 0; at < rows; at += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, rows - at)
    const words = wordsAt(at, count)
    ops.tensorflow.tf.tidy(() => {
      const s = logits(at, count)
      const peak = ops.max(s, 1)
      const shifted = ops.float('Sub', s, peak)
      const exponentials = ops.float('Exp', shifted)
      shifted.dispose()
      const columns = Int32Array.from(words, ({ word }) => targets[word]!)
      const ofTargets = ops.pickAt(s, columns, (place) => words[place]!.row).dataSync<'float32'>() as Float32Array
      use(s, peak, exponentials, ofTargets, words)
    })
  }
}

type WordsAt = (at: number, count: number) => ChunkWord[]

const ownRows: WordsAt = (at, count) => Array.from({ length: count }, (_, row) => ({ word: at + row, row }))

/** Words by chunks, each found once. */
function sharedRows({ of, count }: SharedRows): WordsAt {
  const chunks = Array.from({ length: Math.ceil(count / rowsAtOnce) }, (): ChunkWord[] => [])
  of.forEach((row, word) => chunks[Math.floor(row / rowsAtOnce)]!.push({ word, row: row % rowsAtOnce }))
  return (at) => chunks[at / rowsAtOnce]!
}

function rowOf(ops: Ops, s: Tensor, row: number): Float32Array {
  return ops.slice(s, [row, 0], [1, s.shape[1]!]).dataSync<'float32'>() as Float32Array
}
