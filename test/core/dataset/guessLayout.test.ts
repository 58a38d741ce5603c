import { describe, expect, it } from 'vitest'
import {
  guessColumns,
  guessFormat,
  guessHeader,
  guessPreset,
  type SeenColumn,
} from '../../../src/core/dataset/guessLayout.ts'

const columns = (names: (string | null)[], rows: string[][]): SeenColumn[] =>
  names.map((name, index) => ({ name, values: rows.map((row) => row[index] ?? '') }))

const long = 'a text that goes on for a while'

describe('the format of a file whose name does not say it', () => {
  it.each([
    ['{"text": "a, b"}\n{"text": "c"}\n', 'jsonl'],
    ['one\ttwo, three\nfour\tfive, six\n', 'tsv'],
    ['one,two\nthree,four\n', 'csv'],
    ['only words\n', 'csv'],
    ['', 'csv'],
  ])('of %j is %s', (head, format) => {
    expect(guessFormat(head)).toBe(format)
  })
})

describe('whether the first record is a header', () => {
  it.each([
    [
      'usual names',
      [
        ['label', 'x'],
        ['a', long],
      ],
      true,
    ],
    [
      'usual names in capitals with blanks',
      [
        [' Category ', 'Q'],
        ['a', long],
      ],
      true,
    ],
    [
      'short names over long texts',
      [
        ['kind', 'words'],
        ['a', long],
        ['b', long],
      ],
      true,
    ],
    [
      'numbers',
      [
        ['1', 'Title', long],
        ['2', 'Other', long],
      ],
      false,
    ],
    [
      'a value that comes again',
      [
        ['spam', long],
        ['ham', long],
        ['spam', long],
      ],
      false,
    ],
    [
      'texts like those below',
      [
        ['ham', long],
        ['spam', long],
      ],
      false,
    ],
    ['the only record', [['kind', 'words']], false],
  ])('with %s', (_name, records, header) => {
    expect(guessHeader(records)).toBe(header)
  })
})

describe('the columns of label and text', () => {
  it('go by their usual names, title before text where both are there', () => {
    const rows = [1, 2, 3, 4].map((n) => [`id ${n}`, `T ${n} ${long}`, `${long} ${n}`, n % 2 === 0 ? 'x' : 'y'])
    expect(guessColumns(columns(['id', 'title', 'text', 'topic'], rows))).toEqual({
      label: 'topic',
      text: ['title', 'text'],
    })
  })

  it('are found by what stands in them: values that recur, and the long ones', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((n) => [`${n}`, `${long} number ${n}`, n % 3 === 0 ? 'fault' : 'fine'])
    expect(guessColumns(columns([null, null, null], rows))).toEqual({ label: 3, text: [2] })
  })

  it('are some columns also where nothing tells them apart', () => {
    expect(guessColumns(columns([null, null], [['a', 'b']]))).toEqual({ label: 1, text: [2] })
    expect(guessColumns(columns(['only'], [['a']]))).toEqual({ label: 'only', text: [2] })
  })
})

describe('the preset of a file', () => {
  const rows = (labels: string[], width: number): string[][] =>
    labels.map((label) => [label, ...Array.from({ length: width - 1 }, () => long)])

  it.each([
    ['ag-news', columns([null, null, null], rows(['1', '2', '3', '4', '1'], 3))],
    ['dbpedia', columns([null, null, null], rows(['1', '14', '7', '9'], 3))],
    ['r8', columns([null, null], rows(['earn', 'acq', 'money-fx', 'earn'], 2))],
    [null, columns([null, null, null], rows(['1', '2', '99'], 3))],
    [null, columns(['a', 'b', 'c'], rows(['1', '2', '3'], 3))],
    [null, columns([null, null, null], rows(['1', '1', '1'], 3))],
  ])('is %s', (preset, seen) => {
    expect(guessPreset(seen)).toBe(preset)
  })
})
