import Database from 'better-sqlite3'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/shared/errors.ts'
import { checkStore, openStore } from '../../src/store/index.ts'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { owner, sampleJob, sampleRun } from './support/samples.ts'
import { tempHome } from './support/tempHome.ts'

const ours = Buffer.from('Bitg').readInt32BE(0)

function homeWith(bytes: Uint8Array): string {
  const home = tempHome()
  mkdirSync(home)
  writeFileSync(join(home, 'bitgauge.sqlite'), bytes)
  return home
}

function homeMadeBy(sql: string): string {
  const home = tempHome()
  mkdirSync(home)
  const db = new Database(join(home, 'bitgauge.sqlite'))
  db.exec(sql)
  db.close()
  return home
}

/** A generator of bytes that are the same in every run of the test (xorshift32). */
function bytesFrom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state & 0xff
  }
}

/** A closed store with rows, all in one file. */
function wholeFile(): { home: string; file: string; bytes: Buffer } {
  const store = openTemp()
  for (let index = 0; index < 10; index += 1) {
    store.jobs.insert(sampleJob(), owner)
    store.runs.put(
      sampleRun({ seed: index, arrays: [{ name: 'x', shape: [500], data: new Float64Array(500).fill(index) }] }),
    )
  }
  store.close()
  return { home: dirname(store.path), file: store.path, bytes: readFileSync(store.path) }
}

describe('a file in the store’s place', () => {
  it.each([2, 15, 16, 99, 100, 511, 512, 4096, 100_000])('of %i random bytes is refused and left as it is', (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, bytesFrom(size)))
    const home = homeWith(bytes)
    expect(failure('store-damaged', () => openStore({ home }))).toContain(join(home, 'backups'))
    expect(readFileSync(join(home, 'bitgauge.sqlite'))).toEqual(bytes)
  })

  it.each([0, 1])(
    'of %i bytes becomes a new store: SQLite itself writes one byte into a file that it has just made',
    (size) => {
      expect(openTemp({ home: homeWith(new Uint8Array(size)) }).check().ok).toBe(true)
    },
  )

  it('with SQLite’s first bytes and garbage behind them is refused', () => {
    const bytes = Buffer.from(Array.from({ length: 8192 }, bytesFrom(7)))
    bytes.write('SQLite format 3\0', 0, 'latin1')
    failure('store-damaged', () => openStore({ home: homeWith(bytes) }))
  })

  it.each([0.02, 0.3, 0.5, 0.9])('that is a store cut to the share %d of its length is refused', (share) => {
    const { home, file, bytes } = wholeFile()
    truncateSync(file, Math.floor(bytes.length * share))
    expect(failure('store-damaged', () => openStore({ home }))).toContain('Move the file')
  })

  it.each([
    ['another application id', 'PRAGMA application_id = 1; PRAGMA user_version = 2; CREATE TABLE jobs (a)'],
    ['no application id but tables', 'CREATE TABLE customers (name)'],
    ['no application id but a version', 'PRAGMA user_version = 2'],
    ['our application id and no version', `PRAGMA application_id = ${ours}`],
    ['our application id and a negative version', `PRAGMA application_id = ${ours}; PRAGMA user_version = -1`],
    [
      'our application id and version, and other tables',
      `PRAGMA application_id = ${ours}; PRAGMA user_version = 2; CREATE TABLE a (b)`,
    ],
  ])('of another program, with %s, is refused and left as it is', (_name, sql) => {
    const home = homeMadeBy(sql)
    const before = readFileSync(join(home, 'bitgauge.sqlite'))
    failure('store-damaged', () => openStore({ home }))
    failure('store-damaged', () => openStore({ home, readonly: true }))
    expect(readFileSync(join(home, 'bitgauge.sqlite'))).toEqual(before)
  })

  it.each([
    ['a view that loads an extension', "CREATE VIEW v AS SELECT load_extension('/tmp/x.so')"],
    [
      'a trigger that loads an extension',
      "CREATE TRIGGER t AFTER INSERT ON jobs BEGIN SELECT load_extension('/tmp/x.so'); END",
    ],
    ['a trigger that deletes runs', 'CREATE TRIGGER t AFTER INSERT ON jobs BEGIN DELETE FROM runs; END'],
    ['a view in place of a table', 'DROP TABLE test_openings; CREATE VIEW test_openings AS SELECT 1'],
    ['an index on a function', "CREATE INDEX i ON jobs (json_extract(params, '$.x'))"],
    ['a virtual table', 'CREATE VIRTUAL TABLE f USING fts5(x)'],
  ])('that is a store with %s is refused before a row of it is read', (_name, sql) => {
    const { home, file } = wholeFile()
    const db = new Database(file)
    db.exec(sql)
    db.close()
    expect(failure('store-damaged', () => openStore({ home }))).toMatch(/not ours|made differently/)
    failure('store-damaged', () => openStore({ home, readonly: true }))
  })

  it('cannot load an extension or call an unsafe function once it is open', () => {
    const store = openTemp()
    const db = (store as unknown as { connection: { db: Database.Database } }).connection.db
    expect(db.pragma('trusted_schema', { simple: true })).toBe(0)
    expect(db.pragma('cell_size_check', { simple: true })).toBe(1)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.pragma('mmap_size', { simple: true }) ?? 0).toBe(0)
    expect(() => db.prepare("SELECT load_extension('/tmp/x.so')").get()).toThrow(/not authorized|no such function/)
    expect(() => db.exec('CREATE TABLE x (a); PRAGMA writable_schema = ON; DELETE FROM sqlite_schema')).toThrow()
  })

  it.each([
    ['ours by its id', `PRAGMA application_id = ${ours}; PRAGMA user_version = 2;`],
    ['another program’s', ''],
  ])('with twenty thousand tables, %s, is refused', (_name, header) => {
    const home = homeMadeBy(`${header} CREATE TABLE t (a)`)
    const db = new Database(join(home, 'bitgauge.sqlite'))
    db.unsafeMode() // the rows of the schema are written straight, as whoever made such a file would
    db.exec(`PRAGMA writable_schema = ON; WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO sqlite_schema SELECT 'table', 't' || i, 't' || i, 2, 'CREATE TABLE t' || i || ' (a)' FROM n`)
    db.close()
    failure('store-damaged', () => openStore({ home }))
  })

  it('that is a folder, a link or a pipe is refused; nothing is made where the link points', () => {
    const [folder, link, pipe] = [tempHome(), tempHome(), tempHome()]
    mkdirSync(join(folder, 'bitgauge.sqlite'), { recursive: true })
    expect(failure('store-damaged', () => openStore({ home: folder }))).toContain('a folder')

    mkdirSync(link)
    symlinkSync(join(link, 'elsewhere'), join(link, 'bitgauge.sqlite'))
    expect(failure('store-damaged', () => openStore({ home: link }))).toContain('symbolic link')
    expect(existsSync(join(link, 'elsewhere'))).toBe(false)

    mkdirSync(pipe)
    execFileSync('mkfifo', [join(pipe, 'bitgauge.sqlite')])
    expect(failure('store-damaged', () => openStore({ home: pipe }))).toContain('no file')
  })

  it('with a log of garbage beside it is read as if the log were not there', () => {
    const { home, file } = wholeFile()
    writeFileSync(`${file}-wal`, Buffer.from(Array.from({ length: 50_000 }, bytesFrom(3))))
    expect(openTemp({ home }).check()).toMatchObject({ ok: true, jobs: 10, runs: 10 })
  })

  it('names the newest backup as the way back', async () => {
    const store = openTemp()
    await store.backup()
    const { path } = await store.backup()
    store.close()
    writeFileSync(store.path, 'x'.repeat(5000))
    const name = path.slice(path.lastIndexOf('/') + 1)
    expect(failure('store-damaged', () => openStore({ home: dirname(store.path) }))).toContain(name)
  })

  it('with bytes changed anywhere gives rows, or one of our errors, and never anything else', () => {
    const { home, file, bytes } = wholeFile()
    const random = bytesFrom(42)
    const number = () => (random() << 24) | (random() << 16) | (random() << 8) | random()
    let refused = 0
    for (let round = 0; round < 150; round += 1) {
      const harmed = Buffer.from(bytes)
      const within = round % 3 === 0 ? 4096 : harmed.length // the first page has the header and the schema
      for (let change = 0; change <= round % 8; change += 1) harmed[(number() >>> 0) % within] = random()
      writeFileSync(file, harmed)
      try {
        const check = checkStore({ home })
        for (const problem of check.problems) expect(problem.length).toBeGreaterThan(5)
        if (!check.ok) refused += 1
        useAll(home)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        refused += 1
      }
    }
    expect(refused).toBeGreaterThan(20)
  })
})

function useAll(home: string): void {
  const store = openStore({ home })
  try {
    const [run] = store.runs.list({ limit: 100 })
    store.jobs.list({ limit: 100 })
    if (run !== undefined) store.runs.array(run.id, 'x')
    store.jobs.insert(sampleJob(), owner)
  } finally {
    store.close()
  }
}
