import { describe, expect, it } from 'vitest'
import { distinctRows } from '../../../src/compute/quantization/distinctRows.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

describe('the different rows of a matrix', () => {
  it('are named by the first of each kind, in the order of the rows', () => {
    const values = Float32Array.of(1, 2, 3, 4, 1, 2, 0, 0, 3, 4, 3, 5)
    expect(distinctRows(values, 6, 2)).toEqual({
      count: 4,
      of: Int32Array.of(0, 1, 0, 2, 1, 3),
      first: Int32Array.of(0, 1, 3, 5),
    })
  })

  it('leave out what stands behind the rows that count', () => {
    expect(distinctRows(Float32Array.of(7, 7, 8), 2, 1)).toEqual({
      count: 1,
      of: Int32Array.of(0, 0),
      first: Int32Array.of(0),
    })
  })

  it('tell zero from minus zero, whose products differ in sign', () => {
    expect(distinctRows(Float32Array.of(0, -0), 2, 1).count).toBe(2)
  })

  it('give every row back, over random rows of few values', () => {
    const chance = stream(1, 'distinct-rows')
    const [rows, width] = [2000, 5]
    const values = Float32Array.from({ length: rows * width }, () => chance.below(3) - 1)
    const { of, first, count } = distinctRows(values, rows, width)
    const row = (at: number): string => values.subarray(at * width, (at + 1) * width).join()
    expect(count).toBe(new Set(Array.from({ length: rows }, (_, at) => row(at))).size)
    of.forEach((kind, at) => expect(row(first[kind]!)).toBe(row(at)))
  })
})
