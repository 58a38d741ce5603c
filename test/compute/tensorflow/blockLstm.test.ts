import { readFileSync } from 'node:fs'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-node-gpu'
import { beforeAll, describe, expect, it } from 'vitest'
import { blockLstm, type BlockLstmInputs } from '../../../src/compute/tensorflow/blockLstm.ts'
import { loadTensorflow, type Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { readyAddon } from '../readyAddon.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/lstm_sequence.json', import.meta.url), 'utf8'))
const { steps, batch, inputs, hidden } = golden.sizes
const names = ['x', 'cell', 'hidden', 'kernel', 'bias'] as const

let tensorflow: Tensorflow

beforeAll(() => {
  process.env['BITGAUGE_TENSORFLOW_ADDON'] = readyAddon()
  tensorflow = loadTensorflow()
})

function goldenInputs(): BlockLstmInputs {
  const { tf } = tensorflow
  return {
    x: tf.tensor3d(golden.inputs.x, [steps, batch, inputs]),
    cell: tf.tensor2d(golden.inputs.cell, [batch, hidden]),
    hidden: tf.tensor2d(golden.inputs.hidden, [batch, hidden]),
    kernel: tf.tensor2d(golden.inputs.kernel, [inputs + hidden, 4 * hidden]),
    bias: tf.tensor1d(golden.inputs.bias),
  }
}

function gradients(part: 'hiddens' | 'cells', weights: number[]): Tensor[] {
  const { tf } = tensorflow
  const loss = (...values: Tensor[]) => {
    const [x, cell, hiddenState, kernel, bias] = values as [Tensor3D, Tensor2D, Tensor2D, Tensor2D, Tensor1D]
    const outputs = blockLstm(tensorflow, { x, cell, hidden: hiddenState, kernel, bias })
    return tf.sum(tf.mul(outputs[part].flatten(), tf.tensor1d(weights))).asScalar()
  }
  const given = goldenInputs()
  return tf.grads(loss)(names.map((name) => given[name]))
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length)
  for (let k = 0; k < found.length; k++) expect(Math.abs(found[k]! - expected[k]!)).toBeLessThanOrEqual(tolerance)
}

describe('blockLstm', () => {
  it('has its gates in the order i, f, g, o, as the hand-computed step shows', () => {
    const { tf } = tensorflow
    const { cells, hiddens } = blockLstm(tensorflow, {
      x: tf.zeros([1, 1, 1]),
      cell: tf.tensor2d([[2]]),
      hidden: tf.zeros([1, 1]),
      kernel: tf.zeros([2, 4]),
      bias: tf.tensor1d([0.1, 0.2, 0.3, 0.4]),
    })
    // sigmoid(0.2) * 2 + sigmoid(0.1) * tanh(0.3) = 1.2526011; with f and g exchanged it would be 1.2525030.
    expect(cells.dataSync()[0]).toBeCloseTo(1.2526011, 6)
    expect(hiddens.dataSync()[0]).toBeCloseTo(0.5082926, 6)
  })

  it('agrees with NumPy over a whole sequence of a batch', () => {
    const { cells, hiddens } = blockLstm(tensorflow, goldenInputs())
    expectClose(cells.dataSync(), golden.outputs.cells, 1e-6)
    expectClose(hiddens.dataSync(), golden.outputs.hiddens, 1e-6)
  })

  it("has the gradient that NumPy's back-propagation gives, in all five inputs", () => {
    const found = gradients('hiddens', golden.lossWeights)
    names.forEach((name, n) => expectClose(found[n]!.dataSync(), golden.gradients[name], 2e-6))
  })

  it('has a gradient through its cells alone: the forget gates carry it back to the first cell', () => {
    const { tf } = tensorflow
    const ones: number[] = new Array(steps * batch * hidden).fill(0)
    ones.fill(1, (steps - 1) * batch * hidden)
    const [, cell] = gradients('cells', ones)
    expect(cell!.shape).toEqual([batch, hidden])
    expect(tf.all(tf.notEqual(cell!, 0)).dataSync()[0]).toBe(1)
  })

  it('leaves no native tensor behind', () => {
    const { tf, backend } = tensorflow
    const count = (): number => (backend.binding as unknown as { getNumOfTensors(): number }).getNumOfTensors()
    const run = (): void =>
      void tf.tidy(() => void gradients('hiddens', golden.lossWeights).map((tensor) => tensor.dataSync()))
    run()
    const before = [count(), tf.memory().numTensors]
    for (let k = 0; k < 5; k++) run()
    expect([count(), tf.memory().numTensors]).toEqual(before)
  })

  it('rejects weights that do not fit the input with shape-mismatch', () => {
    const { tf } = tensorflow
    const wrong = { ...goldenInputs(), kernel: tf.zeros([inputs + hidden + 1, 4 * hidden]) as Tensor2D }
    expect(() => blockLstm(tensorflow, wrong)).toThrowError(expect.objectContaining({ code: 'shape-mismatch' }))
  })
})
