import type { NamedTensorInfoMap, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-node-gpu'
import { AppError } from '../../shared/errors.ts'
import type { Tensorflow } from './load.ts'
import { int64Scalar, type OpAttribute } from './nodeBackend.ts'

/** T steps, B sequences, E inputs, H hidden units. */
export interface BlockLstmInputs {
  /** [T, B, E] */
  x: Tensor3D
  /** [B, H] before the first step */
  cell: Tensor2D
  /** [B, H] before the first step */
  hidden: Tensor2D
  /** [E + H, 4H], the rows of x first; columns in the order i, f, g, o */
  kernel: Tensor2D
  /** [4H] */
  bias: Tensor1D
}

export interface BlockLstmOutputs {
  /** [T, B, H] after each step */
  hiddens: Tensor3D
  /** [T, B, H] after each step */
  cells: Tensor3D
}

const forwardOp = 'BlockLSTMV2'
const gradientOp = 'BlockLSTMGradV2'
const inputNames = ['x', 'cell', 'hidden', 'kernel', 'bias'] as const
/** Outputs of the forward operation in its own order: i, cs, f, o, ci, co, h; each [T, B, H]. */
const outputCount = 7
const cellsOutput = 1
const hiddensOutput = 6

/**
 * A whole LSTM sequence as one fused operation, differentiable in all five inputs; without peepholes and without clipping of the cell.
 *
 * The gate order of `BlockLSTMV2` is **i, f, g, o** (its first version, `BlockLSTM`, has i, g, f, o, and so do many descriptions of
 * both). By hand, with E = H = T = B = 1, no weights, bias 0.1 0.2 0.3 0.4 and a cell of 2: sigmoid(0.2) * 2 + sigmoid(0.1) *
 * tanh(0.3) = 1.2526011, which the operation gives; in the other order it would be 1.2525030. No forget bias is added.
 *
 * Errors: `shape-mismatch`.
 */
export function blockLstm(tensorflow: Tensorflow, inputs: BlockLstmInputs): BlockLstmOutputs {
  register(tensorflow)
  checkShapes(inputs)
  const outputs = tensorflow.tf.engine().runKernel(forwardOp, { ...inputs }) as Tensor[]
  return { cells: outputs[cellsOutput] as Tensor3D, hiddens: outputs[hiddensOutput] as Tensor3D }
}

const registered = new WeakSet<object>()

/** Makes the operation known to TensorFlow.js as a kernel with a gradient: unlike `customGrad` that allows several outputs. */
function register(tensorflow: Tensorflow): void {
  const { tf } = tensorflow
  if (registered.has(tf)) return
  registered.add(tf)
  tf.registerKernel({
    kernelName: forwardOp,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs }) => forward(tensorflow, inputs),
  })
  tf.registerGradient({
    kernelName: forwardOp,
    inputsToSave: [...inputNames],
    outputsToSave: Array.from({ length: outputCount }, () => true),
    gradFunc: (dy, saved) => gradient(tensorflow, dy as Tensor[], saved),
  })
}

function forward({ tf, backend }: Tensorflow, inputs: NamedTensorInfoMap): Tensor[] {
  const { x, cell, hidden, kernel, bias } = inputs as unknown as BlockLstmInputs
  return tf.tidy(() => {
    const noPeephole = tf.zeros([cell.shape[1]])
    const steps = int64Scalar(backend, x.shape[0])
    const clip: OpAttribute = { name: 'cell_clip', type: backend.binding.TF_ATTR_FLOAT, value: 0 }
    return backend.executeMultipleOutputs(
      forwardOp,
      [...attributes(backend), clip],
      [steps, x, cell, hidden, kernel, noPeephole, noPeephole, noPeephole, bias],
      outputCount,
    )
  })
}

/** `saved` holds the five inputs, then the seven outputs; `dy` the gradients of the seven outputs. */
function gradient(
  { tf, backend }: Tensorflow,
  dy: Tensor[],
  saved: Tensor[],
): Record<keyof BlockLstmInputs, () => Tensor> {
  const [x, cell, hidden, kernel, bias, ...outputs] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]]
  const noPeephole = tf.zeros([cell.shape[1]!])
  const steps = int64Scalar(backend, x.shape[0]!)
  const [dx, dCell, dHidden, dKernel, , , , dBias] = backend.executeMultipleOutputs(
    gradientOp,
    attributes(backend),
    [
      steps,
      x,
      cell,
      hidden,
      kernel,
      noPeephole,
      noPeephole,
      noPeephole,
      bias,
      ...outputs,
      dy[cellsOutput]!,
      dy[hiddensOutput]!,
    ],
    8,
  )
  return { x: () => dx!, cell: () => dCell!, hidden: () => dHidden!, kernel: () => dKernel!, bias: () => dBias! }
}

function attributes(backend: Tensorflow['backend']): OpAttribute[] {
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_FLOAT } = backend.binding
  return [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'use_peephole', type: TF_ATTR_BOOL, value: false },
  ]
}

function checkShapes({ x, cell, hidden, kernel, bias }: BlockLstmInputs): void {
  const [, batch, width] = x.shape
  const units = cell.shape[1]
  const expected = [[batch, units], [batch, units], [width + units, 4 * units], [4 * units]]
  const found = [cell.shape, hidden.shape, kernel.shape, bias.shape]
  if (JSON.stringify(expected) === JSON.stringify(found)) return
  throw new AppError('shape-mismatch', 'The weights and states of the LSTM do not fit its input.', {
    expected: `cell, hidden, kernel, bias of ${JSON.stringify(expected)} for x of ${JSON.stringify(x.shape)}`,
    found: JSON.stringify(found),
  })
}
