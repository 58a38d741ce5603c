import { describe, expect, it } from 'vitest'
import { drawSplit } from '../../../src/core/dataset/drawSplit.ts'
import { findOverlap, groupCopies } from '../../../src/core/dataset/leakage.ts'
import { nearestName } from '../../../src/core/dataset/nearestName.ts'
import { selectRows } from '../../../src/core/dataset/selectRows.ts'
import { apportion } from '../../../src/shared/calibration/apportion.ts'
import { normaliseText, textKey } from '../../../src/core/dataset/textKey.ts'
import { shiftText } from '../../../src/core/dataset/shift/shiftText.ts'
import { lengthenText } from '../../../src/core/dataset/shift/lengthenText.ts'
import { matchClasses } from '../../../src/core/dataset/shift/matchClasses.ts'

describe('apportion', () => {
  it.each([
    [[50, 30, 20], 10, [5, 3, 2]],
    [[1, 1, 1], 10, [4, 3, 3]],
    [[98, 1, 1], 10, [8, 1, 1]],
    [[0, 5, 5], 4, [0, 2, 2]],
  ])('shares %j out to %d as %j', (sizes, total, shares) => {
    expect(apportion(sizes, total)).toEqual(shares)
  })
})

describe('selectRows', () => {
  const labels = Array.from({ length: 1000 }, (_, row) => (row % 10 === 0 ? 1 : 0))

  it('keeps the shares of the classes', () => {
    const rows = selectRows(labels, { kind: 'stratified', rows: 200, seed: 1 })
    expect(rows).toHaveLength(200)
    expect([...rows].filter((row) => labels[row] === 1)).toHaveLength(20)
    expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b))
  })

  it('nests a smaller draw of the same seed in a larger one', () => {
    const large = new Set(selectRows(labels, { kind: 'stratified', rows: 400, seed: 3 }))
    for (const row of selectRows(labels, { kind: 'stratified', rows: 100, seed: 3 })) expect(large.has(row)).toBe(true)
  })

  it('gives the first rows, and all where fewer are there than asked for', () => {
    expect([...selectRows(labels, { kind: 'first', rows: 3 })]).toEqual([0, 1, 2])
    expect(selectRows(labels, { kind: 'stratified', rows: 5000, seed: 1 })).toHaveLength(1000)
  })
})

describe('drawSplit', () => {
  it('draws the share of each class and never parts a group', () => {
    const rows = Array.from({ length: 600 }, (_, row) => row)
    const drawn = drawSplit(
      { rows, label: (row) => row % 3, group: (row) => row - (row % 6) + (row % 3) },
      0.2,
      1,
      'dev',
    )
    for (const row of drawn) expect(drawn.has(row % 6 < 3 ? row + 3 : row - 3)).toBe(true)
    for (const label of [0, 1, 2]) expect([...drawn].filter((row) => row % 3 === label)).toHaveLength(40)
  })
})

describe('findOverlap', () => {
  it('finds copies within and across splits, with the labels they carry', () => {
    const table = [
      ['train', 0, 'a b'], ['train', 0, 'a b'], ['train', 1, 'A, b!'], ['train', 0, 'c'],
      ['test', 0, 'a b'], ['test', 1, 'C'], ['test', 1, 'd'],
    ] as const // prettier-ignore
    const keyed = (form: (text: string) => string) => ({
      length: table.length,
      split: (row: number) => (table[row]![0] === 'train' ? 0 : 2),
      label: (row: number) => table[row]![1],
      first: (row: number) => textKey(form(table[row]![2])).first,
      second: (row: number) => textKey(form(table[row]![2])).second,
      id: (row: number) => `${table[row]![0]}:${row}`,
    })
    const overlap = (form: (text: string) => string) =>
      findOverlap(keyed(form), groupCopies(keyed(form)), ['train', 'test'])
    const exact = overlap((text) => text)
    expect(exact.within[0]).toEqual({ split: 'train', repeatedRows: 1, conflictingTexts: 0 })
    expect(exact.across[0]).toMatchObject({ split: 'test', alsoIn: 'train', rows: 1, sameLabel: 1, otherLabel: 0 })
    const normalised = overlap(normaliseText)
    expect(normalised.within[0]).toEqual({ split: 'train', repeatedRows: 2, conflictingTexts: 1 })
    expect(normalised.across[0]).toMatchObject({ rows: 2, sameLabel: 1, otherLabel: 1 })
    expect(normalised.across[0]!.examples[1]).toEqual({ row: 'test:5', other: 'train:3', sameLabel: false })
  })
})

describe('nearestName', () => {
  it.each([
    ['lable', ['text', 'label'], 'label'],
    ['TITLE', ['title', 'body'], 'title'],
    ['zzz', ['text', 'label'], undefined],
  ])('of %s among %j is %s', (wanted, names, nearest) => {
    expect(nearestName(wanted, names)).toBe(nearest)
  })
})

describe('shifted input', () => {
  const text = 'the quick brown fox jumps over the lazy dog'

  it('coins words, nested over levels, and leaves the others', () => {
    const at = (level: number): string[] =>
      shiftText(text, { kind: 'out-of-vocabulary', level }, 1, 'test:1').split(' ')
    const [low, high] = [at(0.3), at(0.8)]
    text.split(' ').forEach((word, place) => {
      if (low[place] !== word) expect(high[place]).toBe(low[place])
    })
    expect(at(0).join(' ')).toBe(text)
    expect(at(1).some((word) => text.split(' ').includes(word))).toBe(false)
  })

  it('shortens to a share of the words and lengthens by texts of the same class', () => {
    expect(shiftText(text, { kind: 'shorten', share: 0.34 }, 1, 'x')).toBe('the quick brown')
    expect(shiftText(text, { kind: 'shorten', share: 0 }, 1, 'x')).toBe('the')
    const pool = [1, 2, 3, 4].map((row) => ({ id: `test:${row}`, label: row % 2, text: `${row} ${row}` }))
    expect(lengthenText(pool[0]!, pool, 2, 1)).toBe('1 1 3 3')
  })

  it('matches classes by name and refuses one that the model does not know', () => {
    expect([...matchClasses(['World', 'Sports'], ['sports', 'world'])]).toEqual([1, 0])
    expect(() => matchClasses(['World'], ['Music'])).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})
