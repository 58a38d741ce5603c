import type { Job, JobState } from '../shared/contract/jobs.ts'

/** The process that runs a job. `start` tells a process from a later one with the same pid; null where the system does not say. */
export interface JobOwner {
  /** ULID of the host that took the job */
  instance: string
  pid: number
  start: string | null
}

/** What changes in a job after it was made. A key that is absent stays as it is. */
export type JobPatch = Partial<Pick<Job, 'state' | 'progress' | 'result' | 'error' | 'warnings' | 'started' | 'ended'>>

export interface JobRepository {
  /** Errors: `conflict` where the id is taken, `input-invalid`. */
  insert(job: Job, owner: JobOwner): void
  /** Gives the job as it is afterwards. Errors: `not-found`, `input-invalid`. */
  update(id: string, patch: JobPatch): Job
  /** Errors: `store-damaged` where the row cannot be read. */
  get(id: string): Job | undefined
  owner(id: string): JobOwner | undefined
  /** Newest first; rows that cannot be read are left out and told to `onProblem`. */
  list(options: { limit: number; state?: JobState | undefined }): Job[]
  /** True where there was one. */
  remove(id: string): boolean
  /** Sets `interrupted` on every queued or running job whose owner is not alive, and gives those jobs. */
  interruptAbandoned(isAlive: (owner: JobOwner) => boolean, now: string): Job[]
}
