import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportResults, type ExportOptions } from '../../../src/host/export/exportResults.ts'
import { exportFormats, exportedSchema } from '../../../src/shared/contract/results.ts'
import { smallHostileResults, smallResults } from './samples.ts'
import { exportInChild, temporaryFolder, withMounts } from './support.ts'

const results = smallResults()
const errorWith = (code: string) => expect.objectContaining({ code }) as Error

function asked(change: Partial<ExportOptions> = {}): ExportOptions {
  return { formats: ['csv', 'latex'], out: join(temporaryFolder(), 'out'), ...change }
}

function contents(folder: string): Map<string, string> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )
}

describe('exportResults', () => {
  it('writes every format into a new folder under names that stay, and lists what it wrote', async () => {
    const options = asked({ formats: exportFormats, made: new Date('2026-11-21T10:00:00Z') })
    const exported = exportedSchema.parse(await exportResults(results, options))
    expect(exported.made).toBe('2026-11-21T10:00:00.000Z')
    const names = exported.files.map(({ path }) => basename(path))
    expect(names).toEqual(
      expect.arrayContaining(['results.csv', 'results.json', 'questions.csv', 'report.html', 'export.json']),
    )
    const tables = [
      'accuracy-model-composition-by-bits',
      'difference-model-composition-by-bits',
      'accuracy-model-composition-noise-by-bits',
    ]
    for (const table of tables)
      for (const end of ['csv', 'json', 'md', 'tex', 'html']) expect(names).toContain(`${table}.${end}`)
    const charts = [
      'accuracy-by-bits',
      'noise-curves',
      'bits-by-composition',
      'differences-composition-matters',
      'activations-disc-one-against-balanced',
    ]
    for (const chart of charts) for (const end of ['svg', 'png', 'pdf']) expect(names).toContain(`${chart}.${end}`)
    expect(readdirSync(options.out).sort()).toEqual([...names].sort())
    const found = contents(options.out)
    for (const { path, sha256, bytes } of exported.files) {
      expect([found.get(basename(path)), readFileSync(path).length]).toEqual([sha256, bytes])
    }
  })

  it('gives the same bytes again, also in another process and after other charts', async () => {
    const options = asked({ formats: exportFormats })
    const again = asked({ formats: exportFormats, made: new Date(0) })
    await exportResults(smallHostileResults(), asked({ formats: ['svg', 'png'] }))
    await exportResults(results, options)
    await exportResults(results, again)
    const first = contents(options.out)
    expect(contents(again.out)).toEqual(first)
    const lines = exportInChild(['plain', join(temporaryFolder(), 'out'), exportFormats.join(',')])
    expect(new Map(lines.map((line): [string, string] => [line.slice(65), line.slice(0, 64)]))).toEqual(first)
  })

  it('makes the tables and charts that are asked for and no others', async () => {
    const options = asked({
      formats: ['csv', 'svg'],
      tables: [{ rows: ['family'], columns: ['composition', 'bits'], value: 'ece' }],
      charts: [{ kind: 'bits-by-composition', only: { model: ['gen'] } }],
    })
    await exportResults(results, options)
    expect(readdirSync(options.out).sort()).toEqual([
      'bits-by-composition.svg',
      'ece-family-by-composition-bits.csv',
      'export.json',
      'questions.csv',
      'results.csv',
    ])
  })

  it('holds published figures against measured ones where that is asked for', async () => {
    const series = { protocol: 'rewrite-2026', data: 'ag-news', algorithm: 'plain', composition: 'balanced' } as const
    const published = [{ ...series, family: 'generative' as const, only: { composition: ['balanced'] } }]
    const options = asked({ formats: ['markdown'], published })
    await exportResults(results, options)
    expect(readFileSync(join(options.out, 'published-rewrite-2026-ag-news-generative-plain.md'), 'utf8')).toContain(
      '| all sites 8 | 90.72 |',
    )
  })

  it('tells how far it is', async () => {
    const told: number[] = []
    await exportResults(results, asked({ tell: (done, total) => told.push(done / total) }))
    expect(told.at(-1)).toBe(1)
    expect(told).toEqual([...told].sort((a, b) => a - b))
  })
})

describe('a folder that is there already', () => {
  it('is refused', async () => {
    const options = asked()
    mkdirSync(options.out)
    await expect(exportResults(results, options)).rejects.toThrowError(errorWith('file-exists'))
    expect(readdirSync(options.out)).toEqual([])
  })

  it('is replaced whole when that is asked for and an export made it', async () => {
    const options = asked()
    await exportResults(results, options)
    await exportResults(results, { ...options, formats: ['json'], overwrite: true })
    expect(readdirSync(options.out)).toContain('results.json')
    expect(readdirSync(options.out)).not.toContain('results.csv')
    expect(readdirSync(join(options.out, '..'))).toEqual(['out'])
  })

  it('is never replaced where it holds anything else', async () => {
    const options = asked({ overwrite: true })
    await exportResults(results, options)
    writeFileSync(join(options.out, 'thesis.docx'), 'years of work')
    await expect(exportResults(results, options)).rejects.toThrowError(
      expect.objectContaining({ code: 'file-exists', hint: expect.stringContaining('thesis.docx') as string }) as Error,
    )
    expect(readFileSync(join(options.out, 'thesis.docx'), 'utf8')).toBe('years of work')
  })

  it('is not replaced where its list names what lies outside it', async () => {
    const options = asked({ overwrite: true })
    mkdirSync(options.out)
    writeFileSync(join(options.out, 'notes.txt'), 'mine')
    writeFileSync(join(options.out, 'export.json'), '{"schema":"something else","files":[{"path":"notes.txt"}]}')
    await expect(exportResults(results, options)).rejects.toThrowError(errorWith('file-exists'))
  })

  it('is no folder but a file, and stays', async () => {
    const options = asked({ overwrite: true })
    writeFileSync(options.out, 'mine')
    await expect(exportResults(results, options)).rejects.toThrowError(errorWith('file-exists'))
    expect(readFileSync(options.out, 'utf8')).toBe('mine')
  })
})

describe('an export that fails', () => {
  it.each<[string, string, Partial<ExportOptions>]>([
    [
      'input-invalid',
      'a table that would mix noise',
      { tables: [{ rows: ['model', 'composition'], columns: ['bits'], only: { noise: ['none', 'qwerty 0.05'] } }] },
    ],
    ['input-invalid', 'a table of an unknown axis', { tables: [{ rows: ['board' as 'model'], columns: ['bits'] }] }],
    ['input-invalid', 'a chart of an unknown kind', { charts: [{ kind: 'pie' as 'noise-curves' }] }],
    ['not-found', 'a folder whose parent is missing', { out: '/tmp/bitgauge-no-such-folder/out' }],
  ])('with %s for %s leaves nothing', async (code, _what, change) => {
    const options = asked(change)
    await expect(exportResults(results, options)).rejects.toThrowError(errorWith(code))
    if (change.out === undefined) expect(readdirSync(join(options.out, '..'))).toEqual([])
  })

  it('because somebody cancelled it leaves nothing', async () => {
    const stop = new AbortController()
    const options = asked({ formats: ['csv', 'svg'], signal: stop.signal, tell: (done) => done === 5 && stop.abort() })
    await expect(exportResults(results, options)).rejects.toThrowError(errorWith('cancelled'))
    expect(readdirSync(join(options.out, '..'))).toEqual([])
  })

  const disk = '/mnt'
  const small = withMounts(`mount -t tmpfs -o size=300k tmpfs ${disk} && "$@"; ls -A ${disk} | wc -l`)
  it.runIf(small !== null)('for want of room on the disk is `disk-full` and leaves nothing', () => {
    expect(exportInChild(['plain', join(disk, 'out'), 'csv,json,report'], small ?? [])).toEqual(['disk-full', '0'])
  })
})
