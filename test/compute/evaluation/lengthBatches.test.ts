import { describe, expect, it } from 'vitest'
import { lengthBatches } from '../../../src/compute/evaluation/textScores.ts'

describe('lengthBatches', () => {
  it('holds each row once, the longest first', () => {
    const lengths = [3, 9, 1, 9, 0]
    expect(lengthBatches(lengths, 2).map((rows) => [...rows])).toEqual([[1, 3], [0, 2], [4]])
  })

  it('makes smaller batches of long texts, of one where it must', () => {
    const lengths = [100_000, 40_000, 40_000, 20_000, 20_000, 20_000, 5]
    expect(lengthBatches(lengths, 64).map(({ length }) => length)).toEqual([1, 1, 1, 3, 1])
  })

  it('gives nothing for no texts', () => {
    expect(lengthBatches([], 64)).toEqual([])
  })
})
