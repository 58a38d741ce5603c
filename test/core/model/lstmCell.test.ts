import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lstmSequence, lstmStep, type LstmState } from '../../../src/core/model/lstmCell.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/lstm_sequence.json', import.meta.url), 'utf8'))

describe('lstmStep', () => {
  it('gives the hand-computed state for one unit with a bias alone', () => {
    const weights = { inputs: 1, hidden: 1, kernel: new Float64Array(8), bias: Float64Array.of(0.1, 0.2, 0.3, 0.4) }
    const before: LstmState = { cell: Float64Array.of(2), hidden: Float64Array.of(0) }
    const after = lstmStep(weights, before, Float64Array.of(0))
    // i = sigmoid(0.1) = 0.524979187, f = sigmoid(0.2) = 0.549833997, g = tanh(0.3) = 0.291312612, o = sigmoid(0.4) = 0.598687660
    // c = 0.549833997 * 2 + 0.524979187 * 0.291312612 = 1.252601053; h = 0.598687660 * tanh(1.252601053) = 0.598687660 * 0.849011
    expect(after.cell[0]).toBeCloseTo(1.252601053, 8)
    expect(after.hidden[0]).toBeCloseTo(0.508292643, 6)
  })

  it('leaves the state that it was given as it is', () => {
    const weights = { inputs: 1, hidden: 1, kernel: new Float64Array(8).fill(0.5), bias: new Float64Array(4) }
    const before: LstmState = { cell: Float64Array.of(2), hidden: Float64Array.of(0.25) }
    lstmStep(weights, before, Float64Array.of(1))
    expect(before).toEqual({ cell: Float64Array.of(2), hidden: Float64Array.of(0.25) })
  })
})

describe('lstmSequence', () => {
  const { steps, batch, inputs, hidden } = golden.sizes

  it.each([0, 1])('agrees with NumPy over a whole sequence, row %i of the batch', (row) => {
    const weights = {
      inputs,
      hidden,
      kernel: Float64Array.from(golden.inputs.kernel),
      bias: Float64Array.from(golden.inputs.bias),
    }
    const part = (values: number[], width: number, at: number): Float64Array =>
      Float64Array.from(values.slice(at * width, (at + 1) * width))
    const start = { cell: part(golden.inputs.cell, hidden, row), hidden: part(golden.inputs.hidden, hidden, row) }
    const xs = Array.from({ length: steps }, (_, t) => part(golden.inputs.x, inputs, t * batch + row))
    lstmSequence(weights, start, xs).forEach((state, t) => {
      const at = t * batch + row
      part(golden.outputs.cells, hidden, at).forEach((value, k) => expect(state.cell[k]).toBeCloseTo(value, 12))
      part(golden.outputs.hiddens, hidden, at).forEach((value, k) => expect(state.hidden[k]).toBeCloseTo(value, 12))
    })
  })
})
