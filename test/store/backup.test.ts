import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { toErrorRecord } from '../../src/shared/errors.ts'
import { dump, load } from './support/dump.ts'
import { openTemp } from './support/openTemp.ts'
import { owner, sampleJob, sampleRun } from './support/samples.ts'
import { startChild } from './support/startChild.ts'
import { tempHome } from './support/tempHome.ts'

describe('backup', () => {
  it('gives one whole file of this user’s alone, with its size and checksum', async () => {
    const store = openTemp()
    store.jobs.insert(sampleJob(), owner)
    const record = await store.backup()
    const folder = join(dirname(store.path), 'backups')
    expect(dirname(record.path)).toBe(folder)
    expect(readdirSync(folder)).toHaveLength(1)
    const bytes = readFileSync(record.path)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(record).toEqual({ path: record.path, format: 'sqlite', bytes: bytes.length, sha256 })
    expect(statSync(record.path).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(dump(record.path)).toBe(dump(store.path))
  })

  it('opens as a store when it is put in another’s place', async () => {
    const store = openTemp()
    const job = sampleJob()
    store.jobs.insert(job, owner)
    const { path } = await store.backup()
    const home = tempHome()
    mkdirSync(home)
    copyFileSync(path, join(home, 'bitgauge.sqlite'))
    const restored = openTemp({ home })
    expect(restored.check().ok).toBe(true)
    expect(restored.jobs.list({ limit: 10 })).toEqual([job])
  })

  it('is of one moment while another process writes on', async () => {
    const home = tempHome()
    const store = openTemp({ home })
    const child = startChild('putForever', home)
    await child.said('0', 20)
    const record = await store.backup()
    const said = child.lines.length
    await child.said('0', said + 5)
    await child.kill()
    const db = new Database(record.path, { readonly: true })
    const runs = db.prepare('SELECT count(*) FROM runs').pluck().get() as number
    expect(runs).toBeGreaterThanOrEqual(20)
    expect(db.prepare('SELECT count(*) FROM run_blobs').pluck().get()).toBe(runs)
    db.close()
    expect(store.runs.list({ limit: 1000 }).length).toBeGreaterThan(runs)
  })

  it('goes on while this process writes, and two can be made at once', async () => {
    const store = openTemp()
    for (let seed = 0; seed < 50; seed += 1) {
      const data = new Float64Array(20_000).map(() => Math.random())
      store.runs.put(sampleRun({ seed, arrays: [{ name: 'x', shape: [20_000], data }] }))
    }
    const both = Promise.all([store.backup(), store.backup()])
    store.jobs.insert(sampleJob(), owner)
    const [first, second] = await both
    expect(first.path).not.toBe(second.path)
    for (const { path } of [first, second]) {
      const db = new Database(path, { readonly: true })
      expect(db.prepare('SELECT count(*) FROM runs').pluck().get()).toBe(50)
      db.close()
    }
  })

  it('never removes what a person asked for; of those before migrations it keeps the newest ten', async () => {
    const home = tempHome()
    load(new URL('fixtures/v1.sql', import.meta.url), join(home, 'bitgauge.sqlite'))
    const folder = join(home, 'backups')
    mkdirSync(folder)
    for (let day = 10; day < 25; day += 1) {
      writeFileSync(join(folder, `before-v2-202501${day}T080000000Z.sqlite`), '')
      writeFileSync(join(folder, `manual-202501${day}T080000000Z.sqlite`), '')
    }
    writeFileSync(join(folder, 'before-v2-my own copy.sqlite'), '')
    await openTemp({ home }).backup()
    const names = readdirSync(folder)
    expect(names.filter((name) => name.startsWith('manual-'))).toHaveLength(16)
    const automatic = names.filter((name) => /^before-v2-\d/.test(name)).sort()
    expect(automatic).toHaveLength(10)
    expect(automatic[0]).toContain('20250116')
    expect(names).toContain('before-v2-my own copy.sqlite')
  })

  it('removes what a killed backup left, but not one that is being written', async () => {
    const store = openTemp()
    const folder = join(dirname(store.path), 'backups')
    mkdirSync(folder)
    const [old, fresh] = [join(folder, 'manual-x.sqlite.1.tmp'), join(folder, 'manual-y.sqlite.2.tmp')]
    for (const file of [old, fresh]) writeFileSync(file, 'half')
    utimesSync(old, 1, 1)
    const { path } = await store.backup()
    expect(
      readdirSync(folder)
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual([fresh, path].sort())
  })

  it('of a damaged store fails and leaves nothing that looks like a backup', async () => {
    const store = openTemp()
    for (let seed = 0; seed < 20; seed += 1) store.runs.put(sampleRun({ seed, result: 'x'.repeat(20_000) }))
    store.close()
    const bytes = readFileSync(store.path)
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 9000)
    writeFileSync(store.path, bytes)
    const again = openTemp({ home: dirname(store.path) })
    expect(again.check().ok).toBe(false)
    const error: unknown = await again.backup().catch((thrown: unknown) => thrown)
    expect(toErrorRecord(error).code).toBe('store-damaged')
    expect(readdirSync(join(dirname(store.path), 'backups'))).toEqual([])
  })
})
