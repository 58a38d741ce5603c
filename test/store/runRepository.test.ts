import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { RunArray } from '../../src/store/index.ts'
import { stages } from '../../src/shared/stages.ts'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { fingerprint, orderedId, sampleRun } from './support/samples.ts'

describe('runs', () => {
  it('gives back a run as it was stored, by its id and by its key', () => {
    const { runs } = openTemp()
    const run = sampleRun()
    const { run: stored, outcome } = runs.put(run)
    expect(outcome).toBe('added')
    expect(stored).toEqual({ ...run, key: stored.key })
    expect(runs.get(run.id)).toEqual(stored)
    expect(runs.byKey(stored.key)).toEqual(stored)
    expect(runs.byKey('0'.repeat(64))).toBeUndefined()
  })

  it('gives the runs, or the ids, of many keys at once, and leaves out what is not there', () => {
    const { runs } = openTemp()
    const stored = [1, 2, 3].map((seed) => runs.put(sampleRun({ id: orderedId(seed), seed, tags: ['a'] })).run)
    const keys = [stored[2]!.key, '0'.repeat(64), stored[0]!.key, 'no key']
    expect([...runs.byKeys(keys)]).toEqual([
      [stored[2]!.key, stored[2]],
      [stored[0]!.key, stored[0]],
    ])
    expect([...runs.idsByKeys(keys)]).toEqual([
      [stored[2]!.key, stored[2]!.id],
      [stored[0]!.key, stored[0]!.id],
    ])
    expect(runs.byKeys([]).size).toBe(0)
  })

  it('does not store the same cell twice, however its recipe was written', () => {
    const { runs } = openTemp()
    const first = runs.put(sampleRun({ recipe: { a: 1, b: 2 } })).run
    const again = runs.put(sampleRun({ recipe: { b: 2, a: 1 }, result: { accuracy: 0 }, engine: 'another' }))
    expect(again).toEqual({ run: first, outcome: 'existing' })
    expect(runs.list({ limit: 10 })).toHaveLength(1)
  })

  it('with force takes the new numbers under the old id, and joins the tags', () => {
    const { runs } = openTemp()
    const array = (name: string): RunArray => ({ name, shape: [2], data: Int8Array.of(1, 2) })
    const first = runs.put(sampleRun({ tags: ['a'], arrays: [array('old')] })).run
    const { run, outcome } = runs.put(sampleRun({ tags: ['b'], result: 'new', kernel: null, arrays: [array('new')] }), {
      force: true,
    })
    expect(outcome).toBe('replaced')
    expect(run).toMatchObject({ id: first.id, key: first.key, result: 'new', kernel: null, tags: ['a', 'b'] })
    expect(runs.arrays(first.id).map(({ name }) => name)).toEqual(['new'])
    expect(runs.put(sampleRun({ seed: 99 }), { force: true }).outcome).toBe('added')
  })

  it.each<[string, RunArray]>([
    ['float32', { name: 'x', shape: [2, 2], data: Float32Array.of(0.1, -0, Number.NaN, Infinity) }],
    ['float64', { name: 'x', shape: [2], data: Float64Array.of(0.1, Number.MIN_VALUE) }],
    ['int32', { name: 'x', shape: [3, 1], data: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1) }],
    ['uint32', { name: 'x', shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
    ['int16', { name: 'x', shape: [2], data: Int16Array.of(-32768, 32767) }],
    ['uint16', { name: 'x', shape: [1], data: Uint16Array.of(65535) }],
    ['int8', { name: 'x', shape: [2], data: Int8Array.of(-128, 127) }],
    ['uint8', { name: 'x', shape: [0, 5], data: new Uint8Array(0) }],
    ['float32', { name: 'one number', shape: [], data: Float32Array.of(7) }],
    ['float32', { name: 'a part of a buffer', shape: [2], data: new Float32Array(new ArrayBuffer(64), 4, 2).fill(3) }],
    ['float64', { name: 'large', shape: [1000, 300], data: new Float64Array(300_000).map((_, i) => Math.sin(i)) }],
  ])('keeps an array of %s beside the run, bit for bit', (dtype, array) => {
    const { runs } = openTemp()
    const { id } = runs.put(sampleRun({ arrays: [array] })).run
    expect(runs.array(id, array.name)).toEqual(array)
    const bytes = Buffer.from(array.data.buffer, array.data.byteOffset, array.data.byteLength)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(runs.arrays(id)).toEqual([
      {
        name: array.name,
        dtype,
        shape: array.shape,
        bytes: bytes.length,
        stored_bytes: expect.any(Number) as number,
        sha256,
      },
    ])
    failure('not-found', () => runs.array(id, 'other'))
  })

  it('packs arrays: a thousand zeros take a few bytes', () => {
    const { runs } = openTemp()
    const { id } = runs.put(sampleRun({ arrays: [{ name: 'zeros', shape: [1000], data: new Float64Array(1000) }] })).run
    expect(runs.arrays(id)[0]?.stored_bytes).toBeLessThan(100)
  })

  it('says that an array was changed on the disk', () => {
    const store = openTemp()
    const { id } = store.runs.put(sampleRun({ arrays: [{ name: 'x', shape: [2], data: Int8Array.of(1, 2) }] })).run
    const db = new Database(store.path)
    db.prepare('UPDATE run_blobs SET data = ?').run(zstdCompressSync(Uint8Array.of(1, 3)))
    expect(failure('store-damaged', () => store.runs.array(id, 'x'))).toContain('checksum')
    db.prepare('UPDATE run_blobs SET data = ?').run(Buffer.from('no archive'))
    expect(failure('store-damaged', () => store.runs.array(id, 'x'))).toContain('unpacked')
    db.close()
  })

  it('unpacks no more than the row promises, so that a bomb stays packed', () => {
    const store = openTemp()
    const { id } = store.runs.put(sampleRun({ arrays: [{ name: 'x', shape: [2], data: Int8Array.of(1, 2) }] })).run
    const db = new Database(store.path)
    db.prepare('UPDATE run_blobs SET data = ?').run(zstdCompressSync(new Uint8Array(64 * 1024 * 1024)))
    failure('store-damaged', () => store.runs.array(id, 'x'))
    db.prepare("UPDATE run_blobs SET bytes = 1e12, shape = '[1000000000000]'").run()
    failure('store-damaged', () => store.runs.array(id, 'x'))
    failure('store-damaged', () => store.runs.arrays(id))
    db.close()
  })

  it('lists the newest first, by stage, by tag, and page after page', () => {
    const { runs } = openTemp()
    for (let seed = 0; seed < 20; seed += 1) {
      const stage = stages[seed % 2 === 0 ? 5 : 2]!
      runs.put(sampleRun({ id: orderedId(seed), seed, stage, tags: seed % 4 === 0 ? ['paper', 'x'] : [] }))
    }
    const seeds = (options: Parameters<typeof runs.list>[0]) => runs.list(options).map(({ seed }) => seed)
    expect(seeds({ limit: 3 })).toEqual([19, 18, 17])
    expect(seeds({ limit: 3, stage: 'evaluation' })).toEqual([18, 16, 14])
    expect(seeds({ limit: 3, tag: 'paper' })).toEqual([16, 12, 8])
    expect(seeds({ limit: 9, tag: 'paper', stage: 'training' })).toEqual([])
    const after = runs.list({ limit: 3, tag: 'paper' }).at(-1)?.id
    expect(seeds({ limit: 9, tag: 'paper', stage: 'evaluation', after })).toEqual([4, 0])
    expect(seeds({ limit: 2, after })).toEqual([7, 6])
    expect(runs.list({ limit: 9, tag: 'paper' })[0]?.tags).toEqual(['paper', 'x'])
  })

  it('replaces a run’s tags, sorted and once each', () => {
    const { runs } = openTemp()
    const { id } = runs.put(sampleRun({ tags: ['paper'] })).run
    expect(runs.tag(id, ['z', 'Figure 3 (left)', 'z']).tags).toEqual(['Figure 3 (left)', 'z'])
    expect(runs.tag(id, []).tags).toEqual([])
    failure('not-found', () => runs.tag(orderedId(0), ['x']))
    for (const tag of ['', ' x', 'x ', 'a\nb', 'a\u202eb', '\u001b[31m', 'x'.repeat(65)]) {
      failure('input-invalid', () => runs.tag(id, [tag]))
    }
  })

  it('removes a run with its arrays and tags', () => {
    const store = openTemp()
    const { id } = store.runs.put(sampleRun({ arrays: [{ name: 'x', shape: [1], data: Int8Array.of(1) }] })).run
    expect(store.runs.remove(id)).toBe(true)
    expect(store.runs.remove(id)).toBe(false)
    const db = new Database(store.path, { readonly: true })
    for (const table of ['runs', 'run_blobs', 'run_tags']) {
      expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0)
    }
    db.close()
  })

  it('refuses what is no run, and stores nothing of it', () => {
    const { runs } = openTemp()
    const arrays = (array: Partial<RunArray>) => ({
      arrays: [{ name: 'x', shape: [2], data: Int8Array.of(1, 2), ...array }],
    })
    failure('input-invalid', () => runs.put(sampleRun({ id: 'x' })))
    failure('input-invalid', () => runs.put(sampleRun({ inputs: { model: 'latest' } })))
    failure('input-invalid', () => runs.put(sampleRun({ created: 'yesterday' })))
    failure('input-invalid', () => runs.put(sampleRun({ tags: ['a\nb'] })))
    failure('non-finite-value', () => runs.put(sampleRun({ recipe: { q: Number.NaN } })))
    failure('non-finite-value', () => runs.put(sampleRun({ result: { accuracy: Number.NaN } })))
    failure('shape-mismatch', () => runs.put(sampleRun(arrays({ shape: [3] }))))
    failure('shape-mismatch', () => runs.put(sampleRun(arrays({ shape: [-1, -2] }))))
    failure('input-invalid', () => runs.put(sampleRun(arrays({ data: new BigInt64Array(2) as unknown as Int8Array }))))
    failure('conflict', () => runs.put(sampleRun({ arrays: [...arrays({}).arrays, ...arrays({}).arrays] })))
    expect(runs.list({ limit: 10 })).toEqual([])
    const { id } = runs.put(sampleRun()).run
    failure('conflict', () => runs.put(sampleRun({ id, seed: 99 })))
  })

  it('leaves a row that cannot be read out of the list and says so', () => {
    const problems: string[] = []
    const store = openTemp({ onProblem: (problem) => problems.push(problem) })
    const { id } = store.runs.put(sampleRun()).run
    store.runs.put(sampleRun({ seed: 8 }))
    const db = new Database(store.path)
    db.prepare("UPDATE runs SET stage = 'cooking' WHERE id = ?").run(id)
    db.close()
    expect(store.runs.list({ limit: 10 }).map(({ seed }) => seed)).toEqual([8])
    expect(problems).toEqual([expect.stringContaining(id)])
    failure('store-damaged', () => store.runs.get(id))
  })
})

describe('test openings', () => {
  it('are logged, and listed newest first, of one data set where it is named', () => {
    const { testOpenings } = openTemp()
    const other = `sha256:${'11'.repeat(32)}`
    const opening = (index: number, dataset: string) => {
      const one = {
        id: orderedId(index),
        opened: '2026-11-21T08:00:00.000Z',
        dataset,
        runKey: 'cd'.repeat(32),
        program: 'bitgauge 0.1.0',
      }
      testOpenings.log(one)
      return one
    }
    const [first, second, third] = [opening(1, fingerprint), opening(2, other), opening(3, fingerprint)]
    expect(testOpenings.list({ limit: 10 })).toEqual([third, second, first])
    expect(testOpenings.list({ limit: 1, dataset: fingerprint })).toEqual([third])
    failure('conflict', () => testOpenings.log(first))
    failure('input-invalid', () => testOpenings.log({ ...first, id: orderedId(4), dataset: 'ag-news' }))
  })
})
