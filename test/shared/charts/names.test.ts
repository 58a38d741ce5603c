import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrast, inkOn, lookOf, mixColours } from '../../../src/shared/charts/look.ts'
import { cutText, plainText, shownName, shownNames } from '../../../src/shared/charts/shownName.ts'
import { darkTokens, lightTokens } from '../../../src/shared/charts/tokens.ts'
import { hostileNames } from '../../core/export/results.ts'

describe('plainText', () => {
  it('writes control characters out, so that a terminal does not obey them', () => {
    expect(plainText('\u001b[31mred\u0007\u0000\u009b')).toBe('\\x1b[31mred\\x07\\x00\\x9b')
  })

  it('takes marks of direction and characters of no width away', () => {
    expect(plainText('\u202egnp.exe\u202c\u2066\u2069\u200b\ufeff')).toBe('gnp.exe')
  })

  it('makes any white space one blank, also line ends', () => {
    expect(plainText('  a\r\n\tb\u2028c\u0085d ')).toBe('a b c d')
  })

  it('replaces half a surrogate pair and keeps a whole one', () => {
    expect(plainText('x\ud83d')).toBe('x\ufffd')
    expect(plainText('\ud83d\ude00')).toBe('\ud83d\ude00')
  })

  it.each(Object.entries(hostileNames))('leaves nothing of the name of kind %s that is not printed', (_kind, name) => {
    expect(plainText(name)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
  })
})

describe('shownName', () => {
  it('shows thirty characters in full and cuts the thirty-first', () => {
    expect(shownName('a'.repeat(30))).toBe('a'.repeat(30))
    expect(shownName('a'.repeat(31))).toBe(`${'a'.repeat(29)}…`)
  })

  it('counts characters, not halves of them', () => {
    expect(Array.from(cutText('\ud83d\ude00'.repeat(40)))).toHaveLength(30)
  })

  it('isolates a name that runs from right to left', () => {
    expect(shownName('ספורט')).toBe('\u2068ספורט\u2069')
  })

  it('tells names apart that would be cut to the same', () => {
    const names = ['x'.repeat(40), 'x'.repeat(41), 'x'.repeat(42)]
    const shown = [...shownNames(names).values()]
    expect(new Set(shown).size).toBe(3)
    expect(shown[1]).toBe(`${'x'.repeat(25)}… (2)`)
  })
})

describe('the tokens', () => {
  const css = readFileSync(new URL('../../../src/renderer/styles/tokens.css', import.meta.url), 'utf8')
  const [light = '', dark = ''] = css.split("[data-theme='dark']")
  const inSheet = (sheet: string, name: string) => new RegExp(`--${name}: ([^;]+);`).exec(sheet)?.[1]

  it.each(Object.keys(lightTokens) as (keyof typeof lightTokens)[])('have %s as the pages have it', (name) => {
    expect([lightTokens[name], darkTokens[name]]).toEqual([inSheet(light, name), inSheet(dark, name)])
  })
})

describe('colours', () => {
  it('are mixed channel by channel', () => {
    expect(mixColours('#000000', '#ff8000', 0.5)).toBe('#804000')
    expect([mixColours('#102030', '#ffffff', -1), mixColours('#102030', '#ffffff', 2)]).toEqual(['#102030', '#ffffff'])
  })

  it('have the contrast that WCAG gives', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10)
    // 4.54:1, the example that every checker shows for #767676.
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })

  it.each([0, 0.25, 0.5, 0.75, 1])('leave a heat map readable at %f of its scale', (share) => {
    for (const tokens of [lightTokens, darkTokens]) {
      const look = lookOf((token) => tokens[token], { sans: 'x', mono: 'x' })
      for (const hue of ['disc', 'gen'] as const) {
        const ground = mixColours(tokens.sunken, tokens[hue], share)
        expect(contrast(inkOn(ground, look), ground)).toBeGreaterThan(4)
      }
    }
  })
})
