import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { GenerativeHead } from './generativeHead.ts'
import type { Ops } from './ops.ts'

/**
 * Rows of logits that are in memory at once. A whole step's would be 164 MB of float32 at 4,096 words and a vocabulary of 10,000: each
 * use of so much memory costs page faults, and nothing of it stays in the processor's cache.
 */
export const rowsAtOnce = 512

export interface PredictedWords {
  /** [N, H], the gradient of the hidden vectors */
  dHidden: Tensor
  /** [V, width], the gradient of the head's matrix */
  dMatrix: Tensor
  /** [N], log p(target); told of p not below 2^-126, on which the gradients do not depend */
  logP: Float64Array
}

/**
 * Probabilities of the targets by `softmax(input matrix^T)`, and the gradients of `-sum share * log p(target)`, some rows at a time. The
 * gradient of the logits is `p - onehot(target)`; its second part is taken off the two products, where it is a row of `U_h` and of the input,
 * so that [N, V] is passed over as seldom as can be.
 *
 * `Softmax` and this are half the time of `SparseSoftmaxCrossEntropyWithLogits`, which makes the same gradient in one operation.
 *
 * @param input   [N, width], hidden vectors first
 * @param targets [N] word ids
 * @param shares  [N], how much each word counts
 */
export function predictWords(
  ops: Ops,
  input: Tensor,
  head: GenerativeHead,
  targets: Int32Array,
  shares: readonly number[],
): PredictedWords {
  const [rows, width] = input.shape as [number, number]
  const matrix = head.matrix()
  const hiddenHead = head.hidden()
  const weights = ops.floats(shares, [rows, 1])
  const scaled = ops.float('Mul', input, weights)
  const chunks = Array.from({ length: Math.ceil(rows / rowsAtOnce) }, (_, k) => k * rowsAtOnce).map((at) => {
    const count = Math.min(rowsAtOnce, rows - at)
    const part = (of: Tensor): Tensor => ops.slice(of, [at, 0], [count, width])
    return ops.tensorflow.tf.tidy(() => {
      const logits = ops.matMul(part(input), matrix, { b: true })
      const p = ops.float('Softmax', logits)
      logits.dispose()
      return {
        dHidden: ops.matMul(p, hiddenHead),
        dMatrix: ops.matMul(p, part(scaled), { a: true }),
        ofTargets: ops.pick(p, targets.subarray(at, at + count)),
      }
    })
  })
  const ids = ops.integers(targets)
  const join = (name: 'dHidden' | 'ofTargets'): Tensor =>
    ops.concat(
      chunks.map((chunk) => chunk[name]),
      0,
    )
  return {
    dHidden: ops.float('Mul', ops.float('Sub', join('dHidden'), ops.gather(hiddenHead, ids)), weights),
    dMatrix: ops.float(
      'Sub',
      ops.addAll(chunks.map(({ dMatrix }) => dMatrix)),
      ops.scatterSum(scaled, ids, matrix.shape[0]!),
    ),
    logP: Float64Array.from(join('ofTargets').dataSync(), (p) => Math.log(Math.max(p, 2 ** -126))),
  }
}
