import type { Logger } from 'pino'
import { endStates, type HostEvent, type Job } from '../../shared/contract/jobs.ts'
import { isOwnerAlive, type Store } from '../../store/index.ts'
import type { EventLog } from '../events/eventLog.ts'
import type { JobsService } from '../services/jobs.ts'

export interface FollowOptions {
  store: Store
  jobs: JobsService
  events: EventLog<HostEvent>
  log: Logger
  /** how many of the newest jobs are followed */
  limit: number
}

const interval_ms = 1000

/**
 * Tells watchers what other programs do with the jobs of the same store, by looking once a second whether it was written to; and marks
 * jobs as interrupted whose program has ended, at once and then while any such job is known.
 */
export function followStore(options: FollowOptions): { stop: () => void } {
  const follower = new Follower(options)
  follower.look()
  const timer = setInterval(() => follower.lookSafely(), interval_ms)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

class Follower {
  readonly #options: FollowOptions
  #known = new Map<string, Job>()
  #version = -1

  constructor(options: FollowOptions) {
    this.#options = options
  }

  lookSafely(): void {
    try {
      this.look()
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the store could not be looked at')
    }
  }

  look(): void {
    const { store } = this.#options
    const first = this.#version < 0
    const interrupted =
      first || this.#hasForeignWork() ? store.jobs.interruptAbandoned(isOwnerAlive, new Date().toISOString()) : []
    const version = store.dataVersion()
    if (version === this.#version && interrupted.length === 0) return
    this.#version = version
    this.#compare(!first)
  }

  #hasForeignWork(): boolean {
    const { jobs } = this.#options
    return [...this.#known.values()].some((job) => !endStates.includes(job.state) && !jobs.isOurs(job.id))
  }

  /** What runs here is told by the service itself, with progress that the store does not have. */
  #compare(tell: boolean): void {
    const { store, jobs, events, limit } = this.#options
    const now = new Map(store.jobs.list({ limit }).map((job) => [job.id, job]))
    for (const job of now.values()) {
      const changed = JSON.stringify(job) !== JSON.stringify(this.#known.get(job.id))
      if (tell && changed && !jobs.isOurs(job.id)) events.publish({ type: 'job', job })
    }
    for (const id of this.#known.keys()) {
      if (tell && !now.has(id) && store.jobs.get(id) === undefined) events.publish({ type: 'job-removed', id })
    }
    this.#known = now
  }
}
