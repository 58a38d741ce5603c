import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-node-gpu'
import { lstmSequence, type LstmWeights } from '../../../core/model/lstmCell.ts'
import { blockLstm, type BlockLstmInputs } from '../../tensorflow/blockLstm.ts'
import type { Tensorflow } from '../../tensorflow/load.ts'
import type { Trial } from '../selfTest.ts'

const steps = 5
const batch = 2
const inputs = 3
const hidden = 4

/** The five inputs of the operation as one vector each, in float64; values that float32 holds exactly. */
type Vectors = Record<keyof BlockLstmInputs, Float64Array>

const lengths: Record<keyof BlockLstmInputs, number> = {
  x: steps * batch * inputs,
  cell: batch * hidden,
  hidden: batch * hidden,
  kernel: (inputs + hidden) * 4 * hidden,
  bias: 4 * hidden,
}
const names = Object.keys(lengths) as (keyof BlockLstmInputs)[]

/** A whole sequence against the float64 twin. */
export function lstmForward(tensorflow: Tensorflow): Trial {
  const vectors = sampleVectors()
  const { hiddens, cells } = blockLstm(tensorflow, tensorsOf(tensorflow, vectors))
  const found = [...hiddens.dataSync(), ...cells.dataSync()]
  const expected = twin(vectors)
  return { op: 'BlockLSTMV2', oracle: 'LSTM in float64', tolerance: 1e-5 * largest(expected), found, expected }
}

/**
 * The gradient of a weighted sum of every hidden and cell value, in all five inputs, against central differences of the float64 twin:
 * `(L(v + d) - L(v - d)) / 2d` with d = 1e-5, whose own error is about 1e-10.
 */
export function lstmGradient(tensorflow: Tensorflow): Trial {
  const { tf } = tensorflow
  const vectors = sampleVectors()
  const tensors = tensorsOf(tensorflow, vectors)
  const loss = (...values: Tensor[]) => {
    const { hiddens, cells } = blockLstm(tensorflow, named(values))
    const all = tf.concat([hiddens.flatten(), cells.flatten()])
    return tf.sum(tf.mul(all, tf.tensor1d(lossWeights()))).asScalar()
  }
  const gradients = tf.grads(loss)(names.map((name) => tensors[name]))
  const found = gradients.flatMap((gradient) => [...gradient.dataSync()])
  const expected = centralDifferences(vectors)
  return {
    op: 'BlockLSTMV2 gradient',
    oracle: 'finite differences',
    tolerance: 1e-5 * largest(expected),
    found,
    expected,
  }
}

function centralDifferences(vectors: Vectors, step = 1e-5): number[] {
  const weights = lossWeights()
  const loss = (): number => twin(vectors).reduce((sum, value, k) => sum + value * weights[k]!, 0)
  return names.flatMap((name) =>
    Array.from(vectors[name], (value, k) => {
      vectors[name][k] = value + step
      const above = loss()
      vectors[name][k] = value - step
      const below = loss()
      vectors[name][k] = value
      return (above - below) / (2 * step)
    }),
  )
}

/** Hidden values [T, B, H], then cells [T, B, H], by the twin. */
function twin(vectors: Vectors): number[] {
  const weights: LstmWeights = { inputs, hidden, kernel: vectors.kernel, bias: vectors.bias }
  const sequences = Array.from({ length: batch }, (_, row) => {
    const start = { cell: rowOf(vectors.cell, row), hidden: rowOf(vectors.hidden, row) }
    const xs = Array.from({ length: steps }, (_, t) =>
      vectors.x.slice((t * batch + row) * inputs, (t * batch + row + 1) * inputs),
    )
    return lstmSequence(weights, start, xs)
  })
  const collect = (part: 'hidden' | 'cell'): number[] =>
    Array.from({ length: steps }, (_, t) => sequences.flatMap((sequence) => [...sequence[t]![part]])).flat()
  return [...collect('hidden'), ...collect('cell')]
}

function rowOf(matrix: Float64Array, row: number): Float64Array {
  return matrix.slice(row * hidden, (row + 1) * hidden)
}

function sampleVectors(): Vectors {
  return Object.fromEntries(names.map((name, n) => [name, wave(lengths[name], n + 1)])) as Vectors
}

function lossWeights(): Float32Array {
  return Float32Array.from(wave(2 * steps * batch * hidden, 9))
}

/** Numbers without a pattern in [-0.9, 0.9], the same on every machine. */
function wave(length: number, phase: number): Float64Array {
  return Float64Array.from({ length }, (_, k) =>
    Math.fround(Math.round(900 * Math.sin(1.7 * k * k + 0.9 * k + phase)) / 1000),
  )
}

function tensorsOf({ tf }: Tensorflow, vectors: Vectors): BlockLstmInputs {
  return {
    x: tf.tensor3d(Float32Array.from(vectors.x), [steps, batch, inputs]),
    cell: tf.tensor2d(Float32Array.from(vectors.cell), [batch, hidden]),
    hidden: tf.tensor2d(Float32Array.from(vectors.hidden), [batch, hidden]),
    kernel: tf.tensor2d(Float32Array.from(vectors.kernel), [inputs + hidden, 4 * hidden]),
    bias: tf.tensor1d(Float32Array.from(vectors.bias)),
  }
}

function named(values: Tensor[]): BlockLstmInputs {
  const [x, cell, hiddenState, kernel, bias] = values as [Tensor3D, Tensor2D, Tensor2D, Tensor2D, Tensor1D]
  return { x, cell, hidden: hiddenState, kernel, bias }
}

function largest(values: readonly number[]): number {
  return Math.max(...values.map(Math.abs))
}
