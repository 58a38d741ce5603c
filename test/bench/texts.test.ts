import { describe, expect, it } from 'vitest'
import { shareOfEqual } from '../../build/bench/inference/agreement.ts'
import { drawTexts, madeUpTexts, ofOneLength, words } from '../../build/bench/inference/texts.ts'
import { weightBytes } from '../../build/bench/inference/weightBytes.ts'
import type { EncodedTexts } from '../../src/core/dataset/tokenFile.ts'

/** Texts of 3, 0, 70 and 1 words, labels 0 to 3. */
const texts: EncodedTexts = {
  rows: 4,
  offsets: Uint32Array.of(0, 3, 3, 73, 74),
  tokens: Uint32Array.from([10, 11, 12, ...Array.from({ length: 70 }, (_, k) => 100 + k), 50]),
  labels: Uint8Array.of(0, 1, 2, 3),
}

function textAt({ tokens, offsets }: EncodedTexts, row: number): number[] {
  return [...tokens.subarray(offsets[row], offsets[row + 1])]
}

describe('the texts of the benchmarks', () => {
  it('are drawn once each with their labels, those without words left out', () => {
    const drawn = drawTexts(texts, 3, 'test')
    expect([...drawn.labels]).toEqual([0, 2, 3])
    expect([0, 1, 2].map((row) => textAt(drawn, row))).toEqual([0, 2, 3].map((row) => textAt(texts, row)))
    expect(() => drawTexts(texts, 4, 'test')).toThrow('3 texts where 4 are wanted')
  })

  it('of one length are cut off, or go on from their start', () => {
    const even = ofOneLength(drawTexts(texts, 3, 'test'))
    expect([...even.offsets]).toEqual([0, words, 2 * words, 3 * words])
    expect(textAt(even, 0).slice(0, 5)).toEqual([10, 11, 12, 10, 11])
    expect(textAt(even, 1)).toEqual(Array.from({ length: words }, (_, k) => 100 + k))
    expect(new Set(textAt(even, 2))).toEqual(new Set([50]))
  })

  it('that are made up hold no reserved words', () => {
    const made = madeUpTexts(20, 9, 4, 'test')
    expect([made.rows, Math.min(...made.tokens), Math.max(...made.tokens)]).toEqual([20, 4, 8])
  })
})

describe('agreement', () => {
  it('is the share of equal classes', () => {
    expect(shareOfEqual([0, 1, 2, 3], Uint8Array.of(0, 1, 3, 3))).toBe(0.75)
    expect(() => shareOfEqual([0], [0, 1])).toThrow('1 classes for 2 texts')
  })
})

describe('the bytes of weights', () => {
  it.each([
    [400, 100, 8, 40_000],
    [400, 100, 4, 20_000],
    [400, 100, 2, 10_000],
    [3, 5, 3, 6],
    [2, 3, 'float', 24],
  ] as const)('of %i rows of %i at %s bits are %i', (rows, columns, width, bytes) => {
    expect(weightBytes(rows, columns, width)).toBe(bytes)
  })
})
