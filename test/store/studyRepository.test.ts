import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { cellSql } from '../../src/store/sqliteStudies.ts'
import type { JobOwner, Store } from '../../src/store/index.ts'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { fingerprint, owner, sampleRun, sampleStudy } from './support/samples.ts'

const now = '2026-11-21T09:00:00.000Z'
const nobody = (): boolean => false
const everybody = (): boolean => true
const other: JobOwner = { instance: '01JD0000000000000000000002', pid: 4343, start: null }
const crash = { code: 'compute-crashed', message: 'It ended.' } as const

function planned(store: Store, cells = 4) {
  const coordinates = Array.from({ length: cells }, (_, draw) => ({ model: 'disc', draw }))
  return store.studies.plan(sampleStudy(), coordinates, nobody)
}

function statesOf({ studies }: Store, id: string): string[] {
  return studies.cells(id).map(({ state }) => state)
}

describe('a study', () => {
  it('is given back as it was planned, by its id and by its name', () => {
    const store = openTemp()
    const study = sampleStudy({ name: 'one' })
    const row = store.studies.plan(study, [{ a: 1 }, { a: 2 }], nobody)
    expect(row).toEqual({ ...study, state: 'planned', cells: 2, models: {}, error: null, started: null, ended: null })
    expect(store.studies.get(study.id)).toEqual(row)
    expect(store.studies.get('one')).toEqual(row)
    expect(store.studies.get('two')).toBeUndefined()
    expect(store.studies.cells(study.id).map(({ number, coordinates }) => [number, coordinates])).toEqual([
      [0, { a: 1 }],
      [1, { a: 2 }],
    ])
  })

  it('that is planned anew keeps its id, its date and its models, and has the new cells alone', () => {
    const store = openTemp()
    const { id, created } = planned(store)
    store.studies.update(id, { models: { abc: fingerprint }, state: 'done', ended: now })
    const again = store.studies.plan(sampleStudy({ created: now, yaml: 'other' }), [{ b: 1 }], nobody)
    expect(again).toMatchObject({
      id,
      created,
      yaml: 'other',
      models: { abc: fingerprint },
      state: 'planned',
      ended: null,
      cells: 1,
    })
    expect(store.studies.counts(id)).toEqual({ total: 1, done: 0, failed: 0 })
    expect(store.studies.list()).toHaveLength(1)
  })

  it('of a form that the store does not keep is refused', () => {
    const store = openTemp()
    failure('input-invalid', () => store.studies.plan(sampleStudy({ name: 'Über' }), [], nobody))
    const { id } = planned(store)
    failure('input-invalid', () => store.studies.update(id, { state: 'asleep' as never }))
    failure('not-found', () => store.studies.update('01JD0000000000000000000009', { state: 'done' }))
  })
})

describe('the cells of a study', () => {
  it('are done where they have a run, failed where they have an error, and can be opened again', () => {
    const store = openTemp()
    const { id } = planned(store)
    const { run } = store.runs.put(sampleRun())
    store.studies.finish(id, [
      { number: 0, runId: run.id },
      { number: 2, error: crash },
    ])
    expect(statesOf(store, id)).toEqual(['done', 'planned', 'failed', 'planned'])
    expect(store.studies.counts(id)).toEqual({ total: 4, done: 1, failed: 1 })
    expect(store.studies.cells(id, { state: 'failed' })).toMatchObject([{ number: 2, error: crash, runId: null }])
    store.studies.finish(id, [
      { number: 2, runId: run.id },
      { number: 3, error: crash },
    ])
    store.studies.reopen(id, 'failed')
    expect(statesOf(store, id)).toEqual(['done', 'planned', 'done', 'planned'])
    store.studies.reopenCells(id, [2])
    expect(statesOf(store, id)).toEqual(['done', 'planned', 'planned', 'planned'])
    store.studies.reopen(id, 'all')
    expect(store.studies.counts(id)).toEqual({ total: 4, done: 0, failed: 0 })
  })

  it('end all together or not at all', () => {
    const store = openTemp()
    const { id } = planned(store)
    const { run } = store.runs.put(sampleRun())
    failure('not-found', () =>
      store.studies.finish(id, [
        { number: 0, runId: run.id },
        { number: 99, runId: run.id },
      ]),
    )
    expect(statesOf(store, id)).toEqual(new Array(4).fill('planned'))
  })

  it('are open again when their run is removed', () => {
    const store = openTemp()
    const { id } = planned(store)
    const { run } = store.runs.put(sampleRun())
    store.studies.finish(id, [
      { number: 0, runId: run.id },
      { number: 1, runId: run.id },
    ])
    store.runs.remove(run.id)
    expect(statesOf(store, id)).toEqual(new Array(4).fill('planned'))
    expect(store.check()).toMatchObject({ ok: true })
  })

  it('come with their runs, page by page', () => {
    const store = openTemp()
    const { id } = planned(store)
    const [first, second] = [1, 2].map((seed) => store.runs.put(sampleRun({ seed })).run)
    store.studies.finish(id, [
      { number: 0, runId: second!.id },
      { number: 2, runId: first!.id },
      { number: 3, runId: second!.id },
    ])
    const page = (after: number) =>
      store.studies.cellsWithRuns(id, { after, limit: 2 }).map(({ number, run }) => [number, run?.seed])
    expect([page(-1), page(1), page(3)]).toEqual([
      [
        [0, 2],
        [1, undefined],
      ],
      [
        [2, 1],
        [3, 2],
      ],
      [],
    ])
  })

  it('have the checksums of their runs’ arrays', () => {
    const store = openTemp()
    const { id } = planned(store)
    const arrays = [{ name: 'scores', shape: [2], data: Float32Array.of(1, 2) }]
    const { run } = store.runs.put(sampleRun({ arrays }))
    const without = store.runs.put(sampleRun({ seed: 8 })).run
    store.studies.finish(id, [
      { number: 0, runId: run.id },
      { number: 1, runId: without.id },
    ])
    expect([...store.studies.checksums(id, 'scores')]).toEqual([[run.id, store.runs.arrays(run.id)[0]?.sha256]])
  })

  it('are a hundred thousand, of which each state is found by an index', () => {
    const store = openTemp()
    const { id } = planned(store, 100_000)
    const { run } = store.runs.put(sampleRun())
    store.studies.finish(
      id,
      Array.from({ length: 99_998 }, (_, number) => ({ number, runId: run.id })),
    )
    store.studies.finish(id, [{ number: 99_999, error: crash }])
    expect(store.studies.counts(id)).toEqual({ total: 100_000, done: 99_998, failed: 1 })
    expect(store.studies.cells(id, { state: 'planned' })).toMatchObject([{ number: 99_998 }])
    const db = new Database(store.path, { readonly: true })
    const plan = (state: keyof typeof cellSql): string => {
      const given = { id, after: -1, offset: 0, limit: -1 }
      return JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${cellSql[state]}`).all(given))
    }
    for (const state of ['all', 'planned', 'done', 'failed'] as const)
      expect(plan(state)).not.toMatch(/SCAN|TEMP B-TREE/)
    expect(plan('planned')).toContain('study_cells_open')
    expect(plan('failed')).toContain('study_cells_failed')
    db.close()
  })
})

describe('a study that a program runs', () => {
  it('is refused to others while that program lives', () => {
    const store = openTemp()
    const { id } = planned(store)
    expect(store.studies.take(id, owner, nobody, now)).toMatchObject({ state: 'running', started: now })
    failure('conflict', () => store.studies.take(id, other, everybody, now))
    failure('conflict', () => store.studies.plan(sampleStudy(), [], everybody))
    failure('conflict', () => store.studies.remove(id, everybody))
    expect(store.studies.take(id, other, nobody, '2026-11-21T10:00:00.000Z')).toMatchObject({ started: now })
  })

  it('is asked to stop, and the next one that takes it is not', () => {
    const store = openTemp()
    const { id } = planned(store)
    expect(store.studies.request(id, 'pause')).toBe(false)
    store.studies.take(id, owner, nobody, now)
    expect(store.studies.request(id, 'pause')).toBe(true)
    expect(store.studies.requested(id)).toBe('pause')
    expect(store.studies.release(id, { state: 'paused' })).toMatchObject({ state: 'paused' })
    store.studies.take(id, other, everybody, now)
    expect(store.studies.requested(id)).toBeNull()
  })

  it('is paused when that program is gone, with everything that was finished', () => {
    const store = openTemp()
    const { id } = planned(store)
    const { run } = store.runs.put(sampleRun())
    store.studies.take(id, owner, nobody, now)
    store.studies.finish(id, [{ number: 1, runId: run.id }])
    expect(store.studies.pauseAbandoned(everybody)).toEqual([])
    expect(store.studies.pauseAbandoned(nobody)).toMatchObject([{ id, state: 'paused' }])
    expect(statesOf(store, id)).toEqual(['planned', 'done', 'planned', 'planned'])
  })

  it('goes with its cells when it is removed, and its runs stay', () => {
    const store = openTemp()
    const { id } = planned(store)
    const { run } = store.runs.put(sampleRun())
    store.studies.finish(id, [{ number: 1, runId: run.id }])
    expect(store.studies.remove(id, nobody)).not.toBeNull()
    expect(store.studies.remove(id, nobody)).toBeNull()
    expect(store.studies.cells(id)).toEqual([])
    expect(store.runs.get(run.id)).toBeDefined()
  })
})

describe('a study that was removed', () => {
  it('is put back with its id, its models and its cells, and those whose runs are gone are open again', () => {
    const store = openTemp()
    const { id } = planned(store)
    const [kept, gone] = [sampleRun(), sampleRun({ seed: 8 })].map((run) => store.runs.put(run).run)
    store.studies.update(id, { models: { abc: fingerprint }, state: 'failed', ended: now })
    store.studies.finish(id, [
      { number: 0, runId: kept!.id },
      { number: 1, runId: gone!.id },
      { number: 2, error: crash },
    ])
    const before = store.studies.get(id)
    const removed = store.studies.remove(id, nobody)!
    store.runs.remove(gone!.id)
    expect(store.studies.restore(removed)).toEqual(before)
    expect(statesOf(store, id)).toEqual(['done', 'planned', 'failed', 'planned'])
    expect(store.studies.cells(id, { state: 'failed' })).toMatchObject([{ error: crash, coordinates: { draw: 2 } }])
  })

  it('is not put back where its name is taken again', () => {
    const store = openTemp()
    const removed = store.studies.remove(planned(store).id, nobody)!
    planned(store)
    failure('conflict', () => store.studies.restore(removed))
  })
})

describe('the states of cells', () => {
  it('are a letter each, in their order', () => {
    const store = openTemp()
    const { id } = planned(store, 5)
    const { run } = store.runs.put(sampleRun())
    store.studies.finish(id, [
      { number: 1, runId: run.id },
      { number: 3, error: crash },
    ])
    expect(store.studies.states(id)).toBe('odofo')
    expect(store.studies.cells(id, { state: 'planned', offset: 1, limit: 1 })).toMatchObject([{ number: 2 }])
  })
})

describe('a check of the store', () => {
  it('names studies and cells that cannot be read', () => {
    const store = openTemp()
    const { id } = planned(store)
    const db = new Database(store.path)
    db.prepare("UPDATE studies SET models = '[]'").run()
    db.prepare(`UPDATE study_cells SET coordinates = '{' WHERE number = 1`).run()
    db.close()
    expect(store.check().problems).toEqual([
      expect.stringContaining('The study calibration does not have its form'),
      expect.stringContaining(`The cell 1 of study ${id} holds text that is not JSON`),
    ])
    failure('store-damaged', () => store.studies.get(id))
    expect(store.studies.list()).toEqual([])
  })
})
