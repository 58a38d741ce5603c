import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { tarEnd, tarHeader, tarPadding } from '../../../src/host/bundle/tar.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { openStore } from '../../../src/store/index.ts'
import { temporaryFolder } from '../harness.ts'
import { measuredHome } from '../study/sample.ts'
import { changed, entriesOf, headerOfType, listed, sha256, withHost, writeArchive, type Entry } from './archive.ts'

const folder = temporaryFolder()
const measured = measuredHome()

const bundle = (): string => join(folder(), 'study.tar.gz')
const home = (): string => join(folder(), 'to')
const take = (to = home(), file = bundle()) => withHost(to, ({ client }) => client.study.importBundle({ file }))
const write = (entries: readonly Entry[], end?: Buffer): void => writeArchive(bundle(), entries, end)

let whole: Buffer | undefined
let entries: Entry[] = []
beforeEach(async () => {
  if (whole === undefined) {
    const from = measured(join(folder(), 'from'))
    const input = { study: 'small', file: bundle(), overwrite: false }
    await withHost(from, ({ client }) => client.study.createBundle(input))
    whole = readFileSync(bundle())
  }
  writeFileSync(bundle(), whole)
  entries = entriesOf(bundle())
})

/** No run, no study, no model and no profile is in the home. */
function expectNothing(to = home()): void {
  for (const kind of ['models', 'profiles'])
    expect(existsSync(join(to, kind)) ? readdirSync(join(to, kind)) : []).toEqual([])
  const store = openStore({ home: to })
  expect([store.runs.list({ limit: 1 }), store.studies.list()]).toEqual([[], []])
  store.close()
}

/** The same entries but for the lines of a kind of files, of which one is changed. */
function withLine(all: readonly Entry[], file: string, which: number, change: (line: string) => string): Entry[] {
  const at = (text: string): string =>
    text
      .split('\n')
      .map((line, index) => (index === which ? change(line) : line))
      .join('\n')
  return listed(changed(all, file, at))
}

/** The same entries with other content of a model or a profile under its own hash, its record made to fit. */
function withContent(all: readonly Entry[], kind: 'models' | 'profiles', change: (bytes: Buffer) => Buffer): Entry[] {
  const at = all.findIndex(({ name }) => name.startsWith(`${kind}/`))
  const [record, content] = all.slice(at, at + 2) as [Entry, Entry]
  const before = sha256(content.bytes)
  const bytes = change(Buffer.from(content.bytes))
  const name = (old: string): string => old.replace(before, sha256(bytes))
  const text = record.bytes.toString().replace(`sha256:${before}`, `sha256:${sha256(bytes)}`)
  const pair = [
    { name: name(record.name), bytes: Buffer.from(text) },
    { name: name(content.name), bytes },
  ]
  return listed([...all.slice(0, at), ...pair, ...all.slice(at + 2)])
}

const runs = 'runs/000000.jsonl'
const manifest = (change: (text: string) => string) => (all: Entry[]) => write(changed(all, 'manifest.json', change))

describe('a bundle that was made to do harm', () => {
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
    ['a file of the list that is missing', 'input-invalid', (all) => write(all.slice(0, -1))],
    ['a file of the list that stands there twice', 'input-invalid', (all) => write([...all, all.at(-1)!])],
    ['nothing but a list', 'input-invalid', (all) => write(listed(all.slice(0, 1)))],
    [
      'bytes behind what is packed',
      'input-invalid',
      () => writeFileSync(bundle(), Buffer.concat([readFileSync(bundle()), Buffer.alloc(64)])),
    ],
    [
      'a second packed stream behind the first',
      'input-invalid',
      () => writeFileSync(bundle(), Buffer.concat([readFileSync(bundle()), gzipSync('more')])),
    ],
    ['a list of a later version', 'input-invalid', manifest((text) => text.replace('"version": 1', '"version": 2'))],
    ['a list with a name twice', 'input-invalid', manifest((text) => text.replace('{', '{"version": 1,'))],
    ['a list of absurd depth', 'input-invalid', manifest(() => '['.repeat(2_000_000) + ']'.repeat(2_000_000))],
    ['a list that is none', 'input-invalid', manifest(() => 'null')],
    [
      'a list with a name for a terminal',
      'input-invalid',
      manifest((text) => text.replace('"small"', '"\\u001b[2Jsmall"')),
    ],
    [
      'a list with a prototype',
      'input-invalid',
      manifest((text) => text.replace('{', '{"__proto__": {"version": 1},')),
    ],
    [
      'a study under another name',
      'input-invalid',
      (all) => write(listed(changed(all, 'study.json', (text) => text.replace('"name":"small"', '"name":"large"')))),
    ],
    [
      'JSON of absurd depth',
      'input-invalid',
      (all) =>
        write(withLine(all, runs, 0, (line) => line.replace('"result":{', `"result":{"x":${'['.repeat(90)}${']'.repeat(90)},`))), // prettier-ignore
    ],
    [
      'JSON of which two readers read two things',
      'input-invalid',
      (all) => write(withLine(all, runs, 0, (line) => line.replace('{', '{"seed":7,'))),
    ],
    [
      'text that is not UTF-8',
      'input-invalid',
      (all) =>
        write(listed(all.map((entry) => (entry.name === runs ? { ...entry, bytes: Buffer.from([0xff, 0x0a]) } : entry)))), // prettier-ignore
    ],
    [
      'a run twice',
      'input-invalid',
      (all) => write(withLine(all, runs, 0, (line) => `${line.replace(/"arrays":.*/, '"arrays":[]}')}\n${line}`)),
    ],
    [
      'a run of a later version of its stage',
      'input-invalid',
      (all) => write(withLine(all, runs, 0, (line) => line.replace('"stageVersion":1', '"stageVersion":99'))),
    ],
    [
      'an evaluation that is none',
      'input-invalid',
      (all) => write(listed(changed(all, runs, (text) => text.replace(/"macroF1":[^,]+/, '"macroF1":"high"')))),
    ],
    [
      'a quantization that is none',
      'input-invalid',
      (all) => write(listed(changed(all, runs, (text) => text.replaceAll('"adjustments":[', '"adjustments":7,"x":[')))),
    ],
    [
      'a tag for a terminal',
      'input-invalid',
      (all) => write(withLine(all, runs, 0, (line) => line.replace('"tags":[]', '"tags":["\\u001b[2J"]'))),
    ],
    [
      'a cell with the run of another',
      'input-invalid',
      (all) => {
        const cells = all.find(({ name }) => name.startsWith('cells/'))!.bytes.toString()
        const [first, , , last] = [...cells.matchAll(/"run":"([0-9a-f]{64})"/g)].map(([, key]) => key!)
        write(listed(changed(all, 'cells/000000.jsonl', (text) => text.replace(first!, last!))))
      },
    ],
    [
      'a model that is none under its own hash',
      'input-invalid',
      (all) => write(withContent(all, 'models', (bytes) => bytes.fill(0x20, 8, 9))),
    ],
    [
      'a profile that is none under its own hash',
      'input-invalid',
      (all) => write(withContent(all, 'profiles', (bytes) => bytes.fill(0, 0, 4))),
    ],
    [
      'a record that says something else than its model',
      'hash-mismatch',
      (all) => {
        const { name } = all.find((entry) => /^models.*json$/.test(entry.name))!
        write(listed(changed(all, name, (text) => text.replace(/"parameters":\d+/, '"parameters":7'))))
      },
    ],
    [
      'a record that says something else than its profile',
      'hash-mismatch',
      (all) => {
        const { name } = all.find((entry) => /^profiles.*json$/.test(entry.name))!
        write(listed(changed(all, name, (text) => text.replace(/"texts":\d+/, '"texts":7'))))
      },
    ],
  ])('is refused, and leaves nothing: %s', async (_, code, tamper) => {
    tamper(entries)
    await expect(take()).rejects.toMatchObject({ code })
    expectNothing()
  })

  it.each(['1', '2', '5', '6', 'L', 'x'])('may hold no link, folder or device: type %s', async (type) => {
    const [list] = entries as [Entry]
    const start = [tarHeader(list.name, list.bytes.length), list.bytes, tarPadding(list.bytes.length)]
    writeFileSync(bundle(), gzipSync(Buffer.concat([...start, headerOfType('study.json', type), tarEnd])))
    await expect(take()).rejects.toMatchObject({ code: 'input-invalid', expected: 'regular files alone' })
  })

  it('is not unpacked beyond its list, however much is packed into it', async () => {
    const bomb = gzipSync(Buffer.concat([tarHeader('manifest.json', 3_000_000_000), Buffer.alloc(50_000_000)]))
    writeFileSync(bundle(), bomb)
    await expect(take()).rejects.toMatchObject({ code: 'too-large' })
  })

  it.each<[string, number, number]>([
    ['by its size', 2 * 1024 ** 3 - 1, 200],
    ['by the size of one file', 2 * 1024 ** 3 + 1, 1],
    ['by how often it is what it is packed in', 1024 ** 3, 2],
  ])('is refused by its list alone where it would unpack to too much %s', async (_, bytes, count) => {
    const list = JSON.parse(entries[0]!.bytes.toString()) as object
    const files = Array.from({ length: count }, (__, index) => {
      return { path: `runs/${String(index).padStart(6, '0')}.bin`, bytes, sha256: '0'.repeat(64) }
    })
    write([{ name: 'manifest.json', bytes: Buffer.from(JSON.stringify({ ...list, files })) }])
    const before = process.memoryUsage().arrayBuffers
    await expect(take()).rejects.toMatchObject({ code: expect.stringMatching(/^(too-large|input-invalid)$/) as string })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  })

  it('that is a link to nothing, or a folder, is said so', async () => {
    symlinkSync('/nowhere', join(folder(), 'link'))
    await expect(take(home(), join(folder(), 'link'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(take(home(), folder())).rejects.toMatchObject({ code: 'input-invalid' })
  })
})

/** Where the parts of the header and the content of each entry begin, in the unpacked archive. */
function regionsOf(all: readonly Entry[]): [what: string, at: number][] {
  const parts = { name: 0, rights: 100, owner: 108, size: 124, time: 136, sum: 148, type: 156, magic: 257, prefix: 345 }
  let start = 0
  return all.flatMap(({ name, bytes }) => {
    const header = Object.entries(parts).map(([part, at]): [string, number] => [`${name}, ${part}`, start + at])
    const [content, end] = [start + 512, start + 512 + bytes.length]
    start += 512 + Math.ceil(bytes.length / 512) * 512
    const padding: [string, number][] = end < start ? [[`${name}, padding`, end]] : []
    return [...header, [`${name}, first byte`, content], [`${name}, last byte`, end - 1], ...padding]
  })
}

describe('a bundle with one byte changed', () => {
  it('is refused wherever in the archive the byte is', async () => {
    const archive = gunzipSync(readFileSync(bundle()))
    const regions = [
      ...regionsOf(entries),
      ['end', archive.length - 1024] as const,
      ['last', archive.length - 1] as const,
    ]
    await withHost(home(), async ({ client }) => {
      for (const [what, at] of regions) {
        archive[at]! ^= 1
        writeFileSync(bundle(), gzipSync(archive, { level: 1 }))
        const failure = await client.study.importBundle({ file: bundle() }).catch((thrown: unknown) => thrown)
        expect([what, failure instanceof AppError ? 'refused' : failure]).toEqual([what, 'refused'])
        archive[at]! ^= 1
      }
    })
    expectNothing()
  })

  it('is refused wherever in the packed bytes the byte is, but for the time and the system in their header', async () => {
    const packed = readFileSync(bundle())
    const told = [4, 5, 6, 7, 8, 9]
    const places = [...Array(10).keys(), ...Array.from({ length: 24 }, (_, k) => Math.floor((packed.length * k) / 24)), packed.length - 8, packed.length - 1] // prettier-ignore
    await withHost(home(), async ({ client }) => {
      for (const at of places.filter((place) => !told.includes(place))) {
        packed[at]! ^= 4
        writeFileSync(bundle(), packed)
        const failure = await client.study.importBundle({ file: bundle() }).catch((thrown: unknown) => thrown)
        expect([at, failure instanceof AppError ? 'refused' : failure]).toEqual([at, 'refused'])
        packed[at]! ^= 4
      }
    })
    expectNothing()
  })
})
