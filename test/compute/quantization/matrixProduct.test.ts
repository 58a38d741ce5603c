import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Ops, inScope } from '../../../src/compute/models/ops.ts'
import { Kept } from '../../../src/compute/quantization/kept.ts'
import { matrixProduct, type Accumulator } from '../../../src/compute/quantization/matrixProduct.ts'
import { staticGrid } from '../../../src/core/quantization/grid.ts'
import type { IntegerMatrix, IntegerWidth, SiteGrid } from '../../../src/core/quantization/quantizedModel.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'

let ops: Ops
let kept: Kept
beforeAll(() => {
  ops = new Ops(loadedTensorflow())
  kept = new Kept(ops)
})
afterEach(() => {
  kept.dispose()
  kept = new Kept(ops)
})

function grid(
  width: IntegerWidth,
  scheme: 'symmetric' | 'affine' = 'symmetric',
): Extract<SiteGrid, { kind: 'static' }> {
  const found = staticGrid({ min: -1, max: 1 }, { width, scheme, powerOfTwo: false, symmetricDivisor: 'narrow' })
  return scheme === 'affine' ? { ...found, zero: 0 } : found
}

function matrix(width: IntegerWidth, rows: number, cols: number, code: (k: number) => number): IntegerMatrix {
  const codes = new Int16Array(rows * cols).map((_, k) => code(k))
  return {
    kind: 'integer',
    rows,
    cols,
    width,
    codes,
    scales: new Float32Array(rows).fill(1),
    rowSums: new Int32Array(rows),
  }
}

/** The accumulators and the scaled products of one vector by the library, and the sums in whole numbers. */
function multiply(of: IntegerMatrix, site: SiteGrid, codes: readonly number[], bias: Int32Array | null = null) {
  const product = matrixProduct(kept, of, site, { from: 0, to: of.rows, bias })
  return inScope(ops, () => {
    const sums: Accumulator[] = []
    const value = {
      kind: 'integer' as const,
      codes: ops.floats(codes, [1, codes.length]),
      scale: kept.scalar(1),
      zero: kept.scalar(0),
    }
    const values = [...product(value, (sum) => sums.push(sum)).dataSync()]
    const [{ high, low, radix }] = sums as [Accumulator]
    const found = Array.from(low.dataSync(), (part, k) => (high?.dataSync()[k] ?? 0) * radix + part)
    const exact = Array.from({ length: of.rows }, (_, r) =>
      codes.reduce((sum, code, c) => sum + code * of.codes[r * of.cols + c]!, bias?.[r] ?? 0),
    )
    return { found, exact, values, split: high !== null }
  })
}

describe('a product of integers on the device', () => {
  // 1,040 columns of 127 by 128 are 16,906,240: 2^24 is 16,777,216, which 1,032 columns stay below.
  it.each([
    [1032, false],
    [1033, true],
    [2000, true],
  ])('of %i columns of -127 by vectors of -128 is exact, split: %s', (cols, split) => {
    const {
      found,
      exact,
      values,
      split: was,
    } = multiply(
      matrix(8, 2, cols, () => -127),
      grid(8),
      new Array<number>(cols).fill(-128),
    )
    expect(exact[0]).toBe(127 * 128 * cols)
    expect(found).toEqual(exact)
    expect(was).toBe(split)
    const scale = grid(8).scale
    expect(values[0]).toBe(Math.fround(Math.fround(exact[0]!) * scale))
  })

  it.each([
    [8, 16],
    [16, 8],
    [16, 2],
    [4, 16],
    [8, 8],
  ] as const)(
    'of %i-bit weights by %i-bit vectors is that of whole numbers, integer bias included',
    (weights, width) => {
      const random = stream(weights * 100 + width, 'product')
      const most = 2 ** (weights - 1) - 1
      for (const scheme of ['symmetric', 'affine'] as const) {
        const site = grid(width, scheme)
        const of = matrix(weights, 5, 120, (k) => (k < 120 ? -most : random.below(2 * most + 1) - most))
        const codes = Array.from({ length: 120 }, () => site.low + random.below(2 ** width))
        codes.fill(site.high, 0, 60)
        const { found, exact } = multiply(of, site, codes, Int32Array.of(0, 1, -7_000_001, 12_345_678, -3))
        expect(found).toEqual(exact)
      }
    },
  )

  it('rounds a sum beyond 2^24 once, to the nearest float32', () => {
    // 32767 * 513 + 2 = 16,809,473, odd and above 2^24: the nearest float32 is even.
    const { values, exact } = multiply(
      matrix(16, 1, 3, (k) => [32767, 1, 1][k]!),
      { ...grid(8), high: 600 },
      [513, 1, 1],
    )
    expect(exact).toEqual([16_809_473])
    expect(values).toEqual([Math.fround(Math.fround(16_809_473) * grid(8).scale)])
  })

  it.each([
    ['16 by 16 bits', matrix(16, 1, 1, () => 1), grid(16)],
    ['more columns than two halves hold', matrix(8, 1, 20_000, () => -127), grid(8)],
  ])('is refused for %s', (_what, of, site) => {
    expect(() => matrixProduct(kept, of, site, { from: 0, to: 1 })).toThrow(
      expect.objectContaining({ code: 'bit-width-unsupported' }),
    )
  })
})
