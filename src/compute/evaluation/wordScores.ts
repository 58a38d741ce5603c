import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { directLogSum, guard } from '../../core/evaluation/factoredScores.ts'
import type { Ops } from '../models/ops.ts'
import { rowsAtOnce } from '../models/predictWords.ts'

/** What depends on the class of a logit `s_v + c_yv`, on the device and here; made once for all texts. */
export interface ClassOffsets {
  /** [classes] rows `c_y` of [words] */
  rows: readonly Float32Array[]
  /** [classes] `max c_y` */
  peaks: Float64Array
  /** [classes, V] `B_yv = exp(c_yv - max c_y)` */
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
 * @param hiddens [N, H]
 * @param head    `[U_h, b]`, [V, H + 1]
 * @param targets [N] word ids
 */
export function factoredWordScores(
  ops: Ops,
  hiddens: Tensor,
  head: Tensor,
  offsets: ClassOffsets,
  targets: Int32Array,
): WordScores {
  const classes = offsets.rows.length
  const common = new Float64Array(targets.length)
  const relative = new Float64Array(targets.length * classes)
  let guarded = 0
  eachChunk(ops, hiddens, head, targets, (s, peak, exponentials, ofTargets, at) => {
    const sums = ops.matMul(exponentials, offsets.exponentials, { b: true }).dataSync<'float32'>()
    const peaks = peak.dataSync<'float32'>()
    for (let row = 0; row < ofTargets.length; row += 1) {
      const target = targets[at + row]!
      common[at + row] = ofTargets[row]! - peaks[row]!
      for (let y = 0; y < classes; y += 1) {
        const sum = sums[row * classes + y]!
        const isGuarded = !(sum >= guard)
        if (isGuarded) guarded += 1
        const logSum = isGuarded
          ? directLogSum(rowOf(ops, s, row), offsets.rows[y]!, peaks[row]!, offsets.peaks[y]!)
          : Math.log(sum)
        relative[(at + row) * classes + y] = offsets.rows[y]![target]! - offsets.peaks[y]! - logSum
      }
    }
  })
  return { common, relative, guarded }
}

/** [N] `s_x - log sum_v exp(s_v)` of one class's own language model. */
export function directWordScores(ops: Ops, hiddens: Tensor, head: Tensor, targets: Int32Array): Float64Array {
  const scores = new Float64Array(targets.length)
  eachChunk(ops, hiddens, head, targets, (_s, peak, exponentials, ofTargets, at) => {
    const sums = ops.sum(exponentials, 1).dataSync<'float32'>()
    const peaks = peak.dataSync<'float32'>()
    ofTargets.forEach((value, row) => (scores[at + row] = value - peaks[row]! - Math.log(sums[row]!)))
  })
  return scores
}

type Chunk = (s: Tensor, peak: Tensor, exponentials: Tensor, ofTargets: Float32Array, at: number) => void

/** `s`, its maxima, `exp(s - max s)` and `s` at the targets, for some rows at a time. */
function eachChunk(ops: Ops, hiddens: Tensor, head: Tensor, targets: Int32Array, use: Chunk): void {
  const width = hiddens.shape[1]!
  for (let at = 0; at < targets.length; at += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, targets.length - at)
    ops.tensorflow.tf.tidy(() => {
      const ones = ops.floats(new Float32Array(count).fill(1), [count, 1])
      const s = ops.matMul(ops.concat([ops.slice(hiddens, [at, 0], [count, width]), ones], 1), head, { b: true })
      const peak = ops.max(s, 1)
      const shifted = ops.float('Sub', s, peak)
      const exponentials = ops.float('Exp', shifted)
      shifted.dispose()
      const ofTargets = ops.pick(s, targets.subarray(at, at + count)).dataSync<'float32'>() as Float32Array
      use(s, peak, exponentials, ofTargets, at)
    })
  }
}

function rowOf(ops: Ops, s: Tensor, row: number): Float32Array {
  return ops.slice(s, [row, 0], [1, s.shape[1]!]).dataSync<'float32'>() as Float32Array
}
