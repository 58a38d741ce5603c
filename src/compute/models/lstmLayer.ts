import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { Ops } from './ops.ts'
import type { Variables } from './variables.ts'

/** What the backward pass needs of the forward pass. */
export interface LstmPass {
  /** [T, B] int32 word ids */
  read: Tensor
  /** [T, B, H] */
  hiddens: Tensor
  saved: { x: Tensor; zero: Tensor; kernel: Tensor; noPeephole: Tensor; bias: Tensor; outputs: Tensor[] }
}

export interface LstmGradients {
  embedding: Tensor
  kernel: Tensor
  bias: Tensor
}

/**
 * Word vectors and a whole LSTM sequence, from a zero state, as two operations. The gate order of `BlockLSTMV2` is i, f, g, o, as that of
 * the stored weights (`tensorflow/blockLstm.ts` has the proof by hand), so nothing is converted at this boundary; a test holds it.
 *
 * `tensorflow/blockLstm.ts` offers the same operation to automatic differentiation. Here the gradient is called directly: no tape, and
 * what the backward pass needs is at hand.
 *
 * @param read   [T, B] int32 word ids; PAD behind a text's end, where whatever comes out must not be used
 * @param prefix before the names of the parameters, `''` where there is one language model
 */
export function lstmForward(ops: Ops, variables: Variables, read: Tensor, prefix = ''): LstmPass {
  const [steps, texts] = read.shape as [number, number]
  const kernel = variables.get(`${prefix}lstm.kernel`).value()
  const bias = variables.get(`${prefix}lstm.bias`).value()
  const hidden = bias.shape[0]! / 4
  const x = variables.get(`${prefix}embedding`).gather(read)
  const zero = ops.floats(new Float32Array(texts * hidden), [texts, hidden])
  const noPeephole = ops.floats(new Float32Array(hidden), [hidden])
  const outputs = ops.run(
    'BlockLSTMV2',
    [ops.type('T', 'float'), ops.flag('use_peephole', false), ops.number('cell_clip', 0)],
    [ops.int64(steps), x, zero, zero, kernel, noPeephole, noPeephole, noPeephole, bias],
    7,
  )
  return { read, hiddens: outputs[6]!, saved: { x, zero, kernel, noPeephole, bias, outputs } }
}

/**
 * The gradients of the three parameters from that of every hidden vector. Where `dHiddens` is zero at all padded steps, these add exact
 * zeros.
 *
 * @param dHiddens [T, B, H]
 * @param words    rows of the embedding
 */
export function lstmBackward(ops: Ops, { read, saved }: LstmPass, dHiddens: Tensor, words: number): LstmGradients {
  const { x, zero, kernel, noPeephole, bias, outputs } = saved
  const [steps] = read.shape as [number, number]
  const dCells = ops.float('ZerosLike', dHiddens)
  const [dx, , , dKernel, , , , dBias] = ops.run(
    'BlockLSTMGradV2',
    [ops.type('T', 'float'), ops.flag('use_peephole', false)],
    [ops.int64(steps), x, zero, zero, kernel, noPeephole, noPeephole, noPeephole, bias, ...outputs, dCells, dHiddens],
    8,
  )
  return { embedding: ops.scatterSum(dx!, read, words), kernel: dKernel!, bias: dBias! }
}
