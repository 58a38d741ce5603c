import { describe, expect, it } from 'vitest'
import {
  dequantize,
  dynamicGrid,
  gridOf,
  gridOfVector,
  powerOfTwoFrom,
  quantizeValue,
  rint,
  sigmoidGrid,
  staticGrid,
  type GridRules,
} from '../../../src/core/quantization/grid.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { golden } from './goldenVectors.ts'

const { fround } = Math
const symmetric: GridRules = { width: 4, scheme: 'symmetric', powerOfTwo: false, symmetricDivisor: 'narrow' }
const affine: GridRules = { ...symmetric, scheme: 'affine' }
const ours = { rounding: 'reciprocal', zeroPoint: 'after' } as const

describe('staticGrid', () => {
  it('gives the hand-computed scales and zero points of -1 to 2 at 4 bits', () => {
    const scale = fround(2 / 7)
    expect(staticGrid({ min: -1, max: 2 }, symmetric)).toEqual({
      kind: 'static',
      width: 4,
      low: -8,
      high: 7,
      zero: 0,
      scale,
      reciprocal: fround(1 / scale),
    })
    expect(staticGrid({ min: -1, max: 2 }, { ...symmetric, symmetricDivisor: 'full' }).scale).toBe(0.25)
    // 3 / 15 = 0.2; zero = rint(1 / 0.2) = 5
    expect(staticGrid({ min: -1, max: 2 }, affine)).toMatchObject({ low: 0, high: 15, zero: 5, scale: fround(0.2) })
    expect(staticGrid({ min: -1, max: 2 }, { ...affine, powerOfTwo: true })).toMatchObject({ zero: 4, scale: 0.25 })
  })

  it("gives NumPy's grids, both bounds of the scale and ranges without zero included", () => {
    for (const { min, max, rules, grid } of golden.grids) expect(staticGrid({ min, max }, rules)).toEqual(grid)
  })

  it('has scale 1 and zero point 0 for a range of nothing but 0', () => {
    for (const rules of [symmetric, affine]) {
      expect(staticGrid({ min: 0, max: -0 }, rules)).toMatchObject({ scale: 1, zero: 0 })
    }
  })

  it.each([
    ['non-finite-value', { min: -1, max: Infinity }],
    ['non-finite-value', { min: NaN, max: 1 }],
    ['non-finite-value', { min: 0, max: 1e39 }],
    ['input-invalid', { min: 0, max: 1e14 }],
  ])('refuses with %s a range of %o', (code, range) => {
    expect(() => staticGrid(range, symmetric)).toThrowError(expect.objectContaining({ code }))
  })
})

describe('sigmoidGrid', () => {
  it('holds 0 and 1 exactly', () => {
    for (const width of [2, 3, 4, 5, 6, 7, 8, 16] as const) {
      const grid = sigmoidGrid(width)
      expect(grid).toMatchObject({ low: 0, high: 2 ** width - 1, zero: 0 })
      expect([dequantize(0, grid), quantizeValue(1, grid, ours)]).toEqual([0, grid.high])
    }
  })
})

describe('gridOfVector', () => {
  it('gives a vector the static grid of its own range', () => {
    const random = stream(1, 'vectors')
    for (const rules of [symmetric, affine, { ...affine, powerOfTwo: true }, { ...symmetric, width: 16 as const }]) {
      const values = Float32Array.from({ length: 9 }, () => random.uniform() * 4 - 1)
      const range = { min: Math.min(...values), max: Math.max(...values) }
      expect(gridOfVector(values, dynamicGrid(rules))).toEqual(staticGrid(range, rules))
    }
  })

  it('gives zeros and no values scale 1, subnormals the least scale', () => {
    expect(gridOfVector(new Float32Array(3), dynamicGrid(affine))).toMatchObject({ scale: 1, zero: 0 })
    expect(gridOfVector([], dynamicGrid(symmetric))).toMatchObject({ scale: 1, zero: 0 })
    expect(gridOfVector(Float32Array.of(1e-42), dynamicGrid(symmetric)).scale).toBe(2 ** -40)
  })

  it('lowers a scale to 2^40, as nobody could be refused any more', () => {
    const grid = gridOfVector(Float32Array.of(-3e38, 3e38), dynamicGrid(affine))
    expect(grid).toMatchObject({ scale: 2 ** 40, reciprocal: 2 ** -40, zero: 15 })
    expect(quantizeValue(fround(-3e38), grid, ours)).toBe(0)
  })
})

describe('powerOfTwoFrom', () => {
  it('keeps a power and raises what is above it', () => {
    expect([0.25, 0.25000003, 2 ** -40, 1.5].map(powerOfTwoFrom)).toEqual([0.25, 0.5, 2 ** -40, 2])
  })
})

describe('rint', () => {
  it('rounds halves to the even neighbour and leaves large numbers alone', () => {
    expect([0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, 2.0 ** 100, Infinity].map(rint)).toEqual([
      0,
      2,
      2,
      0,
      -2,
      0,
      2 ** 100,
      Infinity,
    ])
  })
})

describe('quantizeValue', () => {
  it("gives NumPy's integers: halves, odd zero points, subnormals, overflowing steps, all four rules", () => {
    for (const { grid, values, codes, reals, rounding, zeroPoint } of golden.roundings) {
      const found = values.map((value) => quantizeValue(value, grid, { rounding, zeroPoint }))
      expect(found).toEqual(codes)
      expect(found.map((code) => dequantize(code, grid))).toEqual(reals)
    }
  })

  it('tells the four rules apart where they differ', () => {
    // 2.5 steps: to even before an odd zero point is added, to the other side after
    const grid = gridOf({ width: 4, low: 0, high: 15 }, 1, 5)
    expect(quantizeValue(2.5, grid, ours)).toBe(7)
    expect(quantizeValue(2.5, grid, { ...ours, zeroPoint: 'before' })).toBe(8)
    // fround(5.5 / 13) is 5.5 steps as a quotient, and the float32 below as a product with the reciprocal
    const thirteenth = gridOf({ width: 8, low: -128, high: 127 }, fround(1 / 13), 0)
    expect(quantizeValue(fround(5.5 / 13), thirteenth, { ...ours, rounding: 'divide' })).toBe(6)
    expect(quantizeValue(fround(5.5 / 13), thirteenth, ours)).toBe(5)
  })

  it.each([2, 4, 8, 16] as const)('loses at most half a step within the range, at %i bits', (width) => {
    const random = stream(width, 'round trip')
    for (const rules of [symmetric, affine]) {
      const grid = staticGrid({ min: -1.3, max: 0.9 }, { ...rules, width })
      for (let k = 0; k < 200; k += 1) {
        const value = fround(random.uniform() * 2.1 - 1.25)
        const error = Math.abs(dequantize(quantizeValue(value, grid, ours), grid) - value)
        expect(error).toBeLessThanOrEqual(grid.scale * 0.5001 + 1e-6)
      }
    }
  })
})
