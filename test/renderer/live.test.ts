import { describe, expect, it } from 'vitest'
import { applyEvent, nothingYet } from '../../src/renderer/app/live.ts'
import type { HostEvent } from '../../src/shared/contract/jobs.ts'
import { AppError, toErrorRecord } from '../../src/shared/errors.ts'
import { nextStep } from '../../src/shared/nextSteps.ts'
import { jobOf } from './job.ts'

function after(...events: HostEvent[]) {
  return events.reduce(applyEvent, nothingYet)
}

describe('applyEvent', () => {
  it('takes a snapshot in place of what it knew, newest first', () => {
    const state = after(
      { type: 'job', job: jobOf(9) },
      { type: 'snapshot', jobs: [jobOf(1), jobOf(3), jobOf(2)], compute: 'idle' },
    )
    expect(state.jobs.map((job) => job.title)).toEqual(['Job 3', 'Job 2', 'Job 1'])
    expect(state.compute).toBe('idle')
  })

  it('puts a new job first and a changed one in its old place', () => {
    const state = after(
      { type: 'snapshot', jobs: [jobOf(1), jobOf(2)], compute: 'idle' },
      { type: 'job', job: jobOf(3) },
      { type: 'job', job: jobOf(1, { state: 'done' }) },
    )
    expect(state.jobs.map((job) => `${job.title} ${job.state}`)).toEqual([
      'Job 3 running',
      'Job 2 running',
      'Job 1 done',
    ])
  })

  it('forgets a removed job and follows the compute process', () => {
    const state = after(
      { type: 'snapshot', jobs: [jobOf(1)], compute: 'running' },
      { type: 'job-removed', id: jobOf(1).id },
      { type: 'compute', state: 'crashed' },
    )
    expect(state).toEqual({ jobs: [], compute: 'crashed', crashes: 1, questions: [] })
  })

  it('tells errors of jobs in the words of the window', () => {
    const error = toErrorRecord(new AppError('conflict', 'No.', { hint: nextStep('name-dataset') }))
    const state = after({ type: 'job', job: jobOf(1, { state: 'failed', error }) })
    expect(state.jobs[0]?.error?.hint).toBe('Choose a dataset.')
  })

  it('remembers that a process ended where others go on at once', () => {
    const state = after({ type: 'compute', state: 'crashed' }, { type: 'compute', state: 'running' })
    expect(state).toMatchObject({ compute: 'running', crashes: 1 })
  })
})
