import { createHash } from 'node:crypto'
import { readFileSync, symlinkSync, writeFileSync, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { spawnSync } from 'node:child_process'
import { beforeEach, describe, expect, it } from 'vitest'
import { anyPath, forkLauncher, openHost, type Host } from '../../../src/host/index.ts'
import { tarEnd, tarHeader, tarPadding } from '../../../src/host/bundle/tar.ts'
import { openStore } from '../../../src/store/index.ts'
import { cache, memoryLog, temporaryFolder } from '../harness.ts'
import { measuredHome, smallStudy } from '../study/sample.ts'

const folder = temporaryFolder()
const measured = measuredHome()

async function withHost<T>(home: string, work: (host: Host) => Promise<T>): Promise<T> {
  const { log } = memoryLog()
  const host = await openHost({
    home,
    cache,
    launcher: forkLauncher({ log }),
    log,
    allowPath: anyPath,
    allowTarget: anyPath,
  })
  return work(host).finally(() => host.close())
}

const bundle = (): string => join(folder(), 'study.tar.gz')
const create = (home: string, file = bundle(), overwrite = false) =>
  withHost(home, ({ client }) => client.study.createBundle({ study: 'small', file, overwrite }))
const take = (home: string, file = bundle()) => withHost(home, ({ client }) => client.study.importBundle({ file }))
const resultsOf = (home: string) => withHost(home, ({ client }) => client.study.results({ study: 'small' }))

describe('a study’s bundle', () => {
  it('brings a study into an empty home with the same results, and nothing twice', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    const made = await create(from)
    expect(made.file).toMatchObject({
      path: bundle(),
      sha256: createHash('sha256').update(readFileSync(bundle())).digest('hex'),
    })
    const imported = await take(to)
    expect(imported).toMatchObject({
      study: { name: 'small', state: 'done' },
      runs: { added: made.runs, existing: 0 },
      models: { added: 1 },
      warnings: [],
    })
    expect(await resultsOf(to)).toEqual(await resultsOf(from))
    expect(await take(to)).toMatchObject({ runs: { added: 0, existing: made.runs }, models: { added: 0, existing: 1 } })
    const store = openStore({ home: to })
    expect(store.check()).toMatchObject({ ok: true })
    store.close()
  })

  it('is the same bytes from either home, and one that other programs can list', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    await take(to)
    const again = join(folder(), 'again.tar.gz')
    await create(to, again)
    expect(readFileSync(again).equals(readFileSync(bundle()))).toBe(true)
    const { stdout } = spawnSync('tar', ['tzf', bundle()], { encoding: 'utf8' })
    expect(stdout.split('\n').slice(0, 5)).toEqual([
      'manifest.json',
      'study.json',
      'cells/000000.jsonl',
      'runs/000000.jsonl',
      'runs/000000.bin',
    ])
  })

  it('is not written over a file unless that is asked for', async () => {
    const from = measured(join(folder(), 'from'))
    writeFileSync(bundle(), 'mine')
    await expect(create(from)).rejects.toMatchObject({ code: 'file-exists' })
    expect(readFileSync(bundle(), 'utf8')).toBe('mine')
    await create(from, bundle(), true)
    expect(readFileSync(bundle()).length).toBeGreaterThan(1000)
  })

  it('fills what another home of the same study has left to do, and stays out of a study of the same name', async () => {
    const [from, to] = [measured(join(folder(), 'from')), measured(join(folder(), 'to'))]
    await create(from)
    const store = openStore({ home: to })
    const [study] = store.studies.list()
    const lost = store.studies.cells(study!.id)[3]!.runId as string
    store.runs.remove(lost)
    store.close()
    expect(await take(to)).toMatchObject({ runs: { added: 1 }, study: { cells: { done: 18 } } })
    const other = measured(join(folder(), 'other'))
    await withHost(other, async ({ client }) => {
      await client.study.remove({ study: 'small' })
      const { job } = await client.study.run({
        text: smallStudy.replace('seed: 5', 'seed: 6'),
        file: 'x',
        retryFailed: false,
        force: false,
        device: 'cpu',
      })
      await client.jobs.cancel({ id: job.id })
    })
    await expect(take(other)).rejects.toMatchObject({
      code: 'conflict',
      hint: expect.stringContaining('study remove small'),
    })
  })

  it('is refused where the home has other figures under the same key, and nothing of it is stored', async () => {
    const [from, to] = [measured(join(folder(), 'from')), join(folder(), 'to')]
    await create(from)
    await take(to)
    const store = openStore({ home: to })
    const { run } = store.studies.cellsWithRuns(store.studies.list()[0]!.id, { after: -1, limit: 5 })[4]!
    store.runs.put({ ...run!, result: { ...(run!.result as object), accuracy: 0.123 } }, { force: true })
    store.studies.remove(store.studies.list()[0]!.id, () => false)
    store.close()
    await expect(take(to)).rejects.toMatchObject({ code: 'conflict', found: expect.stringContaining(run!.id) })
    await withHost(to, async ({ client }) => expect(await client.study.list({})).toEqual([]))
  })
})

interface Entry {
  name: string
  bytes: Buffer
}

/** The entries of a bundle, for tests that write another one. */
function entriesOf(file: string): Entry[] {
  const archive = gunzipSync(readFileSync(file))
  const entries: Entry[] = []
  for (let at = 0; archive[at] !== 0;) {
    const name = archive.toString('utf8', at, archive.indexOf(0, at))
    const bytes = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8)
    entries.push({ name, bytes: archive.subarray(at + 512, at + 512 + bytes) })
    at += 512 + Math.ceil(bytes / 512) * 512
  }
  return entries
}

function write(entries: readonly Entry[], end: Buffer = tarEnd): void {
  const parts = entries.flatMap(({ name, bytes }) => [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)])
  writeFileSync(bundle(), gzipSync(Buffer.concat([...parts, end])))
}

/** The same entries with a list that fits them. */
function listed(entries: readonly Entry[]): Entry[] {
  const [manifest, ...files] = entries as [Entry, ...Entry[]]
  const list = files.map(({ name, bytes }) => ({
    path: name,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }))
  const value = { ...(JSON.parse(manifest.bytes.toString()) as object), files: list }
  return [{ ...manifest, bytes: Buffer.from(JSON.stringify(value)) }, ...files]
}

const changed = (entries: readonly Entry[], name: string, change: (text: string) => string): Entry[] =>
  entries.map((entry) => (entry.name === name ? { name, bytes: Buffer.from(change(entry.bytes.toString())) } : entry))

describe('a bundle that was made to do harm', () => {
  let whole: Buffer | undefined
  let entries: Entry[] = []
  beforeEach(async () => {
    if (whole === undefined) {
      await create(measured(join(folder(), 'from')))
      whole = readFileSync(bundle())
    }
    writeFileSync(bundle(), whole)
    entries = entriesOf(bundle())
  })

  it.each<[string, string, (all: Entry[]) => void]>([
    ['no archive at all', 'input-invalid', () => writeFileSync(bundle(), 'not a bundle')],
    ['an archive of something else', 'input-invalid', () => write([{ name: 'x', bytes: Buffer.from('x') }])],
    [
      'a file that is cut short',
      'input-invalid',
      () => writeFileSync(bundle(), readFileSync(bundle()).subarray(0, -2000)),
    ],
    ['bytes behind its end', 'input-invalid', (all) => write(all, Buffer.concat([tarEnd, Buffer.alloc(10_240)]))],
    [
      'a file that its list does not name',
      'input-invalid',
      (all) => write([...all, { name: 'runs/999999.bin', bytes: Buffer.from('x') }]),
    ],
    ['a file out of its place', 'input-invalid', (all) => write([all[0]!, ...all.slice(1).reverse()])],
    [
      'a path that leads out',
      'input-invalid',
      (all) => write(listed([...all, { name: '../../evil', bytes: Buffer.from('x') }])),
    ],
    [
      'an absolute path',
      'input-invalid',
      (all) => write(listed([...all, { name: '/tmp/evil', bytes: Buffer.from('x') }])),
    ],
    ['a name twice', 'input-invalid', (all) => write(listed([...all, all.at(-1)!]))],
    [
      'a changed byte',
      'hash-mismatch',
      (all) => write(changed(all, 'runs/000000.jsonl', (text) => text.replace('"accuracy":0.', '"accuracy":1.'))),
    ],
    [
      'a list that promises too much',
      'input-invalid',
      (all) => write(changed(all, 'manifest.json', (text) => text.replace(/"bytes": ?\d+/, '"bytes": 99999999999999'))),
    ],
    [
      'a changed figure under its own hash, in a run of another key',
      'input-invalid',
      (all) => write(listed(changed(all, 'runs/000000.jsonl', (text) => text.replace('"seed":0', '"seed":1')))),
    ],
    [
      'arrays that are no longer those of the run',
      'hash-mismatch',
      (all) =>
        write(
          listed(
            all.map((entry) =>
              entry.name === 'runs/000000.bin' ? { ...entry, bytes: Buffer.alloc(entry.bytes.length) } : entry,
            ),
          ),
        ),
    ],
    [
      'arrays of no run',
      'input-invalid',
      (all) =>
        write(
          listed(
            all.map((entry) =>
              entry.name === 'runs/000000.bin'
                ? { ...entry, bytes: Buffer.concat([entry.bytes, Buffer.alloc(8)]) }
                : entry,
            ),
          ),
        ),
    ],
    [
      'a study that is not what its file says',
      'input-invalid',
      (all) => write(listed(changed(all, 'study.json', (text) => text.replace('draws: 2', 'draws: 1')))),
    ],
    [
      'a cell whose run is missing',
      'input-invalid',
      (all) =>
        write(
          listed(
            changed(all, 'cells/000000.jsonl', (text) =>
              text.replace(/"run":"[0-9a-f]{64}"/, `"run":"${'0'.repeat(64)}"`),
            ),
          ),
        ),
    ],
    [
      'a model under the hash of another',
      'hash-mismatch',
      (all) =>
        write(
          listed(
            all.map((entry) =>
              entry.name.endsWith('model.safetensors') ? { ...entry, bytes: Buffer.from('other') } : entry,
            ),
          ),
        ),
    ],
    [
      'a model without its record',
      'input-invalid',
      (all) => write(listed(all.filter(({ name }) => !/^models\/.*manifest/.test(name)))),
    ],
    [
      'JSON that is none',
      'input-invalid',
      (all) => write(listed(changed(all, 'study.json', () => '{'.repeat(100_000)))),
    ],
  ])('is refused, and leaves nothing: %s', async (_, code, tamper) => {
    tamper(entries)
    const to = join(folder(), 'to')
    await expect(take(to)).rejects.toMatchObject({ code })
    expect(existsSync(join(to, 'models')) ? readdirSync(join(to, 'models')) : []).toEqual([])
    const store = openStore({ home: to })
    expect(store.runs.list({ limit: 1 })).toEqual([])
    expect(store.studies.list()).toEqual([])
    store.close()
  })

  it('may hold no links, folders or devices', async () => {
    const link = tarHeader('study.json', 0)
    link.write('2', 156)
    const sum = link.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
    link.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const manifest = entries[0]!
    writeFileSync(
      bundle(),
      gzipSync(
        Buffer.concat([
          tarHeader(manifest.name, manifest.bytes.length),
          manifest.bytes,
          tarPadding(manifest.bytes.length),
          link,
          tarEnd,
        ]),
      ),
    )
    await expect(take(join(folder(), 'to'))).rejects.toMatchObject({
      code: 'input-invalid',
      expected: 'regular files alone',
    })
  })

  it('is not unpacked beyond its list, however much is packed into it', async () => {
    const bomb = gzipSync(Buffer.concat([tarHeader('manifest.json', 3_000_000_000), Buffer.alloc(50_000_000)]))
    writeFileSync(bundle(), bomb)
    await expect(take(join(folder(), 'to'))).rejects.toMatchObject({ code: 'too-large' })
  })

  it('that is a link to nothing, or a folder, is said so', async () => {
    symlinkSync('/nowhere', join(folder(), 'link'))
    await expect(take(join(folder(), 'to'), join(folder(), 'link'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(take(join(folder(), 'to'), folder())).rejects.toMatchObject({ code: 'input-invalid' })
  })
})
