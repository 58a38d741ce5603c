import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { csv, importWith, leftIn, plainRows, workplace } from './support.ts'

const good = csv(plainRows)

function spliced(text: string, at: number, bytes: number[]): Buffer {
  const whole = Buffer.from(text)
  return Buffer.concat([whole.subarray(0, at), Buffer.from(bytes), whole.subarray(at)])
}

describe('a file that cannot be imported', () => {
  it.each<[string, string, string | Buffer, Record<string, unknown>, string, RegExp]>([
    ['is empty', 'a.csv', '', {}, 'input-invalid', /a\.csv is empty/],
    ['has a header alone', 'a.csv', 'label,text\n', {}, 'input-invalid', /holds no rows/],
    ['is a gzip of nothing', 'a.csv.gz', gzipSync(''), {}, 'input-invalid', /holds no rows/],
    [
      'lacks a column',
      'a.csv',
      csv(plainRows, 'lable,text'),
      {},
      'input-invalid',
      /no column "label".*nearest is "lable"/,
    ],
    ['lacks a column by number', 'a.csv', good, { layout: { label: 3 } }, 'input-invalid', /no column 3.*1 to 2/],
    ['lacks a key', 'a.jsonl', '{"lable":"a","text":"b"}\n', {}, 'input-invalid', /no key "label".*"lable"/],
    [
      'holds an unknown label',
      'a.csv',
      csv([['hamm', 'x y']]),
      { layout: { classes: ['ham', 'spam'] } },
      'input-invalid',
      /row 1.*"hamm".*nearest is ham\b/,
    ],
    [
      'holds a number past the classes',
      'a.csv',
      csv([['3', 'x y']]),
      { layout: { classes: ['x', 'y'], labelBase: 1 } },
      'input-invalid',
      /row 1.*one of 1, 2.*"3"/,
    ],
    [
      'has one class',
      'a.csv',
      csv([
        ['ham', 'x'],
        ['ham', 'y'],
      ]),
      { split: { dev: { kind: 'none' }, test: { kind: 'none' } } },
      'input-invalid',
      /one class.*"ham"/,
    ],
    ['is Latin-1', 'a.csv', spliced(good, 500, [0xe9]), {}, 'input-invalid', /from byte 500 on, in row 19.*0xe9/],
    [
      'ends inside a character',
      'a.csv',
      spliced(good, good.length, [0x68, 0xc3]),
      {},
      'input-invalid',
      /from byte 1102 on, in row 41/,
    ],
    ['is UTF-16', 'a.csv', Buffer.from(`\ufeff${good}`, 'utf16le'), {}, 'input-invalid', /UTF-16 \(little-endian\)/],
    ['is UTF-16 without a mark', 'a.csv', Buffer.from(good, 'utf16le'), {}, 'input-invalid', /UTF-16 without a mark/],
    ['has an open quote', 'a.csv', `${good}ham,"open\n`, {}, 'input-invalid', /a\.csv:\d+:1: .*quotes.*--quote none/],
    ['has text behind a quote', 'a.csv', `${good}ham,"a"b\n`, {}, 'input-invalid', /a\.csv:42:1: .*quotes/],
    [
      'is a gzip that ends early',
      'a.csv.gz',
      gzipSync(good.repeat(50)).subarray(0, -100),
      {},
      'input-invalid',
      /ends early/,
    ],
    [
      'is a broken gzip',
      'a.csv.gz',
      Buffer.concat([gzipSync(good).subarray(0, 40), Buffer.alloc(60)]),
      {},
      'input-invalid',
      /broken content/,
    ],
    [
      'is one JSON document',
      'a.jsonl',
      JSON.stringify(Array(60_000).fill({ label: 'a', text: 'some text' })),
      {},
      'too-large',
      /a\.jsonl:1:1: .*1048576 bytes/,
    ],
    ['has too many rows', 'a.csv', good, { limits: { rows: 39 } }, 'too-large', /more rows/],
    ['has too many columns', 'a.csv', `${'x,'.repeat(1500)}\n`, {}, 'too-large', /more columns/],
    [
      'has too many labels',
      'a.csv',
      good,
      { layout: { label: 'text', text: ['label'] }, limits: { classes: 30 } },
      'too-large',
      /30 different labels/,
    ],
    ['has too many words', 'a.csv', good, { limits: { wordTypes: 10 } }, 'too-large', /different words/],
    ['needs too much disk', 'a.csv', good, { limits: { disk_bytes: 500 } }, 'too-large', /more room than it may/],
    ['does not say its format', 'a.data', good, {}, 'input-invalid', /--format/],
    ['gives no row at all', 'a.jsonl', 'x\ny\n', {}, 'input-invalid', /No row is left.*not-json 2/],
    [
      'has fewer rows than dev shall have',
      'a.csv',
      good,
      { split: { dev: { kind: 'last', rows: 40 } } },
      'input-invalid',
      /last 40 rows/,
    ],
  ])('because it %s', async (_, name, content, input, code, message) => {
    const { service, file, home } = workplace()
    const thrown: unknown = await importWith(service, { train: [file(name, content)], ...input }).catch(
      (error: unknown) => error,
    )
    expect(thrown).toMatchObject({ code })
    expect(describeThrown(thrown)).toMatch(message)
    expect(leftIn(home)).toEqual([])
  })

  it('because it is not there, or a folder', async () => {
    const { service, file, home } = workplace()
    const folder = join(file('x', ''), '..', 'f.csv')
    mkdirSync(folder)
    await expect(importWith(service, { train: [join(home, 'none.csv')] })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('none.csv'),
    })
    await expect(importWith(service, { train: [folder] })).rejects.toMatchObject({ code: 'input-invalid' })
  })

  it.each([
    ['a.csv', 'label,text\nham,'],
    ['a.tsv', 'label\ttext\nham\t'],
    ['a.jsonl', '{"label":"ham","text":"'],
  ])('because a line of it has two gigabytes, without reading them: %s', async (name, begin) => {
    const { service, file, home } = workplace()
    const path = file(name, '')
    const handle = openSync(path, 'r+')
    writeSync(handle, begin)
    ftruncateSync(handle, 2 ** 31)
    closeSync(handle)
    const before = process.memoryUsage.rss()
    await expect(importWith(service, { train: [path] })).rejects.toMatchObject({
      code: 'too-large',
      where: { file: name },
    })
    expect(process.memoryUsage.rss() - before).toBeLessThan(300e6)
    expect(leftIn(home)).toEqual([])
  })

  it('because it is a gzip bomb', async () => {
    const { service, file, home } = workplace()
    const block = gzipSync('ham,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n'.repeat(200_000))
    const bomb = Buffer.concat([gzipSync('label,text\n'), ...Array<Buffer>(100).fill(block)])
    const path = file('bomb.csv.gz', bomb)
    await expect(importWith(service, { train: [path] })).rejects.toMatchObject({
      code: 'too-large',
      found: expect.stringMatching(/more than \d{3}/),
    })
    await expect(importWith(service, { train: [path], limits: { source_bytes: 1000 } })).rejects.toMatchObject({
      code: 'too-large',
    })
    expect(leftIn(home)).toEqual([])
  })
})

describe('a file with faults that can be left out', () => {
  it('is imported without those rows, and says which', async () => {
    const { service, file } = workplace()
    const path = file('a.csv', `${good}ham\n\nx,text,more\nham,\n  ,text\nham,"  "\n`)
    const { dataset, warnings } = await importWith(service, { train: [path] })
    expect(dataset.drops).toEqual({
      total: 5,
      reasons: [
        {
          reason: 'column-count',
          count: 2,
          rows: [
            { source: 'train', row: 41 },
            { source: 'train', row: 42 },
          ],
        },
        { reason: 'no-label', count: 1, rows: [{ source: 'train', row: 44 }] },
        {
          reason: 'no-text',
          count: 2,
          rows: [
            { source: 'train', row: 43 },
            { source: 'train', row: 45 },
          ],
        },
      ],
    })
    expect(warnings[0]).toMatchObject({ code: 'rows-dropped' })
    expect(warnings[0]?.message).toContain('1 without a label')
    expect(dataset.splits.reduce((sum, { rows }) => sum + rows, 0)).toBe(40)
  })

  it('names at most a hundred rows of a reason and counts all', async () => {
    const { service, file } = workplace()
    const { dataset } = await importWith(service, {
      train: [file('a.jsonl', jsonl().concat('no json\n'.repeat(1000)))],
    })
    expect(dataset.drops.reasons[0]).toMatchObject({ reason: 'not-json', count: 1000 })
    expect(dataset.drops.reasons[0]?.rows).toHaveLength(100)
  })

  it('loses rows with unknown labels where that is asked for', async () => {
    const { service, file } = workplace()
    const path = file('a.csv', good + 'eggs,a text\n')
    const { dataset } = await importWith(service, {
      train: [path],
      layout: { classes: ['ham', 'spam'] },
      unknownLabels: 'drop',
    })
    expect(dataset.drops.reasons).toEqual([{ reason: 'unknown-label', count: 1, rows: [{ source: 'train', row: 41 }] }])
  })

  it('cuts a text of a hundred thousand words and says so', async () => {
    const { service, file } = workplace()
    const { encodings, warnings } = await importWith(service, {
      train: [file('a.csv', `${good}ham,${'word '.repeat(100_000)}\n`)],
      split: { seed: 3 },
    })
    expect(Math.max(...(encodings[0]?.splits ?? []).map(({ lengths }) => lengths.max))).toBe(100_000)
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'texts-truncated' }))
  })
})

describe('the same texts', () => {
  it('are the same dataset from CSV, TSV, JSONL, packed, with a mark, with other line ends', async () => {
    const { service, file } = workplace()
    const tsv = `label\ttext\n${plainRows.map((row) => row.join('\t')).join('\n')}`
    const files = {
      'a.csv': good,
      'b.csv': good.replaceAll('\n', '\r\n'),
      'c.csv': `\ufeff${good}`,
      'd.csv.gz': gzipSync(good),
      'e.csv': Buffer.concat([gzipSync(good.slice(0, 100)), gzipSync(good.slice(100))]),
      'f.tsv': tsv,
      'g.jsonl': jsonl(),
      'h.ndjson.gz': gzipSync(`${jsonl()}\n\n`),
    }
    const made = []
    for (const [name, content] of Object.entries(files))
      made.push(await importWith(service, { train: [file(name, content)] }))
    expect(new Set(made.map(({ dataset }) => dataset.fingerprint)).size).toBe(1)
    expect(made.map(({ reused }) => reused)).toEqual([false, ...Array<boolean>(7).fill(true)])
    expect((await service.list()).datasets).toHaveLength(1)
  })

  it('are read the same at every place where a block may end inside a character', async () => {
    const { service, file } = workplace()
    const fingerprints = new Set<string>()
    for (const shift of [0, 1, 2, 3]) {
      const padded = plainRows.map(
        ([label, text], row) => [label, row === 0 ? text : `${text} ${'€\u{1f600}é'.repeat(2000)}`] as const,
      )
      const { dataset } = await importWith(service, {
        train: [
          file(
            `${shift}.csv`,
            csv(padded, `label,text,${'x'.repeat(shift)}`)
              .replace(/\n(?=.)/g, (end, at: number) => (at < 20 ? end : `,\n`))
              .replace(/([^,\n])\n$/, '$1,\n'),
          ),
        ],
      })
      fingerprints.add(dataset.fingerprint)
    }
    expect(fingerprints.size).toBe(1)
  })
})

function jsonl(): string {
  return plainRows.map(([label, text]) => `${JSON.stringify({ label, text })}\n`).join('')
}

function describeThrown(thrown: unknown): string {
  const { message, expected, found, hint, where } = thrown as Record<string, unknown> & {
    where?: { file: string; line: number; column: number }
  }
  const place = where === undefined ? '' : `${where.file}:${where.line}:${where.column}: `
  return [place + String(message), expected, found, hint].join(' ')
}
