import { fork, type ChildProcess } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { DatasetService } from '../../../src/host/dataset/datasetService.ts'
import { datasetGenerateSchema, datasetShownSchema } from '../../../src/shared/contract/dataset.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { readEncodedSplit, readRows, readVocabulary } from '../../../src/store/datasets/index.ts'
import { csv, generateWith, importWith, leftIn, plainRows, workplace } from './support.ts'

const small = { generator: 'voice-commands', size: 400 }
const big = datasetGenerateSchema.parse({ options: { generator: 'maintenance-log', size: 60_000 } })

describe('a stored dataset', () => {
  it('is what its schema says, holds no path of the machine, and keeps splits in files of their own', async () => {
    const { service, file, home } = workplace()
    const { dataset } = await importWith(service, { train: [file('mails.csv', csv(plainRows))] })
    const shown = await service.show('mails')
    expect(datasetShownSchema.parse(shown).dataset).toEqual(dataset)
    const folder = join(home, 'datasets', dataset.fingerprint.slice(7))
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).not.toContain(join(home, '..'))
    const lines = gunzipSync(readFileSync(join(folder, 'test.jsonl.gz')))
      .toString()
      .trim()
      .split('\n')
    expect(lines).toHaveLength(dataset.splits.find(({ split }) => split === 'test')!.rows)
    expect(JSON.parse(lines[0]!)).toEqual({
      id: expect.stringMatching(/^train:\d+$/),
      label: expect.any(Number),
      text: expect.stringContaining('text number'),
    })
  })

  it('gives back its texts as ids that mean its words', async () => {
    const { service } = workplace()
    await generateWith(service, small)
    const { record, folder, encoding, encodingFolder } = await service.open('voice-commands', {
      cap: 50,
      minFrequency: 1,
      maxLength: 6,
      countedRows: { kind: 'first', rows: 20 },
    })
    const vocabulary = await readVocabulary(encodingFolder, encoding)
    expect(vocabulary.words).toHaveLength(50)
    const texts = await readEncodedSplit(encodingFolder, encoding, 'dev')
    let row = 0
    for await (const batch of readRows(folder, record, 'dev')) {
      for (const { label, text } of batch) {
        const words = (text.match(/[a-z]+|[0-9]+|[^\sa-z0-9]/g) ?? []).slice(0, 6)
        const ids = [...texts.tokens.subarray(texts.offsets[row]!, texts.offsets[row + 1])]
        expect(ids.map((id) => vocabulary.words[id - 4] ?? 'UNK')).toEqual(
          words.map((word) => (vocabulary.ids.has(word) ? word : 'UNK')),
        )
        expect(texts.labels[row]).toBe(label)
        row += 1
      }
    }
    expect(row).toBe(texts.rows)
    const test = await readEncodedSplit(encodingFolder, encoding, 'test')
    expect(test.rows).toBe(80)
  })

  it('is found by id, name, fingerprint or the digits it begins with, and removed', async () => {
    const { service, home } = workplace()
    const { dataset } = await generateWith(service, small)
    for (const reference of [dataset.id, 'voice-commands', dataset.fingerprint, dataset.fingerprint.slice(7, 20)]) {
      expect((await service.show(reference)).dataset.id).toBe(dataset.id)
    }
    await expect(service.show('voice-comands')).rejects.toMatchObject({
      code: 'not-found',
      hint: expect.stringContaining('voice-commands'),
    })
    for (const hostile of ['..', '../..', '/', 'a/b', ''])
      await expect(service.show(hostile)).rejects.toMatchObject({ code: 'not-found' })
    expect(await service.remove('voice-commands')).toEqual({ fingerprint: dataset.fingerprint, name: 'voice-commands' })
    expect(leftIn(home)).toEqual([])
  })

  it('gets a number behind a name that is taken, and refuses one that was asked for', async () => {
    const { service, file } = workplace()
    await generateWith(service, small)
    const second = await generateWith(service, { ...small, seed: 2 })
    expect(second.dataset.name).toBe('voice-commands-2')
    await expect(
      importWith(service, { name: 'voice-commands', train: [file('a.csv', csv(plainRows))] }),
    ).rejects.toMatchObject({ code: 'conflict' })
    expect((await service.list()).datasets.map(({ name }) => name)).toEqual(['voice-commands-2', 'voice-commands'])
  })

  it.each([
    ['train.jsonl.gz', 'open', 'store-damaged'],
    ['manifest.json', 'show', 'not-found'],
  ])('that was changed is noticed: %s', async (name, act, code) => {
    const { service, home } = workplace()
    const { dataset } = await generateWith(service, small)
    const path = join(home, 'datasets', dataset.fingerprint.slice(7), name)
    if (name.endsWith('.gz')) writeFileSync(path, readFileSync(path).fill(7, 200, 210))
    else writeFileSync(path, readFileSync(path, 'utf8').replace('"lights"', '"lamps"'))
    const options = { cap: 9, minFrequency: 1, maxLength: 9, countedRows: { kind: 'all' } } as const
    await expect(
      act === 'open' ? service.open('voice-commands', options) : service.show('voice-commands'),
    ).rejects.toMatchObject({ code })
    if (act === 'show') expect((await service.list()).damaged).toHaveLength(1)
    expect((await service.remove(dataset.fingerprint)).fingerprint).toBe(dataset.fingerprint)
    expect(leftIn(home)).toEqual([])
  })

  it('notices changed word ids and a longer file', async () => {
    const { service } = workplace()
    const { encodings } = await generateWith(service, small)
    const { encodingFolder } = await service.open('voice-commands', encodings[0]!.options)
    appendFileSync(join(encodingFolder, 'train.tokens'), 'x')
    await expect(readEncodedSplit(encodingFolder, encodings[0]!, 'train')).rejects.toMatchObject({
      code: 'store-damaged',
    })
    expect((await readEncodedSplit(encodingFolder, encodings[0]!, 'dev')).rows).toBe(40)
  })
})

describe('splits', () => {
  it('drawn by share hold no text of another split, copies included', async () => {
    const { service, file } = workplace()
    const rows = Array.from(
      { length: 300 },
      (_, row) =>
        [row % 2 === 0 ? 'a' : 'b', `${row % 4 === 0 ? 'The' : 'the'} text no ${(row >> 2) * 2 + (row % 2)}`] as const,
    )
    const { dataset } = await importWith(service, { train: [file('a.csv', csv(rows))] })
    expect(dataset.leakage.normalised.across.map(({ rows: shared }) => shared)).toEqual([0, 0, 0])
    expect(dataset.splits.map(({ rows: count }) => count)).toEqual([216, 24, 60])
  })

  it('lose copies of the later splits where that is asked for', async () => {
    const { service, file } = workplace()
    const train = file('train.csv', csv([...plainRows, ['ham', 'Both here'], ['spam', 'in dev']]))
    const dev = file(
      'dev.csv',
      csv([
        ['spam', 'In dev!'],
        ['ham', 'both here'],
        ['ham', 'other'],
      ]),
    )
    const test = file(
      'test.csv',
      csv([
        ['ham', 'both; here'],
        ['spam', 'new'],
      ]),
    )
    const kept = await importWith(service, { train: [train], dev: [dev], test: [test] })
    expect(kept.dataset.leakage.normalised.across.map(({ rows }) => rows)).toEqual([2, 1, 1])
    const dropped = await importWith(service, { train: [train], dev: [dev], test: [test], duplicates: 'drop' })
    expect(dropped.dataset.leakage.normalised.across.map(({ rows }) => rows)).toEqual([0, 0, 0])
    expect(dropped.dataset.drops.reasons.map(({ reason, count }) => [reason, count])).toEqual([
      ['also-in-dev', 1],
      ['also-in-test', 2],
    ])
  })
})

describe('work that does not come to its end', () => {
  it('leaves nothing when it is cancelled, at any time', async () => {
    for (const phase of ['generating', 'writing', 'counting words', 'encoding train']) {
      const { service, home } = workplace()
      const stop = new AbortController()
      const work = async (): Promise<void> => {
        for await (const event of service.generate(big, stop.signal)) {
          if (event.type === 'progress' && event.progress.phase === phase) stop.abort()
        }
      }
      await expect(work()).rejects.toMatchObject({ code: 'cancelled' })
      expect(leftIn(home)).toEqual([])
    }
  })

  it('leaves nothing when its reader goes away', async () => {
    const { service, home } = workplace()
    for await (const event of service.generate(big)) if (event.type === 'progress') break
    expect(leftIn(home)).toEqual([])
  })

  it('is swept away by the next one after the process was killed', async () => {
    const { service, home } = workplace()
    const script = join(import.meta.dirname, 'generateForever.ts')
    for (let turn = 0; turn < 3; turn += 1) {
      const child = fork(script, [home], { execArgv: [] })
      await someStaging(home, child)
      await new Promise((resolve) => setTimeout(resolve, turn * 150))
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      expect((await service.list()).datasets).toEqual([])
    }
    expect(leftIn(home).length).toBeGreaterThan(0)
    const { dataset } = await generateWith(service, small)
    expect(leftIn(home)).toEqual([dataset.fingerprint.slice(7)])
  })

  it('does not disturb the same work in another process', async () => {
    const { home } = workplace()
    const made = await Promise.all([1, 2, 3].map(() => generateWith(new DatasetService({ home }), small)))
    expect(new Set(made.map(({ dataset }) => dataset.id)).size).toBe(1)
    expect(made.filter(({ reused }) => !reused)).toHaveLength(1)
    expect(leftIn(home)).toHaveLength(1)
  })
})

describe('a host that opens some folders alone', () => {
  it('refuses other paths', async () => {
    const { home, file } = workplace()
    const path = file('a.csv', csv(plainRows))
    const service = new DatasetService({
      home,
      allowPath: (asked) =>
        asked === 'data/a.csv' ? Promise.resolve(path) : Promise.reject(new AppError('forbidden', 'No.')),
    })
    await expect(importWith(service, { train: [path] })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(importWith(service, { train: ['data/a.csv'], test: ['/etc/hostname'] })).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await importWith(service, { train: ['data/a.csv'] })).dataset.name).toBe('a')
  })
})

async function someStaging(home: string, child: ChildProcess): Promise<void> {
  while (!existsSync(join(home, 'datasets')) || !leftIn(home).some((name) => name.startsWith('staging-'))) {
    if (child.exitCode !== null) throw new Error('the child ended')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
