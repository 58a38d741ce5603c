import type { HostEvent, Job, JobState } from '../shared/contract/jobs.ts'

/** Work that has taken as long as this is worth a notification at its end. */
export const longWork_ms = 30_000

/** A share of what is to be done, `unknown` while jobs run whose end is not known, null where nothing runs. */
export type Bar = number | 'unknown' | null

export interface Notice {
  title: string
  body: string
  /** the page that shows what has ended */
  route: string
}

const endWords: Partial<Record<JobState, string>> = { done: 'Done', failed: 'Failed', interrupted: 'Interrupted' }

/** What the desktop shows of the jobs outside its window: a bar, and a notice where long work has ended. */
export class JobSigns {
  #jobs = new Map<string, Job>()

  /** @returns the notices that the event gives reason for; a snapshot tells what was there before and gives none */
  hear(event: HostEvent): Notice[] {
    if (event.type === 'snapshot') this.#jobs = new Map(event.jobs.map((job) => [job.id, job]))
    if (event.type === 'job-removed') this.#jobs.delete(event.id)
    if (event.type !== 'job') return []
    const before = this.#jobs.get(event.job.id)
    this.#jobs.set(event.job.id, event.job)
    const notice = before?.state === 'running' ? noticeOf(event.job) : null
    return notice === null ? [] : [notice]
  }

  /** The mean of the shares of the jobs that run and know their end. */
  get bar(): Bar {
    const running = [...this.#jobs.values()].filter(({ state }) => state === 'running')
    if (running.length === 0) return null
    const shares = running.flatMap(({ progress }) =>
      progress === null || progress.total === null || progress.total === 0 ? [] : [progress.done / progress.total],
    )
    return shares.length === 0 ? 'unknown' : Math.min(1, shares.reduce((sum, share) => sum + share, 0) / shares.length)
  }
}

function noticeOf(job: Job): Notice | null {
  const words = endWords[job.state]
  if (words === undefined || job.started === null || job.ended === null) return null
  if (Date.parse(job.ended) - Date.parse(job.started) < longWork_ms) return null
  return { title: `${words}: ${job.title}`, body: job.error?.message ?? 'Select to see it.', route: `/jobs/${job.id}` }
}
