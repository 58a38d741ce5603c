import { describe, expect, it } from 'vitest'
import { adjustmentsOf, meanDistance, type AdjustedMatrix } from '../../../src/core/quantization/adjustments.ts'
import { deadSignals, deadSignalWarnings } from '../../../src/core/quantization/deadSignals.ts'

const matrix: AdjustedMatrix = {
  part: 0,
  array: 'head',
  rows: 2,
  cols: 2,
  before: Float32Array.of(3.25, -4, 1.5, 0),
  after: Float32Array.of(3, -4, 2, 0),
  codes: Int8Array.of(3, -4, 1, 0),
  low: -4,
  high: 3,
  scales: Float32Array.of(1, 2),
}

describe('adjustmentsOf', () => {
  it('gives the hand-computed figures of four weights', () => {
    // dW is -0.25, 0, 0.5, 0; in steps -0.25, 0, 0.25, 0. Sorted, before is -4 0 1.5 3.25 and after -4 0 2 3.
    const [all, ...rest] = adjustmentsOf(matrix)
    expect(rest).toEqual([])
    expect(all).toMatchObject({
      part: 0,
      array: 'head',
      gate: null,
      weights: 4,
      mean: 0.1875,
      largest: 0.5,
      meanSteps: 0.125,
      wasserstein: (0.5 + 0.25) / 4,
      atEnds: 0.5,
    })
    expect(all!.normRatio).toBeCloseTo(Math.sqrt((9 + 16 + 4) / (3.25 ** 2 + 16 + 2.25)), 12)
    // Bins are 0.05 wide from -1 on: -0.25 begins the 16th, 0 the 21st, 0.25 the 26th.
    expect(all!.steps.bins.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([
      [15, 1],
      [20, 2],
      [25, 1],
    ])
  })

  it('counts steps past the ends of the histogram apart', () => {
    const clipped = { ...matrix, before: Float32Array.of(9, -9, 4, -2), after: Float32Array.of(3, -4, 2, 0) }
    const { steps } = adjustmentsOf(clipped)[0]!
    expect([steps.below, steps.bins[0], steps.bins.at(-1), steps.above]).toEqual([1, 1, 1, 1])
  })

  it('takes the gates of an LSTM array apart, a quarter of the rows each', () => {
    const values = Float32Array.from({ length: 8 }, (_, k) => k)
    const lstm: AdjustedMatrix = {
      ...matrix,
      array: 'lstm-h',
      rows: 8,
      cols: 1,
      before: values,
      after: values.map((value, k) => value + (k < 2 ? 0 : k < 4 ? 1 : k < 6 ? 2 : 3)),
      codes: new Int8Array(8),
      scales: new Float32Array(8).fill(1),
    }
    const found = adjustmentsOf(lstm)
    expect(found.map(({ gate, weights, mean }) => [gate, weights, mean])).toEqual([
      [null, 8, 1.5],
      ['i', 2, 0],
      ['f', 2, 1],
      ['g', 2, 2],
      ['o', 2, 3],
    ])
  })

  it('has no norm ratio for an array of zeros', () => {
    const zeros = { ...matrix, before: new Float32Array(4), after: new Float32Array(4) }
    expect(adjustmentsOf(zeros)[0]!.normRatio).toBeNull()
  })
})

describe('meanDistance', () => {
  it('does not depend on the order of either side', () => {
    expect(meanDistance(Float32Array.of(3, 1, 2), Float32Array.of(2, 3, 1))).toBe(0)
    expect(meanDistance(Float32Array.of(0, 1), Float32Array.of(3, 0))).toBe(1)
  })
})

describe('deadSignals', () => {
  const live = { count: 100, min: -3, max: 7, distinct: 11 }
  const dead = { count: 100, min: 0, max: 0, distinct: 1 }

  it('names the sites that never changed, part by part', () => {
    expect(deadSignals([{ hidden: dead, cell: live }, { 'tanh-c': { ...dead, min: 2, max: 2 } }])).toEqual([
      { part: 0, site: 'hidden', value: 0 },
      { part: 1, site: 'tanh-c', value: 2 },
    ])
  })

  it('does not call a site dead that was seen once, or not at all', () => {
    expect(deadSignals([{ hidden: { ...dead, count: 1 } }])).toEqual([])
    expect(deadSignals([{}])).toEqual([])
  })

  it('warns with the site, and its class where there are several language models', () => {
    expect(deadSignalWarnings([{ hidden: dead }])[0]).toMatchObject({ code: 'signal-dead', subject: 'hidden' })
    expect(deadSignalWarnings([{}, { hidden: dead }])[0]!.subject).toBe('class.1.hidden')
  })
})
