import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { failure } from './support/errors.ts'
import { openTemp } from './support/openTemp.ts'
import { orderedId, owner, sampleJob } from './support/samples.ts'

const now = '2026-11-21T09:00:00.000Z'

describe('jobs', () => {
  it('gives back a job as it was stored, and who owns it', () => {
    const { jobs } = openTemp()
    const job = sampleJob({
      state: 'failed',
      title: 'Robert’); DROP TABLE jobs;--',
      params: { text: '\u202e"\'\u0000', list: [1.5, null, true] },
      progress: { phase: 'timing', done: 0.5, total: null, unit: 'cases' },
      result: { partly: [1, 2] },
      error: { code: 'out-of-memory', message: 'Too large.', hint: 'Try a batch of 16.' },
      warnings: [{ code: 'noisy', message: 'Others were at work.', subject: 'cpu' }],
      started: now,
      ended: now,
    })
    jobs.insert(job, owner)
    expect(jobs.get(job.id)).toEqual(job)
    expect(jobs.owner(job.id)).toEqual(owner)
    expect(jobs.get(orderedId(0))).toBeUndefined()
    expect(jobs.owner(orderedId(0))).toBeUndefined()
  })

  it('changes what a patch names and nothing else', () => {
    const { jobs } = openTemp()
    const job = sampleJob()
    jobs.insert(job, owner)
    const progress = { phase: 'timing', done: 1, total: 12, unit: 'cases' }
    expect(jobs.update(job.id, { state: 'running', started: now, progress })).toEqual({
      ...job,
      state: 'running',
      started: now,
      progress,
    })
    expect(jobs.update(job.id, { progress: null, result: { a: 1 } })).toMatchObject({
      progress: null,
      result: { a: 1 },
      started: now,
    })
    expect(jobs.update(job.id, {})).toMatchObject({ state: 'running' })
  })

  it('lists the newest first, of one state where it is named', () => {
    const { jobs } = openTemp()
    const states = ['done', 'failed', 'done', 'running', 'done'] as const
    for (const index of [3, 0, 4, 1, 2]) jobs.insert(sampleJob({ id: orderedId(index), state: states[index]! }), owner)
    const order = (list: { id: string }[]) => list.map(({ id }) => id.slice(0, 10))
    const named = (...indexes: number[]) => indexes.map((index) => orderedId(index).slice(0, 10))
    expect(order(jobs.list({ limit: 10 }))).toEqual(named(4, 3, 2, 1, 0))
    expect(order(jobs.list({ limit: 2 }))).toEqual(named(4, 3))
    expect(order(jobs.list({ limit: 2, state: 'done' }))).toEqual(named(4, 2))
  })

  it('removes a job once', () => {
    const { jobs } = openTemp()
    const job = sampleJob()
    jobs.insert(job, owner)
    expect(jobs.remove(job.id)).toBe(true)
    expect(jobs.remove(job.id)).toBe(false)
    expect(jobs.list({ limit: 10 })).toEqual([])
  })

  it('ends the jobs of owners that are gone, and leaves those of others and those that have ended', () => {
    const { jobs } = openTemp()
    const gone = { ...owner, pid: 5, start: null }
    const [queued, running, done, alive] = [
      sampleJob({ id: orderedId(0) }),
      sampleJob({ id: orderedId(1), state: 'running' }),
      sampleJob({ id: orderedId(2), state: 'done' }),
      sampleJob({ id: orderedId(3), state: 'running' }),
    ] as const
    for (const job of [queued, running, done]) jobs.insert(job, gone)
    jobs.insert(alive, owner)

    const interrupted = jobs.interruptAbandoned((one) => one.pid === owner.pid && one.start === owner.start, now)
    expect(interrupted.map(({ id }) => id)).toEqual([queued.id, running.id])
    expect(interrupted[0]).toMatchObject({ state: 'interrupted', ended: now, error: { code: 'job-interrupted' } })
    expect(jobs.get(running.id)).toEqual(interrupted[1])
    expect(jobs.get(done.id)).toEqual(done)
    expect(jobs.get(alive.id)).toEqual(alive)
    expect(jobs.interruptAbandoned(() => false, now)).toHaveLength(1)
    expect(jobs.interruptAbandoned(() => false, now)).toEqual([])
  })

  it('refuses what is no job', () => {
    const { jobs } = openTemp()
    const job = sampleJob()
    jobs.insert(job, owner)
    failure('conflict', () => jobs.insert(job, owner))
    failure('not-found', () => jobs.update(orderedId(0), { state: 'done' }))
    failure('not-found', () => jobs.update(orderedId(0), {}))
    expect(failure('input-invalid', () => jobs.insert(sampleJob({ id: 'x' }), owner))).toContain('id')
    failure('input-invalid', () => jobs.update(job.id, { state: 'lost' as 'done' }))
    failure('input-invalid', () => jobs.update(job.id, { title: 'other' } as object))
    failure('non-finite-value', () => jobs.update(job.id, { result: { accuracy: Number.NaN } }))
    failure('input-invalid', () => jobs.update(job.id, { result: { logits: new Float32Array(2) } }))
    failure('too-large', () => jobs.update(job.id, { result: 'x'.repeat(17 * 1024 * 1024) }))
    expect(jobs.get(job.id)).toEqual(job)
  })

  it('leaves a row that cannot be read out of the list and says so, and still ends and removes it', () => {
    const problems: string[] = []
    const store = openTemp({ onProblem: (problem) => problems.push(problem) })
    const [good, bad] = [sampleJob({ state: 'running' }), sampleJob({ state: 'running' })]
    store.jobs.insert(good, owner)
    store.jobs.insert(bad, owner)
    const db = new Database(store.path)
    db.prepare("UPDATE jobs SET progress = '{' WHERE id = ?").run(bad.id)
    db.close()
    expect(store.jobs.list({ limit: 10 })).toEqual([good])
    expect(problems).toEqual([expect.stringContaining(bad.id)])
    expect(failure('store-damaged', () => store.jobs.get(bad.id))).toContain('store check')
    expect(store.jobs.interruptAbandoned(() => false, now).map(({ id }) => id)).toEqual([good.id])
    expect(store.jobs.list({ limit: 10, state: 'running' })).toEqual([])
    expect(store.jobs.remove(bad.id)).toBe(true)
  })
})
