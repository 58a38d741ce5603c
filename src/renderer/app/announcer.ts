import type { Job } from '../../shared/contract/jobs.ts'
import { countText, stateWords } from '../text/jobs.ts'

/** The least time between two spoken sentences about the progress of one job. */
export const progressPause_ms = 10_000

/**
 * Decides what the live region says after each change of the jobs: every change of state at once, progress at most every ten
 * seconds. The first list is not spoken; it was there before the reader was.
 */
export class Announcer {
  #states: Map<string, Job['state']> | undefined
  #spoken_ms = new Map<string, number>()

  /** @returns the sentence to speak now, or undefined for silence */
  hear(jobs: readonly Job[], now_ms: number): string | undefined {
    const before = this.#states
    this.#states = new Map(jobs.map((job) => [job.id, job.state]))
    if (before === undefined) return undefined
    const changed = jobs.filter((job) => before.get(job.id) !== job.state)
    for (const job of changed) this.#spoken_ms.set(job.id, now_ms)
    if (changed.length > 0) return changed.map((job) => `${job.title}: ${stateWords[job.state]}.`).join(' ')
    const due = jobs.filter((job) => job.progress !== null && this.#isDue(job, now_ms))
    for (const job of due) this.#spoken_ms.set(job.id, now_ms)
    return due.length === 0 ? undefined : due.map((job) => `${job.title}: ${countText(job)}.`).join(' ')
  }

  #isDue(job: Job, now_ms: number): boolean {
    return job.state === 'running' && now_ms - (this.#spoken_ms.get(job.id) ?? 0) >= progressPause_ms
  }
}
