import { describe, expect, it } from 'vitest'
import { classRows } from '../../../src/renderer/features/datasets/classRows.ts'
import { classSizes } from '../../../src/renderer/features/datasets/generatedSizes.ts'
import { leakageRows } from '../../../src/renderer/features/datasets/leakageRows.ts'
import { cutText } from '../../../src/shared/charts/shownName.ts'
import { counted, rowsText, shareText } from '../../../src/renderer/text/datasets.ts'
import { endingsText, hasEnding } from '../../../src/renderer/text/fileNames.ts'

describe('what a dataset’s page shows', () => {
  it('is each class with its share of each split', () => {
    const split = (name: 'train' | 'test', perClass: number[]) => ({
      split: name,
      rows: perClass.reduce((sum, one) => sum + one, 0),
      perClass,
      file: 'x',
      bytes: 1,
      sha256: 'x',
    })
    const rows = classRows({ classes: ['a', 'b'], splits: [split('train', [3, 1]), split('test', [0, 0])] })
    expect(rows).toEqual([
      { name: 'a', counts: { train: 3, test: 0 }, shares: { train: 0.75, test: 0 } },
      { name: 'b', counts: { train: 1, test: 0 }, shares: { train: 0.25, test: 0 } },
    ])
  })

  it('is copies across splits before those within one, exact beside normalised', () => {
    const within = [{ split: 'train' as const, repeatedRows: 4, conflictingTexts: 1 }]
    const across = (rows: number) => [
      { split: 'train' as const, alsoIn: 'test' as const, rows, sameLabel: rows - 1, otherLabel: 1, examples: [] },
    ]
    expect(
      leakageRows({ exact: { within: [], across: across(2) }, normalised: { within, across: across(5) } }),
    ).toEqual([
      { kind: 'across', words: 'train, also in test', exact: 2, normalised: 5, conflicting: 1 },
      { kind: 'within', words: 'train, again within it', exact: 0, normalised: 4, conflicting: 1 },
    ])
  })

  it('is about how many texts each class of a generated dataset will have', () => {
    expect(classSizes(4, 10_000, 1)).toEqual([2500, 2500, 2500, 2500])
    expect(classSizes(3, 700, 4)).toEqual([400, 200, 100])
  })
})

describe('words for figures', () => {
  it('count, share and cut', () => {
    expect([counted(1, 'row'), counted(12_000, 'class', 'classes')]).toEqual(['1 row', '12,000 classes'])
    expect([shareText(0), shareText(0.0001), shareText(0.125), shareText(1)]).toEqual([
      '0.0',
      'under 0.1',
      '12.5',
      '100.0',
    ])
    expect([...cutText('x'.repeat(31))]).toHaveLength(30)
    expect(cutText('x'.repeat(30))).toBe('x'.repeat(30))
    expect(cutText('😀'.repeat(40))).toBe(`${'😀'.repeat(29)}…`)
  })

  it('name the first rows and how many more there are, with their file where there are several', () => {
    const rows = Array.from({ length: 3 }, (_, index) => ({ source: 'train', row: 1000 + index }))
    expect(rowsText(rows, 3)).toBe('1,000, 1,001, 1,002')
    expect(rowsText(rows, 1500, 2)).toBe('1,000, 1,001 and 1,498 more')
    expect(rowsText([...rows, { source: 'test', row: 1 }], 4)).toMatch(/^train 1000, .*test 1$/)
  })

  it('know the endings of files', () => {
    expect(hasEnding('A.CSV.GZ', ['csv.gz'])).toBe(true)
    expect(hasEnding('a.csv', ['tsv', 'json'])).toBe(false)
    expect(hasEnding('anything', [])).toBe(true)
    expect(endingsText(['csv', 'tsv', 'gz'])).toBe('.csv, .tsv or .gz')
  })
})
