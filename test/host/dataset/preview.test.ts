import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import {
  datasetPreviewInputSchema,
  datasetPreviewSchema,
  type DatasetPreview,
} from '../../../src/shared/contract/dataset.ts'
import { csv, importWith, plainRows, sharedFile, workplace } from './support.ts'

type Place = ReturnType<typeof workplace>

function preview({ service }: Place, file: string, more: Record<string, unknown> = {}): Promise<DatasetPreview> {
  return service
    .preview(datasetPreviewInputSchema.parse({ file, ...more }))
    .then((one) => datasetPreviewSchema.parse(one))
}

describe('the preview of a file', () => {
  it('shows the first rows and a layout that the import then reads', async () => {
    const place = workplace()
    const file = place.file('mails.csv', csv(plainRows))
    const seen = await preview(place, file, { rows: 3 })
    expect(seen).toMatchObject({
      name: 'mails.csv',
      packed: false,
      problem: null,
      looked: 40,
      whole: true,
      preset: null,
    })
    expect(seen.rows).toEqual(plainRows.slice(0, 3))
    expect(seen.columns.map(({ title, distinct }) => [title, distinct])).toEqual([
      ['label', 2],
      ['text', 40],
    ])
    expect(seen.columns[0]?.values).toEqual([
      { value: 'ham', count: 20 },
      { value: 'spam', count: 20 },
    ])
    const { dataset } = await importWith(place.service, { train: [file], layout: seen.layout })
    expect(dataset.classes).toEqual(['ham', 'spam'])
  })

  it.each([
    [
      'a packed one',
      'mails.csv.gz',
      gzipSync(csv(plainRows)),
      { packed: true, layout: { format: 'csv', header: true } },
    ],
    [
      'one parted by tabs',
      'mails.tsv',
      'ham\ta "quoted" text\nspam\tanother\n',
      { layout: { format: 'tsv', quote: 'none' } },
    ],
    [
      'one of JSON lines',
      'x.jsonl',
      '{"text":"a","label":1}\n{"label":0,"other":[1]}\n',
      { layout: { format: 'jsonl', label: 'label', text: ['text'] } },
    ],
    ['one without an ending', 'notes', 'ham\ta text\nspam\tb text\n', { layout: { format: 'tsv', header: false } }],
    ['one with a mark at its beginning', 'bom.csv', `\ufeff${csv(plainRows)}`, { layout: { label: 'label' } }],
  ])('reads %s', async (_name, name, content, found) => {
    const place = workplace()
    expect(await preview(place, place.file(name, content))).toMatchObject({ ...found, problem: null, whole: true })
  })

  it('reads again under what the reader says', async () => {
    const place = workplace()
    const file = place.file('mails.csv', csv(plainRows))
    const seen = await preview(place, file, { layout: { header: false, format: 'csv', quote: 'none' } })
    expect(seen.layout).toMatchObject({ header: false, quote: 'none' })
    expect(seen.rows[0]).toEqual(['label', 'text'])
    expect(seen.columns.map(({ column }) => column)).toEqual([1, 2])
  })

  it('gives the rows before a fault, and the fault', async () => {
    const place = workplace()
    const latin = Buffer.concat([
      Buffer.from('label,text\nham,good\nspam,'),
      Buffer.from([0xe4]),
      Buffer.from(' bad\n'),
    ])
    const seen = await preview(place, place.file('latin.csv', latin))
    expect(seen.problem).toMatchObject({ code: 'input-invalid', expected: 'UTF-8', found: 'the byte 0xe4' })
    expect(seen.rows[0]).toEqual(['ham', 'good'])
    expect(seen.whole).toBe(false)
    const quotes = await preview(place, place.file('quotes.csv', 'label,text\nham,"good" x\n'))
    expect(quotes.problem).toMatchObject({ code: 'input-invalid' })
    const cut = await preview(place, place.file('cut.csv.gz', gzipSync(csv(plainRows)).subarray(0, 60)))
    expect(cut.problem).toMatchObject({ code: 'input-invalid', expected: 'a whole gzip file' })
  })

  it('names a wide encoding', async () => {
    const place = workplace()
    const file = place.file('wide.csv', Buffer.from('\ufefflabel,text\n', 'utf16le'))
    await expect(preview(place, file)).rejects.toMatchObject({ code: 'input-invalid', found: 'UTF-16 (little-endian)' })
  })

  it('reads a head of a large file, and no record that the head’s end cuts', async () => {
    const place = workplace()
    const rows = Array.from(
      { length: 3000 },
      (_, row) => [row % 2 === 0 ? 'a' : 'b', `${'x'.repeat(900)} ${row}`] as const,
    )
    const seen = await preview(place, place.file('large.csv', csv(rows)), { rows: 100 })
    expect(seen.whole).toBe(false)
    expect(seen.looked).toBeGreaterThan(500)
    expect(seen.looked).toBeLessThan(1500)
    expect(seen.rows).toHaveLength(100)
    expect(seen.rows.every(([, text]) => text?.length === 500)).toBe(true)
    const one = await preview(place, place.file('one.csv', `label,text\na,"${'y\n'.repeat(800_000)}`))
    expect(one).toMatchObject({ problem: null, whole: false, looked: 0 })
  })

  it('refuses what is no file', async () => {
    const place = workplace()
    await expect(preview(place, place.file('empty.csv', ''))).rejects.toMatchObject({ code: 'input-invalid' })
    await expect(preview(place, '/nowhere/x.csv')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('knows the files of AG News and R8', async ({ skip }) => {
    const file = sharedFile('ag_news_test.csv.gz')
    if (file === undefined) return skip()
    expect(await preview(workplace(), file)).toMatchObject({
      preset: 'ag-news',
      layout: { header: false, label: 1 },
      packed: true,
    })
    const r8 = sharedFile('r8_train.tsv.gz')
    if (r8 !== undefined)
      expect(await preview(workplace(), r8)).toMatchObject({ preset: 'r8', layout: { label: 1, text: [2] } })
  })
})

describe('the texts of a dataset', () => {
  it('come page by page, of one class, or with some letters', async () => {
    const { service, file } = workplace()
    const { dataset } = await importWith(service, {
      train: [file('mails.csv', csv(plainRows))],
      split: { dev: { kind: 'none' }, test: { kind: 'none' } },
    })
    const ask = (more: Record<string, unknown>) =>
      service.texts({ dataset: dataset.name, split: 'train', search: '', offset: 0, limit: 50, ...more })
    const all = await ask({})
    expect(all).toMatchObject({ total: 40, more: false, looked: 40 })
    expect(all.rows[1]).toEqual({ id: 'train:2', label: 1, text: 'text number 1 is here', cut: false })
    const page = await ask({ offset: 10, limit: 5 })
    expect(page.rows.map(({ id }) => id)).toEqual(['train:11', 'train:12', 'train:13', 'train:14', 'train:15'])
    expect(page).toMatchObject({ total: 40, more: true })
    expect(await ask({ label: 1, limit: 5 })).toMatchObject({ total: 20, more: true })
    const found = await ask({ search: 'NUMBER 39' })
    expect(found).toMatchObject({ total: 1, more: false })
    expect(found.rows[0]?.id).toBe('train:40')
    expect(await ask({ search: 'number', limit: 3 })).toMatchObject({ more: true })
    await expect(ask({ split: 'dev' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask({ label: 2 })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are cut where they are very long', async () => {
    const { service, file } = workplace()
    const rows = [...plainRows, ['ham', 'z'.repeat(9000)] as const]
    await importWith(service, {
      train: [file('mails.csv', csv(rows))],
      split: { test: { kind: 'none' }, dev: { kind: 'none' } },
    })
    const { rows: found } = await service.texts({
      dataset: 'mails',
      split: 'train',
      search: 'zzz',
      offset: 0,
      limit: 1,
    })
    expect([found[0]?.text.length, found[0]?.cut]).toEqual([4000, true])
  })
})
