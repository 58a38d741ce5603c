import type { Job } from '../../src/shared/contract/jobs.ts'

/** A job for tests of what a page makes of one; `number` decides its place, later ones being newer. */
export function jobOf(number: number, given: Partial<Job> = {}): Job {
  return {
    id: `01JD0000000000000000000${String(number).padStart(3, '0')}`,
    kind: 'throughput',
    title: `Job ${number}`,
    state: 'running',
    params: {},
    progress: null,
    result: null,
    error: null,
    warnings: [],
    created: '2026-11-21T09:00:00.000Z',
    started: '2026-11-21T09:00:00.000Z',
    ended: null,
    ...given,
  }
}
