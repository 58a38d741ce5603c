import { describe, expect, it } from 'vitest'
import { glossary } from '../../src/renderer/text/glossary.ts'
import { termsIn } from '../../src/renderer/text/terms.ts'

describe('termsIn', () => {
  const told = (text: string) =>
    termsIn(text).flatMap(({ text: words, term }) => (term === null ? [] : [[words, term]]))

  it('finds the terms of a test’s sentence, in the case in which they stand', () => {
    expect(told('McNemar mid-p; unit text; Holm over 3 contrasts; margin 2 points.')).toEqual([
      ['McNemar mid-p', 'mid-p'],
      ['unit', 'unit'],
      ['Holm', 'holm correction'],
      ['contrasts', 'contrast'],
      ['margin', 'margin'],
    ])
    expect(told('Two one-sided tests')).toEqual([['Two one-sided tests', 'equivalence']])
  })

  it('explains each once, and no part of a word', () => {
    expect(told('margin of a margin, marginal units')).toEqual([['margin', 'margin']])
  })

  it.each(['', 'nothing to tell', 'unit', 'a unit and a margin'])('loses nothing of %j', (text) => {
    const joined = termsIn(text)
      .map((part) => part.text)
      .join('')
    expect(joined).toBe(text)
  })
})

describe('glossary', () => {
  it.each(Object.entries(glossary))('explains %s in a sentence', (_term, sentence) => {
    expect(sentence).toMatch(/^[A-Z].*[^.]\.$/)
    expect(sentence.length).toBeLessThan(200)
  })
})
