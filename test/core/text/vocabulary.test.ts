import { describe, expect, it } from 'vitest'
import { encode } from '../../../src/core/text/encode.ts'
import { buildVocabulary, countWords, vocabularyOf } from '../../../src/core/text/vocabulary.ts'

function counted(...texts: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) countWords(text.split(' '), counts)
  return counts
}

describe('buildVocabulary', () => {
  it('orders by frequency, then by code points, and cuts at the cap', () => {
    const counts = counted('b b b a a \u{1f600} \u{1f600} \uffee \uffee c')
    expect(buildVocabulary(counts, { cap: 10, minFrequency: 1 }).words).toEqual(['b', 'a', '\uffee', '\u{1f600}', 'c'])
    expect(buildVocabulary(counts, { cap: 2, minFrequency: 1 }).words).toEqual(['b', 'a'])
    expect(buildVocabulary(counts, { cap: 10, minFrequency: 3 }).words).toEqual(['b'])
  })

  it('does not depend on the order in which words were met', () => {
    const one = buildVocabulary(counted('x y z y'), { cap: 9, minFrequency: 1 })
    const other = buildVocabulary(counted('y z', 'y x'), { cap: 9, minFrequency: 1 })
    expect(other.fingerprint).toBe(one.fingerprint)
    expect(vocabularyOf(['y', 'x']).fingerprint).not.toBe(vocabularyOf(['x', 'y']).fingerprint)
  })

  it('takes words that are names of properties', () => {
    const words = buildVocabulary(counted('__proto__ constructor __proto__'), { cap: 9, minFrequency: 1 })
    expect(encode(['constructor', '__proto__', 'toString'], words, 9).ids).toEqual([5, 4, 1])
  })

  it('refuses a word that stands there twice', () => {
    expect(() => vocabularyOf(['a', 'a'])).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('encode', () => {
  it('begins words at id 4, gives 1 to unknown ones and counts what it cuts off', () => {
    expect(encode(['a', 'q', 'b', 'a'], vocabularyOf(['a', 'b']), 3)).toEqual({ ids: [4, 1, 5], length: 4 })
  })
})
