import Database from 'better-sqlite3'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/index.ts'
import {
  evaluationColumns,
  evaluationTexts,
  type EvaluationColumn,
  type EvaluationRow,
  type EvaluationTable,
} from '../../src/store/evaluationRepository.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import type { Migration } from '../../src/store/migrations/migration.ts'
import { openStoreWith } from '../../src/store/openStore.ts'
import { writeRun } from '../../src/store/runRow.ts'
import { dump, load } from './support/dump.ts'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { sampleEvaluation, sampleRun } from './support/samples.ts'
import { tempHome } from './support/tempHome.ts'

const versions = migrations.map(({ version }) => version)
const latest = migrations.length

function homeOf(version: number): { home: string; file: string } {
  const home = tempHome()
  const file = join(home, 'bitgauge.sqlite')
  load(new URL(`fixtures/v${version}.sql`, import.meta.url), file)
  return { home, file }
}

function isText(name: EvaluationColumn): boolean {
  return evaluationTexts.some((text) => text === name)
}

describe('migrations', () => {
  it('are numbered from 1 without gaps, and each version has a fixture that its own code wrote', () => {
    expect(versions).toEqual(migrations.map((_, index) => index + 1))
    for (const version of versions) expect(existsSync(new URL(`fixtures/v${version}.sql`, import.meta.url))).toBe(true)
  })

  it.each(versions)(
    'bring a store of version %i with rows in it to the latest, and every job is as it was',
    (version) => {
      const { home } = homeOf(version)
      const store = openTemp({ home })
      expect(store.schemaVersion).toBe(latest)
      expect(store.check()).toMatchObject({ ok: true, problems: [], jobs: 5 })
      const jobs = store.jobs.list({ limit: 10 })
      expect(jobs.map(({ state }) => state)).toEqual(['cancelled', 'failed', 'done', 'running', 'queued'])
      expect(jobs[4]).toEqual({
        id: '01JD00000000000000000000J0',
        kind: 'throughput',
        title: 'A title with ‘quotes’, a " and a \n line break',
        state: 'queued',
        params: { hidden: [64, 100], batch: 64, steps: 64, repeats: 20 },
        progress: null,
        result: null,
        error: null,
        warnings: [],
        created: '2026-11-21T08:00:00.000Z',
        started: null,
        ended: null,
      })
      expect(jobs[3]).toMatchObject({ progress: { phase: 'timing', done: 3, total: 12, unit: 'cases' } })
      expect(jobs[1]).toMatchObject({ error: { code: 'compute-crashed', message: 'It ended.' } })
      expect(store.jobs.owner('01JD00000000000000000000J0')).toMatchObject({ pid: 4242, start: 'boot/1000' })
    },
  )

  it.each(versions.filter((version) => version >= 2))('keep the runs, arrays and openings of version %i', (version) => {
    const store = openTemp({ home: homeOf(version).home })
    const [second, first] = store.runs.list({ limit: 10 }).slice(-2)
    expect(first).toMatchObject({ id: '01JD00000000000000000000R0', stage: 'evaluation', seed: 7, tags: ['paper'] })
    expect(second).toMatchObject({ id: '01JD00000000000000000000R1', stage: 'training', kernel: null, tags: [] })
    expect(store.runs.array('01JD00000000000000000000R0', 'logits')).toEqual({
      name: 'logits',
      shape: [1, 3],
      data: Float32Array.of(0.5, -1.25, 3),
    })
    expect(store.testOpenings.list({ limit: 10 })).toHaveLength(1)
  })

  it.each(versions.filter((version) => version >= 3))('keep the studies and cells of version %i', (version) => {
    const { studies } = openTemp({ home: homeOf(version).home })
    const [study] = studies.list()
    expect(study).toMatchObject({ name: 'calibration', state: 'running', cells: 3, folder: '/data/studies' })
    expect(study?.dataset).toMatchObject({ name: 'ag-news', classes: ['World', 'Sports'] })
    expect(studies.cells(study!.id).map(({ state, coordinates }) => [state, coordinates])).toEqual([
      ['done', { model: 'disc', draw: 0 }],
      ['failed', { model: 'disc', draw: 1 }],
      ['planned', { model: 'disc', draw: 2 }],
    ])
  })

  it.each(versions.filter((version) => version >= 4))('keep the names of calibration sets of version %i', (version) => {
    const { calibrationNames } = openTemp({ home: homeOf(version).home })
    expect([...calibrationNames.all()]).toEqual([['01JD00000000000000000000R0', 'natural-512']])
  })

  it('read the figures of evaluations from version 4 as a store of version 5 writes them', () => {
    const result = sampleEvaluation()
    const float = sampleEvaluation({ quantization: null, nll: null })
    const runs = [
      sampleRun({ seed: 1, result }),
      sampleRun({ seed: 2, result: float, warnings: [] }),
      sampleRun({ seed: 3, result: { accuracy: 'none' } }),
      sampleRun({ seed: 4, result: { accuracy: 1, n: '16', family: ['odd'] } }),
      sampleRun({ seed: 5, result: null }),
      sampleRun({ seed: 6, result, stage: 'training' }),
    ]
    const { home } = homeOf(4)
    const db = new Database(join(home, 'bitgauge.sqlite'))
    for (const run of runs) {
      const row = writeRun(run)
      const names = Object.keys(row)
      db.prepare(`INSERT INTO runs (${names.join()}) VALUES (${names.map((name) => `:${name}`).join()})`).run(row)
    }
    db.close()
    const migrated = openTemp({ home }).evaluations.all()
    const written = openTemp()
    for (const run of runs) written.runs.put(run)
    const read = ({ rows, texts }: EvaluationTable<EvaluationRow>) =>
      rows.map((row) =>
        evaluationColumns.map((name, index) => (isText(name) ? texts.get(Number(row[index])) : row[index])),
      )
    const [old, ...others] = read(migrated)
    expect(old?.[evaluationColumns.indexOf('accuracy')]).toBe(0.875)
    expect(others).toEqual(read(written.evaluations.all()))
    expect(others).toHaveLength(3)
  })

  it('write the steps into the store’s history, after those that are there', () => {
    const { home, file } = homeOf(1)
    openTemp({ home, program: 'bitgauge 9.9.9' }).close()
    const db = new Database(file)
    const history = JSON.parse(
      db.prepare("SELECT value FROM meta WHERE key = 'schema_history'").pluck().get() as string,
    ) as object[]
    db.close()
    expect(history).toMatchObject([
      { version: 1, program: 'bitgauge 0.1.0' },
      { version: 2, program: 'bitgauge 9.9.9' },
      { version: 3, program: 'bitgauge 9.9.9' },
      { version: 4, program: 'bitgauge 9.9.9' },
      { version: 5, program: 'bitgauge 9.9.9' },
      { version: 6, program: 'bitgauge 9.9.9' },
      { version: 7, program: 'bitgauge 9.9.9' },
    ])
  })

  it('copy the store into the backups before they touch it, row for row', () => {
    const { home, file } = homeOf(1)
    const before = dump(file)
    openTemp({ home })
    const [name, ...others] = readdirSync(join(home, 'backups'))
    expect(others).toEqual([])
    expect(name).toMatch(/^before-v2-\d{8}T\d{9}Z\.sqlite$/)
    expect(dump(join(home, 'backups', name as string))).toBe(before)
  })

  it('make no backup of a new store, nor of one that is up to date', () => {
    const home = tempHome()
    openTemp({ home }).close()
    openTemp({ home })
    expect(existsSync(join(home, 'backups'))).toBe(false)
  })

  it.each<[string, Migration['up']]>([
    ['throws half way', (db) => void db.exec('CREATE TABLE half (a) STRICT; DROP TABLE jobs; nonsense')],
    [
      'leaves a row that refers to nothing',
      (db) => void db.exec("PRAGMA foreign_keys; INSERT INTO run_tags VALUES ('x', 'y')"),
    ],
  ])('leave the store as it was when a step %s, and say where the copy is', (_name, up) => {
    const { home, file } = homeOf(latest)
    const before = dump(file)
    const broken: Migration = { version: latest + 1, title: 'broken', up: (db) => (db.memory ? undefined : up(db)) }
    const line = failure('migration-failed', () => openStoreWith({ home }, [...migrations, broken]))
    expect(line).toContain(`from version ${latest} to ${latest + 1}`)
    expect(line).toContain(join(home, 'backups', `before-v${latest + 1}-`))
    expect(dump(file)).toBe(before)
    expect(openTemp({ home }).check()).toMatchObject({ ok: true, jobs: 5 })
  })

  it('do not run on a store that is opened read-only', () => {
    const { home, file } = homeOf(1)
    const before = dump(file)
    expect(failure('conflict', () => openStore({ home, readonly: true }))).toContain('version 1')
    expect(dump(file)).toBe(before)
  })

  it('do not run on a store of their version that they did not make', () => {
    const { home, file } = homeOf(1)
    const db = new Database(file)
    db.exec('CREATE TABLE runs (a)')
    db.close()
    expect(failure('store-damaged', () => openStore({ home }))).toContain('runs')
    expect(existsSync(join(home, 'backups'))).toBe(false)
  })
})
