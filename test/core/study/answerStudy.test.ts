import { describe, expect, it } from 'vitest'
import { answerStudy, type CellWithResult } from '../../../src/core/study/answerStudy.ts'
import { expandStudy, type PlacedCell } from '../../../src/core/study/expandStudy.ts'
import { readSample } from './sampleStudy.ts'

const texts = 100

/** Cells of which the first `right` texts of a hundred are right. */
function measure(cells: readonly PlacedCell[], right: (cell: PlacedCell) => number | undefined): CellWithResult[] {
  return cells.map((cell, index) => {
    const count = right(cell)
    const measured =
      count === undefined
        ? undefined
        : {
            accuracy: count / texts,
            n: texts,
            right: () => Uint8Array.from({ length: texts }, (_, text) => Number(text < count)),
            fingerprint: `model ${index}`,
          }
    return { ...cell, measured }
  })
}

function answer(
  question: string,
  right: (cell: PlacedCell) => number | undefined,
  changes: Record<string, string> = {},
) {
  const { study } = readSample({
    '  - {name: q': `  - {name: q, ${question}}`,
    '  gen': '  gen: {model: other}',
    recipes: 'recipes: {ours: ours}',
    '  bits': '  bits: [8, 4]',
    exclude: 'exclude: []',
    ...changes,
  })
  return answerStudy(study, study.questions[0]!, measure(expandStudy(study), right))
}

describe('a question of a study', () => {
  const composition =
    'compare: composition, against: balanced, within: [model, bits], only: {model: [disc], noise: [none]}, unit: draw, test: sign-flip'

  it('is answered from its cells alone, in each combination that it holds fixed', () => {
    // One class costs 10 points at four bits, in every draw, and nothing at eight.
    const found = answer(composition, ({ cell, texts: { composition: name } }) => {
      if (cell.recipe === null) return 95
      return (
        90 -
        (name === 'one' && cell.bits.weights === 4 ? 10 + ((cell.draw as number) % 2) : 0) -
        ((cell.draw as number) % 3)
      )
    })
    expect(
      found.contrasts.map(({ within, value, difference, pairs }) => [
        within,
        value,
        Number(difference?.toFixed(12)),
        pairs,
      ]),
    ).toEqual([
      [{ model: 'disc', bits: 'W8 A8 C8' }, 'one', 0, 12],
      [{ model: 'disc', bits: 'W4 A4 C4' }, 'one', -0.105, 12],
    ])
    // 2 of 2^12 sign patterns are as far out
    expect(found.contrasts[1]?.p).toBeCloseTo(2 / 4096, 12)
    expect(found.missing).toBe(0)
  })

  it('waits while one of its cells is not there, and not for others', () => {
    const missingOne = answer(composition, ({ texts: { draw, bits, model, noise, composition: name } }) =>
      model === 'disc' && bits === 'W4 A4 C4' && draw === '3' && noise === 'none' && name === 'one' ? undefined : 90,
    )
    expect(missingOne).toMatchObject({ verdict: 'waiting', missing: 2, contrasts: [] })
    expect(missingOne.sentence).toContain('2 of')
    expect(
      answer(composition, ({ texts: { model, noise } }) => (model === 'disc' && noise === 'none' ? 90 : undefined))
        .missing,
    ).toBe(0)
  })

  it('holds an axis fixed that it does not name, and never averages over it', () => {
    const found = answer(
      'compare: composition, against: balanced, only: {model: [disc]}, unit: draw, test: sign-flip',
      ({ texts: { bits } }) => (bits === 'W8 A8 C8' ? 90 : 80),
    )
    expect(found.contrasts.map(({ within }) => within)).toEqual([
      { bits: 'W8 A8 C8', noise: 'none' },
      { bits: 'W8 A8 C8', noise: 'qwerty 0.05' },
      { bits: 'W4 A4 C4', noise: 'none' },
      { bits: 'W4 A4 C4', noise: 'qwerty 0.05' },
    ])
  })

  it('compares with the float model where it names it, text by text', () => {
    const found = answer(
      'compare: bits, against: float, within: [model], only: {model: [disc], composition: [balanced], noise: [none], draw: [0], seed: [1]}, unit: text, test: mcnemar',
      ({ cell }) => (cell.recipe === null ? 90 : cell.bits.weights === 8 ? 90 : 70),
    )
    expect(found.contrasts.map(({ value, against, difference, pairs }) => [value, against, difference, pairs])).toEqual(
      [
        ['W8 A8 C8', 'float', 0, 100],
        ['W4 A4 C4', 'float', -0.2, 100],
      ],
    )
    // mid-p of 20 discordant texts on one side: 2 (P(X = 0) / 2), X binomial(20, 1/2)
    expect(found.contrasts[1]?.p).toBeCloseTo(2 ** -20, 15)
  })

  it('compares recipes at what is written, also where they make different widths of it', () => {
    const found = answer(
      'compare: recipe, against: ours, within: [bits], only: {model: [disc], composition: [balanced], noise: [none]}, unit: draw, test: wilcoxon',
      ({ texts: { recipe } }) => (recipe === 'ours' ? 90 : 80),
      { recipes: 'recipes: {ours: ours, paper: preprint-2025}' },
    )
    expect(
      found.contrasts.map(({ within, value, difference }) => [within, value, Number(difference?.toFixed(12))]),
    ).toEqual([
      [{ bits: 'W8 A8 C8' }, 'paper', -0.1],
      [{ bits: '4' }, 'paper', -0.1],
    ])
  })
})
