import { describe, expect, it } from 'vitest'
import {
  importInput,
  importProblems,
  layoutOf,
  newImport,
  roleOf,
  withFiles,
  withRole,
} from '../../../src/renderer/features/datasets/importForm.ts'
import { datasetImportSchema, type DatasetPreview } from '../../../src/shared/contract/dataset.ts'
import { defaultLayout } from '../../../src/shared/contract/datasetRules.ts'

const file = (name: string) => ({ name, bytes: 10, path: `upload:${name}` })
const column = (name: string) => ({ column: name, title: name, distinct: 2, empty: 0, meanLength: 9, values: [] })
const preview: DatasetPreview = {
  name: 'notes.csv',
  bytes: 10,
  packed: false,
  problem: null,
  columns: ['title', 'kind', 'body'].map(column),
  rows: [],
  looked: 2,
  whole: true,
  layout: { ...defaultLayout, format: 'csv', text: ['body'], label: 'kind' },
  preset: null,
}
const filled = newImport({ train: [file('notes.csv')] })

describe('the form of an import', () => {
  it('asks for what its preview showed, and for no more than was said', () => {
    expect(datasetImportSchema.parse(importInput(filled, preview))).toMatchObject({
      train: ['upload:notes.csv'],
      dev: [],
      layout: { format: 'csv', header: true, quote: 'double', text: ['body'], label: 'kind' },
      split: { seed: 1 },
      duplicates: 'keep',
    })
    expect(importInput(filled, preview)).not.toHaveProperty('name')
  })

  it('leaves the columns to a preset, and says those that a person turned', () => {
    const form = { ...filled, preset: 'ag-news' as const }
    expect(importInput(form, preview).layout).toEqual({ format: 'csv' })
    expect(importInput(withRole(form, preview, 'title', 'text'), preview).layout).toMatchObject({
      text: ['title', 'body'],
    })
  })

  it('gives a column one role, keeps one label, and text columns in the file’s order', () => {
    const turned = withRole(filled, preview, 'title', 'text')
    expect(layoutOf(turned, preview.layout)).toMatchObject({ text: ['title', 'body'], label: 'kind' })
    const relabelled = withRole(turned, preview, 'title', 'label')
    expect(layoutOf(relabelled, preview.layout)).toMatchObject({ text: ['body'], label: 'title' })
    expect(roleOf('kind', layoutOf(relabelled, preview.layout))).toBe('none')
    const none = withRole(filled, preview, 'body', 'none')
    expect(importProblems(none, preview, []).columns).toMatch(/at least one column/)
  })

  it('is not sent for a file of which nothing could be read', () => {
    const problem = { code: 'input-invalid' as const, message: 'The quotes of a record do not match.' }
    expect(importProblems(filled, { ...preview, problem, columns: [] }, []).files).toMatch(/cannot be read/)
    expect(importProblems(filled, { ...preview, problem }, [])).toEqual({})
  })

  it('forgets what was said of the columns when another file comes first', () => {
    const turned = withRole(filled, preview, 'title', 'text')
    expect(withFiles(turned, 'train', [file('notes.csv'), file('more.csv')]).layout.text).toEqual(['title', 'body'])
    expect(withFiles(turned, 'train', [file('other.csv')]).layout.text).toBeNull()
    expect(withFiles(turned, 'dev', [file('dev.csv')]).layout.text).toEqual(['title', 'body'])
  })

  it('says a rule for a split that has no files alone', () => {
    const rules = {
      dev: { kind: 'share' as const, share: 12.5, rows: 1 },
      test: { kind: 'last' as const, share: 1, rows: 300 },
    }
    expect(importInput({ ...filled, rules }, preview).split).toEqual({
      dev: { kind: 'share', share: 0.125 },
      test: { kind: 'last', rows: 300 },
      seed: 1,
    })
    const form = withFiles({ ...filled, rules }, 'test', [file('test.csv')])
    expect(importInput(form, preview).split).toEqual({ dev: { kind: 'share', share: 0.125 }, seed: 1 })
  })

  it('names what is wrong where it is', () => {
    expect(importProblems(newImport(), undefined, [])).toEqual({ files: 'Choose the file to learn from.' })
    expect(importProblems({ ...filled, name: 'Ä b' }, preview, []).name).toMatch(/a–z/)
    expect(importProblems({ ...filled, name: 'there' }, preview, ['there']).name).toMatch(/There is a dataset/)
    expect(importProblems(filled, preview, ['there'])).toEqual({})
  })
})
