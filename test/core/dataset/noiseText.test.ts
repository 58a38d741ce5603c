import { describe, expect, it } from 'vitest'
import { noiseText } from '../../../src/core/dataset/noise/noiseText.ts'
import { qwertyNeighbours } from '../../../src/core/dataset/noise/qwertyNeighbours.ts'
import type { Noise } from '../../../src/shared/units.ts'

const text =
  'Oil prices rose 3.5% on Friday (Reuters) - "The market is nervous", said an analyst in Zürich. \u{1f600}'.repeat(20)
const levels = [0.01, 0.05, 0.1, 0.3, 0.7, 1]
const at = (kind: Noise['kind'], level: number, id = 'test:1', seed = 7): string =>
  noiseText(text, { kind, level }, seed, id)

describe('qwertyNeighbours', () => {
  it.each([
    ['g', 'fhtyvb'],
    ['a', 'sqwz'],
    ['p', 'o0l'],
    ['1', '2q'],
    ['m', 'njk'],
  ])('of %s are the keys that touch it: %s', (key, neighbours) => {
    expect([...qwertyNeighbours.get(key)!].sort()).toEqual([...neighbours].sort())
  })

  it('is symmetric', () => {
    for (const [key, neighbours] of qwertyNeighbours) {
      for (const other of neighbours) expect(qwertyNeighbours.get(other)).toContain(key)
    }
  })
})

describe('noiseText', () => {
  it('substitutes at a low level a subset of the places of a high level, by the same characters', () => {
    const clean = [...text]
    for (const [index, level] of levels.slice(1).entries()) {
      const low = [...at('qwerty', levels[index]!)]
      const high = [...at('qwerty', level)]
      expect(high).toHaveLength(clean.length)
      low.forEach((character, place) => {
        if (character !== clean[place]) expect(high[place]).toBe(character)
      })
    }
  })

  it('substitutes neighbours alone, in the same case, and every letter and digit at level 1', () => {
    const noisy = [...at('qwerty', 1)]
    for (const [place, character] of [...text].entries()) {
      const neighbours = qwertyNeighbours.get(character.toLowerCase())
      if (neighbours === undefined) expect(noisy[place]).toBe(character)
      else {
        expect(neighbours).toContain(noisy[place]!.toLowerCase())
        if (/[a-zA-Z]/.test(noisy[place]!) && /[A-Z]/.test(character)) expect(noisy[place]).toMatch(/[A-Z]/)
      }
    }
  })

  it('deletes at a high level everything that it deletes at a low one', () => {
    for (const [index, level] of levels.slice(1).entries())
      expect(isSubsequence(at('deletion', level), at('deletion', levels[index]!))).toBe(true)
    expect(at('deletion', 1)).not.toMatch(/[\p{L}\p{N}]/u)
  })

  it('inserts at a high level everything that it inserts at a low one', () => {
    for (const [index, level] of levels.slice(1).entries()) {
      expect(isSubsequence(at('insertion', levels[index]!), at('insertion', level))).toBe(true)
      expect(isSubsequence(text, at('insertion', level))).toBe(true)
    }
  })

  it('swaps pairs that do not overlap, those of a low level also at a high one', () => {
    const places = (level: number): number[] => {
      const noisy = [...at('swap', level)]
      return [...text].flatMap((character, place) => (noisy[place] === character ? [] : [place]))
    }
    for (const [index, level] of levels.slice(1).entries()) {
      expect(new Set(places(level))).toEqual(new Set([...places(level), ...places(levels[index]!)]))
    }
    expect([...at('swap', 1)].sort()).toEqual([...text].sort())
  })

  it('drops words, nested over levels, and keeps one at level 1', () => {
    const words = (level: number): string => at('word-drop', level)
    for (const [index, level] of levels.slice(1).entries())
      expect(isSubsequence(words(level), words(levels[index]!))).toBe(true)
    expect(words(1).split(/\s+/)).toHaveLength(1)
  })

  it.each(['qwerty', 'deletion', 'insertion'] as const)(
    'hits about the share of places that %s has as level',
    (kind) => {
      const places = [...text].filter((character) => /[a-zA-Z0-9]/.test(character)).length
      let hits = 0
      for (let id = 0; id < 50; id += 1) {
        const noisy = [...at(kind, 0.1, `test:${id}`)]
        hits +=
          kind === 'qwerty'
            ? [...text].filter((c, place) => noisy[place] !== c).length
            : Math.abs(noisy.length - [...text].length)
      }
      // five standard deviations of a binomial
      expect(Math.abs(hits / (50 * places) - 0.1)).toBeLessThan(5 * Math.sqrt(0.09 / (50 * places)) + 0.002)
    },
  )

  it('depends on the seed and the id, and on nothing else', () => {
    expect(at('qwerty', 0.1)).toBe(at('qwerty', 0.1))
    expect(at('qwerty', 0.1, 'test:2')).not.toBe(at('qwerty', 0.1))
    expect(at('qwerty', 0.1, 'test:1', 8)).not.toBe(at('qwerty', 0.1))
  })

  it('leaves clean input and empty text alone', () => {
    expect(noiseText(text, { kind: 'none', level: 0 }, 1, 'x')).toBe(text)
    for (const kind of ['qwerty', 'insertion', 'deletion', 'swap', 'word-drop'] as const) {
      expect(noiseText(text, { kind, level: 0 }, 1, 'x')).toBe(text)
      expect(noiseText('', { kind, level: 1 }, 1, 'x')).toBe('')
    }
  })

  it.each([-0.1, 1.1, Number.NaN])('refuses the level %d', (level) => {
    expect(() => noiseText('a', { kind: 'qwerty', level }, 1, 'x')).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})

function isSubsequence(short: string, long: string): boolean {
  const wanted = [...short]
  let at = 0
  for (const character of long) if (character === wanted[at]) at += 1
  return at === wanted.length
}
