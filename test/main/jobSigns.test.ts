import { describe, expect, it } from 'vitest'
import type { Job } from '../../src/shared/contract/jobs.ts'
import { JobSigns } from '../../src/main/jobSigns.ts'

const job = (id: string, patch: Partial<Job> = {}): Job => ({
  id,
  kind: 'study',
  title: `Study ${id}`,
  state: 'running',
  params: {},
  progress: null,
  result: null,
  error: null,
  warnings: [],
  created: '2026-11-01T10:00:00.000Z',
  started: '2026-11-01T10:00:00.000Z',
  ended: null,
  ...patch,
})
const progress = (done: number, total: number | null): Job['progress'] => ({
  phase: 'cells',
  done,
  total,
  unit: 'cells',
})

describe('jobs outside the window', () => {
  it('are a bar of the mean share, an unknown one where no end is known, and none where nothing runs', () => {
    const signs = new JobSigns()
    signs.hear({ type: 'snapshot', jobs: [job('a')], compute: 'running' })
    expect(signs.bar).toBe('unknown')
    signs.hear({ type: 'job', job: job('a', { progress: progress(1, 4) }) })
    signs.hear({ type: 'job', job: job('b', { progress: progress(3, 4) }) })
    signs.hear({ type: 'job', job: job('c', { progress: progress(3, null) }) })
    expect(signs.bar).toBe(0.5)
    for (const id of ['a', 'b']) signs.hear({ type: 'job', job: job(id, { state: 'done' }) })
    signs.hear({ type: 'job-removed', id: 'c' })
    expect(signs.bar).toBeNull()
  })

  it('give a notice where work of half a minute and more has ended, once', () => {
    const signs = new JobSigns()
    const ended = job('a', { state: 'done', ended: '2026-11-01T10:00:30.000Z' })
    signs.hear({ type: 'snapshot', jobs: [job('a')], compute: 'running' })
    expect(signs.hear({ type: 'job', job: ended })).toEqual([
      { title: 'Done: Study a', body: 'Select to see it.', route: '/jobs/a' },
    ])
    expect(signs.hear({ type: 'job', job: ended })).toEqual([])
  })

  it('give none for short work, for what was cancelled, and for what had ended before', () => {
    const signs = new JobSigns()
    signs.hear({ type: 'snapshot', jobs: [job('a'), job('b')], compute: 'running' })
    const short = job('a', { state: 'done', ended: '2026-11-01T10:00:29.999Z' })
    const cancelled = job('b', { state: 'cancelled', ended: '2026-11-01T11:00:00.000Z' })
    const before = job('c', { state: 'done', ended: '2026-11-01T11:00:00.000Z' })
    expect([short, cancelled, before].flatMap((one) => signs.hear({ type: 'job', job: one }))).toEqual([])
  })

  it('tell what ended work that failed', () => {
    const signs = new JobSigns()
    signs.hear({ type: 'job', job: job('a') })
    const error = { code: 'disk-full', message: 'The disk is full.' } as const
    const failed = job('a', { state: 'failed', error, ended: '2026-11-01T10:01:00.000Z' })
    expect(signs.hear({ type: 'job', job: failed })[0]).toMatchObject({
      title: 'Failed: Study a',
      body: 'The disk is full.',
    })
  })
})
