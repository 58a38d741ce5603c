import { describe, expect, it } from 'vitest'
import { classFigures } from '../../../src/shared/charts/classFigures.ts'
import { confusion } from '../../../src/shared/charts/confusion.ts'
import { lookOf, mixColours } from '../../../src/shared/charts/look.ts'
import { intervalWords, levelWords, differences, pSaid, pWords } from '../../../src/shared/charts/differences.ts'
import { significance } from '../../../src/shared/charts/significance.ts'
import { lightTokens } from '../../../src/shared/charts/tokens.ts'
import { wilsonEnds } from '../../../src/shared/charts/wilsonEnds.ts'
import type { Answer } from '../../../src/shared/contract/results.ts'

const look = lookOf((name) => lightTokens[name], { sans: 'sans-serif', mono: 'monospace' })
const hostile = '<img src=x onerror=alert(1)>\u202egnp.exe and more than thirty characters'
const evaluated = {
  title: 'disc, W4 A4 C4',
  family: 'discriminative' as const,
  classes: ['World', 'Sports', hostile],
  confusion: [
    [8, 2, 0],
    [1, 9, 0],
    [0, 0, 0],
  ],
}

describe('charts of one evaluation', () => {
  it('count the texts of each class by the class that they were taken for', () => {
    const figure = confusion(evaluated, look)!
    expect(figure.table.rows.map((row) => row.slice(1))).toEqual([
      ['8', '2', '0'],
      ['1', '9', '0'],
      ['0', '0', '0'],
    ])
    expect(figure.words).toContain('World: 80.0 % right, most often taken for Sports, 2.')
    expect(figure.caption[0]).toContain('n = 20')
    expect(JSON.stringify(figure)).not.toContain('\u202e')
  })

  it('work out recall, precision and F1 of each class by hand: 8 of 10, 8 of 9, 16 of 19', () => {
    const { table } = classFigures(evaluated, look)!
    expect(table.rows[0]).toEqual(['World', '10', '80.0', '49.0 to 94.3', '88.9', '84.2'])
    expect(table.rows[2]?.slice(1)).toEqual(['0', 'none', 'no texts', 'none', 'none'])
  })

  it('show names of thirty characters whole, also where columns have room for a number alone', () => {
    const names = Array.from({ length: 8 }, (_, place) => `${'W'.repeat(29)}${place}`)
    const confusion8 = names.map((_, truth) => names.map((_, taken) => (truth === taken ? 5 : 1)))
    const wide = { ...evaluated, classes: names, confusion: confusion8 }
    for (const width of [320, 720]) {
      const drawn = [confusion(wide, look, width)!, classFigures(wide, look, width)!].map(({ option }) =>
        option.graphic.map(({ style }) => (style as { text?: string } | undefined)?.text?.replaceAll('\n', '')),
      )
      for (const texts of drawn) expect(texts).toEqual(expect.arrayContaining(names))
      expect(drawn[0]).toEqual(expect.arrayContaining(['1', '8']))
    }
  })

  it.each([
    ['confusion', 390],
    ['classFigures', 320],
  ])('%s has eight classes in sight where there is little room, their names in one line', (kind, width) => {
    const names = Array.from({ length: 8 }, (_, place) => `Kühlmitteltemperatur zu hoch ${place}`)
    const confusion8 = names.map((_, truth) => names.map((_, taken) => (truth === taken ? 120 : 1)))
    const eight = { ...evaluated, classes: names, confusion: confusion8 }
    const figure = kind === 'confusion' ? confusion(eight, look, width, 198)! : classFigures(eight, look, width, 198)!
    expect(figure.height).toBeLessThanOrEqual(198)
    const texts = figure.option.graphic.map(({ style }) => style as { text?: string; width?: number } | undefined)
    for (const name of names) {
      const found = texts.find((style) => style?.text === name)
      // About five and a half pixels a character in the fonts of the page.
      expect(found?.width).toBeGreaterThan(name.length * 5)
    }
  })

  it('have lines that are higher where there is room', () => {
    const [low, high] = [300, 900].map((room) => confusion(evaluated, look, 600, room)!.height)
    expect(high).toBeGreaterThanOrEqual(low!)
    expect(confusion(evaluated, look, 600)!.height).toBeLessThan(high!)
  })

  it('have nothing to draw without texts', () => {
    const empty = {
      ...evaluated,
      confusion: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
      ],
    }
    expect(confusion(empty, look)).toBeNull()
    expect(classFigures(empty, look)).toBeNull()
  })

  it('use Wilson’s interval: 8 of 10 is 0.4902 to 0.9433', () => {
    const { low, high } = wilsonEnds(8, 10)
    expect(low).toBeCloseTo(0.4901625, 6)
    expect(high).toBeCloseTo(0.9433178, 6)
    expect(wilsonEnds(0, 5).low).toBe(0)
    expect(wilsonEnds(5, 5).high).toBe(1)
  })

  it('mix colours that a style sheet writes with three digits', () => {
    expect(mixColours('#fff', '#000000', 0.5)).toBe('#808080')
  })
})

describe('the verdicts of a question', () => {
  const contrast = (bits: string, value: string, change: object): Answer['contrasts'][number] => ({
    ...{ within: { bits }, value, against: 'balanced', difference: -0.02, statistic: 1, p: 0.01, pCorrected: 0.02 },
    interval: { low: -0.03, high: -0.01, level: 0.95, method: 'sign-flip' },
    ...{ pairs: 12, detectable: 0.01, verdict: 'held', sentence: `At ${bits}, ${value} loses 2 points.` },
    ...change,
  })
  const answer: Answer = {
    question: {
      ...{ name: 'q', compare: 'composition', against: 'balanced', within: ['bits'], only: {}, unit: 'draw' },
      ...{ test: 'sign-flip', correct: 'holm', smallest: 0.005 },
    },
    ...{ missing: 0, verdict: 'depends', sentence: 'It depends on bits.', limits: ['For these models.'] },
    contrasts: [
      contrast('W8 A8 C8', 'one', { verdict: 'undecided' }),
      contrast('W4 A4 C4', 'one', {}),
      contrast('W4 A4 C4', 'two', {
        verdict: 'not-testable',
        difference: null,
        interval: null,
        p: null,
        pCorrected: null,
      }),
    ],
  }

  it('have intervals with as many digits as tell them from the margin, and say their level', () => {
    expect(intervalWords(answer.contrasts[0]!)).toBe('−3.0 to −1.0')
    const interval = { low: -0.00196, high: 0.0012, level: 0.95, method: 'newcombe' }
    expect(intervalWords({ ...answer.contrasts[0]!, interval })).toBe('−0.20 to +0.12')
    expect(levelWords(answer.contrasts)).toBe('Drawn: 95 % intervals.')
    expect(levelWords(answer.contrasts.slice(2))).toBe('')
  })

  it('stand where they were asked, with what can be chosen and the sentences', () => {
    const figure = significance({ answers: [answer] }, look, { question: 'q' })!
    expect(figure.data?.map(({ place }) => place)).toEqual([
      { bits: 'W8 A8 C8', composition: 'one' },
      { bits: 'W4 A4 C4', composition: 'one' },
      { bits: 'W4 A4 C4', composition: 'two' },
    ])
    const signs = figure.option.graphic.map((one) => (one['style'] as { text?: string }).text)
    expect(signs.filter((sign) => sign === '?' || sign === '↓')).toEqual(['?', '↓'])
    expect(signs).toContain('not testable')
    expect(figure.table.rows[1]).toEqual(['W4 A4 C4', 'one', 'held', '−2.00', '−3.0 to −1.0', '0.020'])
    expect(figure.notes).toEqual(['For these models.'])
  })

  it('have their figures in sight, beside or under each other, however narrow the figure is', () => {
    for (const width of [1100, 720, 440, 320]) {
      const figure = differences({ rows: [], answers: [answer] }, look, { question: 'q', page: 0 }, width)!
      const texts = figure.option.graphic.map((one) => ({ x: one['x'] as number, ...(one['style'] as object) }))
      const interval = texts.find((one) => 'text' in one && one.text === '−3.0 to −1.0')!
      expect(interval.x + 16 * 6.6).toBeLessThanOrEqual(width)
      expect(figure.option.grid[0]!['width']).toBeGreaterThan(width / 6)
    }
  })

  it('say p as a sentence does, and as a table does', () => {
    expect([pSaid(0.0091), pSaid(0.00099)]).toEqual(['p = 0.009', 'p < 0.001'])
    expect([pWords(0.0091), pWords(0.00099), pWords(null)]).toEqual(['0.009', '< 0.001', 'no test'])
  })

  it('are not drawn for a question without contrasts, or that is not there', () => {
    expect(significance({ answers: [{ ...answer, contrasts: [] }] }, look, { question: 'q' })).toBeNull()
    expect(significance({ answers: [answer] }, look, { question: 'other' })).toBeNull()
  })
})
