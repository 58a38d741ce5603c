import { describe, expect, it } from 'vitest'
import { assertProductFits, largestOperand } from '../../../src/core/quantization/assertProduct.ts'
import { dynamicGrid } from '../../../src/core/quantization/grid.ts'
import { headStep } from '../../../src/core/quantization/head.ts'
import { product, sumRows } from '../../../src/core/quantization/product.ts'
import type { IntegerMatrix, IntegerWidth, QuantizedPart } from '../../../src/core/quantization/quantizedModel.ts'
import { quantizeVector, vectorOfCodes } from '../../../src/core/quantization/siteVector.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { golden, gridFor } from './goldenVectors.ts'
import { randomMatrix } from './randomModel.ts'

function matrixOf(rows: number[][], width: IntegerWidth, scales: number[]): IntegerMatrix {
  const codes = width === 16 ? Int16Array.from(rows.flat()) : Int8Array.from(rows.flat())
  const sizes = { rows: rows.length, cols: rows[0]!.length }
  return {
    kind: 'integer',
    ...sizes,
    width,
    codes,
    scales: Float32Array.from(scales),
    rowSums: sumRows(codes, rows.length),
  }
}

/** `rows` rows of one code. */
const filled = (code: number, cols: number): number[] => new Array<number>(cols).fill(code)

describe('product', () => {
  it('gives the hand-computed accumulators and values of a 2 x 3 matrix', () => {
    const matrix = matrixOf(
      [
        [1, -2, 3],
        [7, 0, -7],
      ],
      4,
      [0.5, 0.25],
    )
    const grid = gridFor({ low: 0, high: 15, zero: 5, scale: 2 })
    // q - z = [-5, 0, 10]
    const { accumulators, values } = product(matrix, vectorOfCodes(Int32Array.of(0, 5, 15), grid))
    expect([...accumulators!]).toEqual([25, -105])
    expect([...values]).toEqual([25, -52.5])
  })

  it.each(golden.products.map((one, k) => [k, one] as const))(
    "gives NumPy's sums, those of -127 against 255 and beyond 2^24 and 2^31 included: case %i",
    (_, { cols, width, vector, scales, grid, acc, values }) => {
      const most = 2 ** (width - 1) - 1
      const rising = Array.from({ length: cols }, (_, k) => ((37 * k) % (2 * most + 1)) - most)
      const matrix = matrixOf([filled(-most, cols), filled(most, cols), rising], width, scales)
      const codes = vector.length === 1 ? filled(vector[0]!, cols) : vector
      const found = product(matrix, vectorOfCodes(Int32Array.from(codes), gridFor(grid)))
      expect([...found.accumulators!]).toEqual(acc)
      expect([...found.values]).toEqual(values)
    },
  )

  it('is, uncorrected and less zero point times row sum, what it is with the zero point taken first', () => {
    const random = stream(3, 'correction')
    const matrix = randomMatrix(random, 9, 13, 6) as IntegerMatrix
    const grid = gridFor({ low: 0, high: 63, zero: 21, scale: 1 })
    const codes = Int32Array.from({ length: 13 }, () => random.below(64))
    const plain = product(matrix, vectorOfCodes(codes, { ...grid, zero: 0 })).accumulators!
    const corrected = plain.map((sum, r) => sum - 21 * matrix.rowSums[r]!)
    expect(product(matrix, vectorOfCodes(codes, grid)).accumulators).toEqual(corrected)
  })

  it('adds an integer bias to the accumulator', () => {
    const matrix = matrixOf([[3]], 4, [0.5])
    const vector = vectorOfCodes(Int32Array.of(2), gridFor({ low: -8, high: 7, zero: 0, scale: 1 }))
    expect(product(matrix, vector, Int32Array.of(-10))).toEqual({
      accumulators: Float64Array.of(-4),
      values: Float32Array.of(-2),
    })
  })

  it('rounds product and sum apart, where a fused multiply-add would not', () => {
    const sites = { 'head-input': gridFor({ low: -128, high: 127, zero: 0, scale: 1 }) } as QuantizedPart['sites']
    const rules = { rounding: 'reciprocal', zeroPoint: 'after' } as const
    for (const [acc, factor, bias, result] of golden.contractions) {
      const head = {
        kind: 'discriminative' as const,
        matrix: matrixOf([[acc]], 16, [factor]),
        bias: Float32Array.of(bias),
      }
      expect(headStep(head, sites, Float32Array.of(1), rules).values[0]).toBe(result)
    }
  })

  it('sums float operands in float64 and rounds once', () => {
    const matrix = { kind: 'float' as const, rows: 1, cols: 3, data: Float32Array.of(1e8, 1, -1e8) }
    const ones = quantizeVector(Float32Array.of(1, 1, 1), { kind: 'float' }, { rounding: 'divide', zeroPoint: 'after' })
    expect(product(matrix, ones)).toEqual({ accumulators: null, values: Float32Array.of(1) })
    // 3 * fround(0.1) as a weight, 4 as a value
    const integers = matrixOf([[3]], 4, [0.1])
    const four = { integers: null, values: Float32Array.of(4) }
    expect(product(integers, four).values[0]).toBe(Math.fround(Math.fround(3 * Math.fround(0.1)) * 4))
  })
})

describe('assertProductFits', () => {
  const grid = gridFor({ low: -32768, high: 32767, zero: 0, scale: 1 })
  // 516 * 127 * 32768 = 2^31 - 1 - 114687
  const matrix = matrixOf([filled(1, 516), filled(127, 516)], 8, [1, 1])

  it('lets the largest sum pass that 32 bits hold, and no larger one', () => {
    expect(largestOperand(grid)).toBe(32768)
    expect(() => assertProductFits('w', matrix, grid, null)).not.toThrow()
    const room = 2 ** 31 - 1 - 516 * 127 * 32768
    expect(() => assertProductFits('w', matrix, grid, Int32Array.of(0, -room))).not.toThrow()
    const beyond = expect.objectContaining({ code: 'too-large', message: 'Row 1 of `w` could leave 32 bits.' })
    expect(() => assertProductFits('w', matrix, grid, Int32Array.of(0, room + 1))).toThrowError(beyond)
  })

  it('counts the form without the zero point, and that of a kernel which makes 8 bits unsigned', () => {
    expect(largestOperand(gridFor({ low: 0, high: 65535, zero: 32768, scale: 1 }))).toBe(65535)
    expect(largestOperand(gridFor({ low: -128, high: 127, zero: 0, scale: 1 }))).toBe(255)
    expect(
      largestOperand(dynamicGrid({ width: 16, scheme: 'affine', powerOfTwo: false, symmetricDivisor: 'full' })),
    ).toBe(65535)
  })

  it('has no bound for 16 by 16 bits, which have 64', () => {
    const wide = matrixOf([filled(32767, 4096)], 16, [1])
    expect(() => assertProductFits('w', wide, grid, null)).not.toThrow()
    expect(() => assertProductFits('w', { ...wide, width: 8 }, grid, null)).toThrow()
  })
})
