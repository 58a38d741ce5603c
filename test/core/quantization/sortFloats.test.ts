import { describe, expect, it } from 'vitest'
import { adjustmentsOf, type AdjustedMatrix } from '../../../src/core/quantization/adjustments.ts'
import { dequantize, quantizeValue, quantizeValues, staticGrid } from '../../../src/core/quantization/grid.ts'
import { sortedFloats } from '../../../src/core/quantization/sortFloats.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

/** Floats of every magnitude and sign, by their bits; none of them infinite. */
function anyFloats(count: number, seed: number): Float32Array {
  const random = stream(seed, 'any-floats')
  const words = Uint32Array.from({ length: count }, () => Math.floor(random.uniform() * 2 ** 32))
  return new Float32Array(words.buffer).map((value) => (Number.isFinite(value) ? value : 0))
}

function wordsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length)
}

describe('sortedFloats', () => {
  it.each([0, 1, 511, 512, 3000])(
    'gives the words of the language’s own sort, and leaves its argument: %i values',
    (count) => {
      const values = anyFloats(count, count)
      const before = values.slice()
      expect(wordsOf(sortedFloats(values))).toEqual(wordsOf(values.toSorted()))
      expect(wordsOf(values)).toEqual(wordsOf(before))
    },
  )

  it('puts -0 before 0, the smallest of numbers about them, and equal ones beside each other', () => {
    const some = [0, -0, 1e-45, -1e-45, 3.4028234663852886e38, -3.4028234663852886e38, 1, -1, 1]
    const values = Float32Array.from({ length: 900 }, (_, k) => some[(k * 7) % some.length]!)
    expect(wordsOf(sortedFloats(values))).toEqual(wordsOf(values.toSorted()))
    expect(wordsOf(sortedFloats(values.subarray(100, 800)))).toEqual(wordsOf(values.slice(100, 800).toSorted()))
  })
})

describe('quantizeValues', () => {
  it.each([
    ['reciprocal', 'after'],
    ['reciprocal', 'before'],
    ['divide', 'after'],
    ['divide', 'before'],
  ] as const)('gives what quantizeValue gives of each: %s, %s', (rounding, zeroPoint) => {
    const rules = { width: 8, scheme: 'affine', powerOfTwo: false, symmetricDivisor: 'narrow' } as const
    const grid = staticGrid({ min: -0.7, max: 1.9 }, rules)
    const values = Float32Array.from({ length: 4001 }, (_, k) => (k - 2000) * (grid.scale / 8))
    const codes = new Int16Array(values.length)
    quantizeValues(values, grid, { rounding, zeroPoint }, codes)
    expect([...codes]).toEqual([...values].map((value) => quantizeValue(value, grid, { rounding, zeroPoint })))
  })
})

describe('the Wasserstein distance of an array on one grid', () => {
  it('is that of the sorted values, whichever way they are sorted', () => {
    const rules = { width: 3, scheme: 'affine', powerOfTwo: false, symmetricDivisor: 'narrow' } as const
    const grid = staticGrid({ min: -0.5, max: 0.6 }, rules)
    const random = stream(1, 'one-grid')
    const before = Float32Array.from({ length: 2000 }, () => random.uniform() - 0.5)
    const codes = Int16Array.from(before, (value) =>
      quantizeValue(value, grid, { rounding: 'reciprocal', zeroPoint: 'after' }),
    )
    const after = Float32Array.from(codes, (code) => dequantize(code, grid))
    const scales = new Float32Array(20).fill(grid.scale)
    const matrix: AdjustedMatrix = {
      ...{ part: 0, array: 'embedding', rows: 20, cols: 100, before, after, codes },
      ...{ low: grid.low, high: grid.high, scales },
    }
    const values = Float32Array.from({ length: grid.high - grid.low + 1 }, (_, k) => dequantize(grid.low + k, grid))
    expect(adjustmentsOf({ ...matrix, after: { values } })).toEqual(adjustmentsOf(matrix))
    const [one, other] = [before.toSorted(), after.toSorted()]
    const mean = one.reduce((sum, value, k) => sum + Math.abs(value - other[k]!), 0) / one.length
    expect(adjustmentsOf(matrix)[0]!.wasserstein).toBeCloseTo(mean, 12)
  })
})
