import Database from 'better-sqlite3'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { storeCheckSchema } from '../../src/shared/contract/store.ts'
import { checkStore, type Store } from '../../src/store/index.ts'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { orderedId, owner, sampleJob, sampleOpening, sampleRun } from './support/samples.ts'
import { tempHome } from './support/tempHome.ts'

const data = Int8Array.of(1, 2)

function filled(): Store {
  const store = openTemp()
  store.jobs.insert(sampleJob(), owner)
  store.runs.put(sampleRun({ id: orderedId(0), arrays: [{ name: 'x', shape: [2], data }] }))
  store.runs.put(sampleRun({ id: orderedId(1), seed: 8 }))
  store.testOpenings.log(sampleOpening())
  return store
}

/** What another program, which keeps no rule, does to the file. */
function harm(store: Store, sql: string): void {
  const db = new Database(store.path)
  db.unsafeMode()
  db.pragma('foreign_keys = OFF')
  db.pragma('ignore_check_constraints = ON')
  db.exec(sql)
  db.close()
}

describe('the summary', () => {
  it('counts runs and openings of test splits, and the bytes of the file and its log', () => {
    const store = filled()
    expect(store.summary()).toEqual({ bytes: store.check().bytes, runs: 2, testOpenings: 1 })
    store.testOpenings.log({ ...sampleOpening(), id: orderedId(5) })
    expect(store.summary().testOpenings).toBe(2)
  })
})

describe('check', () => {
  it('finds nothing in a store that is whole, counts its rows and its bytes with what waits in the log', () => {
    const store = filled()
    const check = store.check()
    expect(storeCheckSchema.parse(check)).toEqual(check)
    expect(check).toMatchObject({ path: store.path, schemaVersion: 7, ok: true, problems: [], jobs: 1, runs: 2 })
    expect(check.bytes).toBe(readFileSync(store.path).length + readFileSync(`${store.path}-wal`).length)
    expect(store.check({ quick: true })).toEqual(check)
    expect(checkStore({ home: dirname(store.path) })).toEqual(check)
  })

  it.each<[string, string, RegExp]>([
    ['a job with damaged JSON', "UPDATE jobs SET params = '{'", /^The job \w+ holds text that is not JSON/],
    ['a job of an unknown kind', "UPDATE jobs SET kind = 'cooking'", /^The job \w+ does not have its form: kind/],
    ['a run with a result that is not JSON', "UPDATE runs SET result = 'x' WHERE seed = 7", /^The run \w+ holds text/],
    [
      'a run whose recipe was changed',
      `UPDATE runs SET recipe = '{"a":1}' WHERE seed = 7`,
      /^The run \w+ does not have the key/,
    ],
    [
      'a run whose recipe has no key',
      `UPDATE runs SET recipe = '{"a":1e999}' WHERE seed = 7`,
      /^The run \w+ does not have the key/,
    ],
    ['an array that was changed', "UPDATE run_blobs SET data = x'00'", /^The array x of run \w+ cannot be unpacked/],
    [
      'an array of the wrong shape',
      "UPDATE run_blobs SET shape = '[3]'",
      /^The array x of run \w+ does not have its form/,
    ],
    ['an array with another checksum', `UPDATE run_blobs SET sha256 = '${'0'.repeat(64)}'`, /checksum/],
    [
      'a tag of a run that is not there',
      "INSERT INTO run_tags VALUES ('none', 'x')",
      /^A row of run_tags refers to a row of runs/,
    ],
    ['an opening without its data set', "UPDATE test_openings SET dataset = ''", /^The opening \w+ of a test split/],
    ['a store without its history', "UPDATE meta SET value = '1' WHERE key = 'schema_history'", /history/],
    [
      'a state that no job has',
      "UPDATE jobs SET state = 'lost'",
      /CHECK constraint failed in jobs|does not have its form: state/,
    ],
    ['a table that is not ours', 'CREATE TABLE other (a)', /^The schema has a table other that is not ours/],
    ['a missing index', 'DROP INDEX runs_by_stage', /^The schema has no index runs_by_stage/],
    [
      'a table made otherwise',
      'ALTER TABLE test_openings ADD COLUMN x TEXT',
      /test_openings that was made differently/,
    ],
  ])('says in a sentence what is wrong: %s', (_name, sql, sentence) => {
    const store = filled()
    harm(store, sql)
    const check = store.check()
    expect(check.ok).toBe(false)
    expect(check.problems).toEqual(expect.arrayContaining([expect.stringMatching(sentence)]))
    expect(store.check({ quick: true }).ok).toBe(false)
  })

  it('reads on past damaged pages, and says what SQLite found', () => {
    const store = openTemp()
    for (let seed = 0; seed < 20; seed += 1) store.runs.put(sampleRun({ seed, result: 'x'.repeat(20_000) }))
    store.close()
    const bytes = readFileSync(store.path)
    bytes.fill(0xff, bytes.length / 2, bytes.length / 2 + 9000)
    writeFileSync(store.path, bytes)
    const check = checkStore({ home: dirname(store.path) })
    expect(check.ok).toBe(false)
    expect(check.problems.length).toBeGreaterThan(0)
    for (const problem of check.problems) expect(problem).not.toContain('\n')
  })

  it('names a hundred problems and counts the rest', () => {
    const store = openTemp()
    for (let index = 0; index < 120; index += 1) store.jobs.insert(sampleJob({ id: orderedId(index) }), owner)
    harm(store, "UPDATE jobs SET params = '{'")
    const { problems } = store.check()
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toBe('And 20 more.')
  })

  it('looks at rows all over a large table when it must be quick', () => {
    const store = openTemp()
    for (let index = 0; index < 1200; index += 1) store.jobs.insert(sampleJob({ id: orderedId(index) }), owner)
    expect(store.check({ quick: true })).toMatchObject({ ok: true, jobs: 1200 })
    harm(store, "UPDATE jobs SET params = '{' WHERE rowid <= 600")
    const found = store.check({ quick: true }).problems.length
    expect(found).toBeGreaterThan(50)
    expect(found).toBeLessThanOrEqual(101)
  })
})

describe('checkStore', () => {
  it('answers for a store that cannot be opened, with the way back as its problem', () => {
    const store = filled()
    store.close()
    writeFileSync(store.path, 'This is no database. '.repeat(100))
    const check = checkStore({ home: dirname(store.path) })
    expect(storeCheckSchema.parse(check)).toMatchObject({
      ok: false,
      schemaVersion: 0,
      problems: [expect.stringContaining('backups')],
    })
  })

  it('says that there is no store where there is none', () => {
    failure('not-found', () => checkStore({ home: tempHome() }))
  })
})
