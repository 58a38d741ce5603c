import { describe, expect, it } from 'vitest'
import { cumulativeCounts } from '../../../src/core/calibration/histogram.ts'
import { adjustmentsOf, type AdjustedMatrix } from '../../../src/core/quantization/adjustments.ts'
import { sumRows } from '../../../src/core/quantization/product.ts'
import { ofProfile } from '../../../src/core/quantization/ranges/distribution.ts'
import { splitKernel } from '../../../src/core/quantization/splitKernel.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

/** What is computed once and kept, against the same computed plainly, and asked for again. */
describe('the sums of rows', () => {
  it('are the hand-computed ones, negative integers among them', () => {
    expect([...sumRows(Int8Array.of(1, -2, 3, -128, -128, 127), 2)]).toEqual([2, -129])
  })

  it('are those of whole numbers of any size, for any array', () => {
    const random = stream(3, 'sums')
    const codes = Int16Array.from({ length: 7 * 4099 }, () => random.below(65_535) - 32_767)
    const plain = Array.from({ length: 7 }, (_, row) =>
      Number([...codes.subarray(row * 4099, (row + 1) * 4099)].reduce((sum, code) => sum + BigInt(code), 0n)),
    )
    expect([...sumRows(codes, 7)]).toEqual(plain)
  })
})

describe('the counts before each bin', () => {
  const counts = (seed: number): Uint32Array => {
    const random = stream(seed, 'counts')
    return Uint32Array.from({ length: 64 }, () => (random.below(3) === 0 ? 0 : random.below(2 ** 32)))
  }
  const profileOf = (histogram: Uint32Array) => ({
    ...{ min: -2, max: 6, histogram, count: Number(histogram.reduce((sum, one) => sum + one, 0)) },
    ...{ mean: 0, deviation: 1 },
  })

  it('are plain sums beyond 32 bits, of each histogram its own, also when asked again', () => {
    for (const seed of [1, 2]) {
      const histogram = counts(seed)
      let sum = 0n
      const plain = [0, ...Array.from(histogram, (one) => Number((sum += BigInt(one))))]
      for (let time = 0; time < 2; time += 1) expect([...cumulativeCounts(profileOf(histogram))]).toEqual(plain)
    }
  })

  it('leave out no value where only the filled bins are gone through', () => {
    const histogram = counts(3)
    const profile = profileOf(histogram)
    const pairs = [...histogram].flatMap((count, bin) => (count === 0 ? [] : [[-2 + (8 * (bin + 0.5)) / 64, count]]))
    for (let time = 0; time < 2; time += 1) {
      const { values, counts: found } = ofProfile(profile).points()
      expect(Array.from(values, (value, k) => [value, found![k]])).toEqual(pairs)
    }
  })
})

describe('a kernel as two matrices', () => {
  it('is turned over: a row for each unit of each gate, and kept', () => {
    // [inputs + hidden, 4 hidden] with 2 inputs and 1 hidden unit: element (r, c) is 10 r + c.
    const kernel = Float32Array.from([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23])
    const split = splitKernel(kernel, 2, 1)
    expect([...split.wx]).toEqual([0, 10, 1, 11, 2, 12, 3, 13])
    expect([...split.wh]).toEqual([20, 21, 22, 23])
    expect(splitKernel(kernel, 2, 1)).toBe(split)
    expect(splitKernel(kernel.slice(), 2, 1)).toEqual(split)
  })
})

describe('what is known of weights', () => {
  it('is of their own elements: the gates of an array, another array, and the same array again', () => {
    const random = stream(5, 'weights')
    const before = Float32Array.from({ length: 8 * 3 }, () => random.below(2001) / 100 - 10)
    const matrixOf = (weights: Float32Array): AdjustedMatrix => ({
      ...{ part: 0, array: 'lstm-x', rows: 8, cols: 3, before: weights, after: weights.map(Math.round) },
      ...{ codes: Int8Array.from(weights, Math.round), low: -16, high: 15, scales: new Float32Array(8).fill(1) },
    })
    const first = adjustmentsOf(matrixOf(before))
    const distance = (rows: [number, number]): number => {
      const part = [...before.subarray(rows[0] * 3, rows[1] * 3)]
      const [a, b] = [part, part.map(Math.round)].map((values) => values.toSorted((x, y) => x - y)) as [
        number[],
        number[],
      ]
      return a.reduce((sum, value, k) => sum + Math.abs(value - b[k]!), 0) / a.length
    }
    const plain = [
      [0, 8],
      [0, 2],
      [2, 4],
      [4, 6],
      [6, 8],
    ].map((rows) => distance(rows as [number, number]))
    first.forEach(({ wasserstein }, k) => expect(wasserstein).toBeCloseTo(plain[k]!, 12))
    expect(adjustmentsOf(matrixOf(before))).toEqual(first)
    expect(adjustmentsOf(matrixOf(before.slice()))).toEqual(first)
    const other = adjustmentsOf(matrixOf(before.map((weight) => weight / 2)))
    expect(other[0]!.wasserstein).not.toBeCloseTo(plain[0]!, 6)
  })
})
