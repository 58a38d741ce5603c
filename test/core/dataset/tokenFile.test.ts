import { describe, expect, it } from 'vitest'
import { EncodedTextsBuilder } from '../../../src/core/dataset/encodedTextsBuilder.ts'
import { readTokenFile, writeTokenFile } from '../../../src/core/dataset/tokenFile.ts'
import { vocabularyOf } from '../../../src/core/text/vocabulary.ts'

function example(): Uint8Array {
  const builder = new EncodedTextsBuilder(vocabularyOf(['a', 'b']), 3, 2)
  builder.add(['a', 'x', 'b', 'a'], 1)
  builder.add([], 0)
  builder.add(['b'], 0)
  return writeTokenFile(builder.texts(), 6, 2)
}

describe('writeTokenFile', () => {
  it('writes the bytes that docs/format/dataset.md shows', () => {
    const words = [0x4b544742, 1, 3, 2, 4, 1, 6, 2, 0, 3, 3, 4]
    const expected = [
      ...words.flatMap((word) => [0, 8, 16, 24].map((shift) => (word >>> shift) & 255)),
      4,
      0,
      1,
      0,
      5,
      0,
      5,
      0,
      1,
      0,
      0,
    ]
    expect([...example()]).toEqual(expected)
  })
})

describe('readTokenFile', () => {
  it('gives back what was written, also from the middle of a buffer', () => {
    const shifted = new Uint8Array(example().length + 3)
    shifted.set(example(), 3)
    for (const bytes of [example(), shifted.subarray(3)]) {
      const texts = readTokenFile(bytes)
      expect([...texts.offsets]).toEqual([0, 3, 3, 4])
      expect([...texts.tokens]).toEqual([4, 1, 5, 5])
      expect([...texts.labels]).toEqual([1, 0, 0])
    }
  })

  it('uses four bytes where ids need them', () => {
    const texts = {
      rows: 1,
      offsets: Uint32Array.of(0, 1),
      tokens: Uint32Array.of(70_000),
      labels: Uint16Array.of(300),
    }
    const read = readTokenFile(writeTokenFile(texts, 80_000, 400))
    expect(read.tokens[0]).toBe(70_000)
    expect(read.labels[0]).toBe(300)
  })

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['nothing', () => new Uint8Array(0)],
    ['another kind of file', (bytes) => bytes.fill(65, 0, 4)],
    ['a later version', (bytes) => bytes.fill(9, 4, 5)],
    ['a number of rows past the end', (bytes) => bytes.fill(255, 8, 12)],
    ['an end that is missing', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['offsets that fall', (bytes) => bytes.fill(9, 36, 37)],
    ['an id past the vocabulary', (bytes) => bytes.fill(6, 48, 49)],
    ['a label past the classes', (bytes) => bytes.fill(2, 56, 57)],
  ])('refuses %s', (_, harm) => {
    expect(() => readTokenFile(harm(example()))).toThrowError(expect.objectContaining({ code: 'store-damaged' }))
  })
})

describe('EncodedTextsBuilder', () => {
  it('counts what it cut, what it did not know, and lengths before cutting', () => {
    const builder = new EncodedTextsBuilder(vocabularyOf(['a']), 2, 2)
    for (let length = 1; length <= 10; length += 1) builder.add([...'a'.repeat(length - 1), 'x'], 0)
    expect(builder.figures()).toEqual({
      rows: 10,
      tokens: 19,
      truncatedRows: 8,
      unknownShare: 10 / 55,
      lengths: { p50: 5, p90: 9, p99: 10, max: 10 },
    })
  })
})
