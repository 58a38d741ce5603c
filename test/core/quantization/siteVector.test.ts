import { describe, expect, it } from 'vitest'
import { cellStep, inputVector, prepareCell, startState } from '../../../src/core/quantization/cell.ts'
import { dynamicGrid, staticGrid } from '../../../src/core/quantization/grid.ts'
import { quantizeFlushed, quantizeVector, zeroVector } from '../../../src/core/quantization/siteVector.ts'
import { randomModel } from './randomModel.ts'

const ours = { rounding: 'reciprocal', zeroPoint: 'after' } as const
const rules = { width: 4, scheme: 'affine', powerOfTwo: false, symmetricDivisor: 'narrow' } as const
const float = { kind: 'float' } as const

describe('a vector at a site', () => {
  it('has the hand-computed integers of its own range where the site is dynamic', () => {
    // 3 / 15 = 0.2, zero point 1 / 0.2 = 5
    const { integers, values } = quantizeVector(Float32Array.of(-1, 0.35, 2), dynamicGrid(rules), ours)
    expect([...integers!.codes]).toEqual([0, 7, 15])
    expect(integers!.grid).toMatchObject({ zero: 5, scale: Math.fround(0.2) })
    expect([...values]).toEqual([-1, Math.fround(0.4), Math.fround(10 * Math.fround(0.2))])
  })

  it('of zeros is the zero point of a static site, and 0 on a scale of 1 of a dynamic one', () => {
    const grid = staticGrid({ min: -1, max: 2 }, rules)
    expect([...zeroVector(2, grid).integers!.codes]).toEqual([5, 5])
    expect(zeroVector(2, dynamicGrid(rules)).integers).toMatchObject({ grid: { scale: 1, zero: 0 } })
    expect(zeroVector(2, float)).toEqual({ integers: null, values: new Float32Array(2) })
  })

  it('loses magnitudes below 2^-60 on float sites that flush, and on no others', () => {
    const tiny = Float32Array.of(2 ** -60, -(2 ** -60), 2 ** -61, -1e-42, -0)
    const { values } = quantizeFlushed(tiny, float, ours)
    expect([...values]).toEqual([2 ** -60, -(2 ** -60), 0, 0, 0])
    expect([...values].some((value) => Object.is(value, -0))).toBe(false)
    expect(quantizeVector(tiny, float, ours).values).toEqual(tiny)
  })
})

describe('cellStep', () => {
  const model = randomModel(1, { family: 'discriminative', widths: ['float'], cellRounds: 1, size: 1 })
  const [part] = model.parts
  part!.lstm = {
    inputs: 1,
    hidden: 1,
    words: 2,
    embedding: {
      shared: false,
      matrix: { kind: 'float', rows: 2, cols: 1, data: Float32Array.of(2 ** -61, 2 ** -60) },
    },
    wx: { kind: 'float', rows: 4, cols: 1, data: Float32Array.of(0, 0, 1, 0) },
    wh: { kind: 'float', rows: 4, cols: 1, data: new Float32Array(4) },
    bias: new Float32Array(4),
    integerBias: null,
  }
  const cell = prepareCell(part!, model.recipe)
  const valueOf = (token: number, site: 'gate-g' | 'tanh-g' | 'cell' | 'hidden'): number =>
    cellStep(cell, startState(cell), inputVector(cell, token)).sites[site].values[0]!

  it('makes +0 of a float pre-activation, a cell and a hidden value below 2^-60', () => {
    expect([valueOf(0, 'gate-g'), valueOf(0, 'tanh-g')]).toEqual([0, 0])
    expect([valueOf(1, 'gate-g'), valueOf(1, 'tanh-g')]).toEqual([2 ** -60, 2 ** -60])
    // half of 2^-60 by the input gate
    expect([valueOf(1, 'cell'), valueOf(1, 'hidden')]).toEqual([0, 0])
  })

  it('leaves the state it was given as it is', () => {
    const state = startState(cell)
    cellStep(cell, state, inputVector(cell, 1))
    expect(state).toEqual(startState(cell))
  })
})
