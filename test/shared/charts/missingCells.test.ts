import { describe, expect, it } from 'vitest'
import { cellWords, groupWords, missingGroups, namedCells, unlisted } from '../../../src/shared/charts/missingCells.ts'
import { recipeWords } from '../../../src/shared/charts/recipeWords.ts'
import type { MissingCell } from '../../../src/shared/contract/results.ts'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'

const memory = { code: 'out-of-memory', message: 'There was not enough memory.' } as const
const crash = { code: 'compute-crashed', message: 'The compute process ended.' } as const

function cell(number: number, change: Partial<MissingCell> = {}): MissingCell {
  return {
    ...{ number, model: 'disc', seed: 1, recipe: 'ours', bits: completeBits(4, { singleWidth: 'all' }) },
    ...{ composition: 'balanced', draw: 3, noise: { kind: 'none', level: 0 }, shift: null, error: null },
    ...change,
  }
}

describe('a cell’s words', () => {
  it.each<[string, Partial<MissingCell>]>([
    ['disc, seed 1, ours, W4 A4 C4, balanced, draw 3', {}],
    ['disc, seed 1, ours, W4 A4 C4, balanced, draw 3, qwerty 0.05', { noise: { kind: 'qwerty', level: 0.05 } }],
    ['disc, ours, W4 A4 C4, balanced, draw 3, shorten 0.5', { seed: null, shift: { kind: 'shorten', share: 0.5 } }],
    [
      'disc, seed 1, float',
      { recipe: null, bits: completeBits('float', { singleWidth: 'all' }), composition: null, draw: null },
    ],
  ])('are %s', (words, change) => {
    expect(cellWords(cell(0, change))).toBe(words)
  })
})

describe('missing cells', () => {
  const missing = [cell(0), cell(1, { error: crash }), cell(2, { error: memory }), cell(3, { error: crash }), cell(4)]

  it('stand together by what they failed by, those that were not run last', () => {
    const groups = missingGroups(missing)
    expect(groups.map(({ cells }) => cells.map(({ number }) => number))).toEqual([[1, 3], [2], [0, 4]])
    expect(groups.map(groupWords)).toEqual([
      'Failed, 2 cells: The compute process ended.',
      'Failed, 1 cell: There was not enough memory.',
      'Not run, 2 cells.',
    ])
  })

  it('are named up to a number, the others counted', () => {
    expect(namedCells(missing, 2)).toEqual([cellWords(cell(0)), cellWords(cell(1)), 'and 3 more'])
    expect(namedCells(missing, 5)).toHaveLength(5)
  })

  it('that are not listed are counted', () => {
    expect(unlisted({ missing, cells: { total: 20, done: 15, failed: 3 } })).toBe('')
    expect(unlisted({ missing, cells: { total: 20, done: 14, failed: 3 } })).toBe('And 1 more cell without a result.')
  })
})

describe('a recipe’s words', () => {
  it.each([
    ['ours', { preset: 'ours', changed: false }],
    ['ours (changed)', { preset: 'ours', changed: true }],
    ['ours (preprint-2025)', { preset: 'preprint-2025', changed: false }],
    ['ours (preprint-2025, changed)', { preset: 'preprint-2025', changed: true }],
  ])('are %s', (words, part) => {
    expect(recipeWords({ recipes: [{ name: 'ours', ...part }] }, 'ours')).toBe(words)
  })

  it('are its name in a document that is older than what the name stands for', () => {
    expect(recipeWords({ recipes: [] }, 'ours')).toBe('ours')
  })
})
