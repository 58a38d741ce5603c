import type { Logger } from 'pino'
import { ulid } from 'ulid'
import {
  endStates,
  type HostedKind,
  type HostEvent,
  type Job,
  type JobKind,
  type JobState,
} from '../../shared/contract/jobs.ts'
import type { JobParams } from '../../shared/contract/jobKinds.ts'
import { AppError, toErrorRecord } from '../../shared/errors.ts'
import type { JobOwner, JobPatch, JobRepository } from '../../store/index.ts'
import type { Pool } from '../compute/pool.ts'
import { runTask, type PooledTask, type TaskControl } from '../compute/runTask.ts'
import type { EventLog } from '../events/eventLog.ts'
import { coalesce } from '../jobs/coalesce.ts'
import { jobTitle } from '../jobs/jobTitle.ts'

export interface JobsOptions {
  records: JobRepository
  owner: JobOwner
  pool: Pool
  events: EventLog<HostEvent>
  log: Logger
}

/** What the host does around a job of the compute process. */
export type JobSurroundings = Partial<Omit<PooledTask<JobKind, unknown>, 'kind' | 'params'>>

/** A job as the list of jobs shows it. */
export interface JobFace {
  kind: JobKind | HostedKind
  title: string
  /** JSON; what was asked for */
  params: unknown
}

type Work = (control: TaskControl) => Promise<unknown>

interface Running {
  job: Job
  work: Work
  stop: AbortController
  ended: Promise<void>
}

const progressInterval_ms = 100

/**
 * The jobs of a home: those that run here, live, and those of the store. State changes are written to the store; progress is told to
 * watchers and kept in memory only.
 */
export class JobsService {
  readonly #options: JobsOptions
  readonly #running = new Map<string, Running>()
  readonly #ours = new Set<string>()
  #closed = false

  constructor(options: JobsOptions) {
    this.#options = options
  }

  /** Puts a job into the queue of the compute processes. */
  start<K extends JobKind>(kind: K, params: JobParams<K>, around: JobSurroundings = {}): Job {
    const { finish = (result) => Promise.resolve(result), ...rest } = around
    const task = { ...rest, kind, params, finish }
    const face = { kind, title: jobTitle(kind, params), params }
    return this.#begin(face, (control) => runTask(this.#options.pool, task, control))
  }

  /**
   * Starts a job whose work the host does, with as many tasks of the compute processes as it takes; each of them gets the job's control, so that
   * its progress, its warnings and a cancel are the job's. Work that `waits` says itself when its turn has come, by `onStart`.
   */
  startWork(face: JobFace, work: (control: TaskControl) => Promise<unknown>, { waits = false } = {}): Job {
    return this.#begin(face, (control) => {
      if (!waits) control.onStart?.()
      return work(control)
    })
  }

  /** Newest first. */
  list(options: { limit: number; state?: JobState | undefined }): Job[] {
    return this.#options.records.list(options).map((job) => this.#live(job))
  }

  /** Errors: `not-found`. */
  get(id: string): Job {
    const job = this.#options.records.get(id)
    if (job === undefined) throw new AppError('not-found', 'There is no such job.', { found: id })
    return this.#live(job)
  }

  /** True for a job that was started by this host, whether or not it has ended. */
  isOurs(id: string): boolean {
    return this.#ours.has(id)
  }

  /** The jobs that run here. */
  work(): Job[] {
    return [...this.#running.values()].map(({ job }) => job).filter(({ state }) => !endStates.includes(state))
  }

  /** Errors: `not-found`, `conflict`. */
  cancel(id: string): Job {
    const job = this.get(id)
    if (endStates.includes(job.state)) throw new AppError('conflict', `The job has ended already: ${job.state}.`)
    const running = this.#running.get(id)
    if (running === undefined) {
      throw new AppError('conflict', 'The job runs in another program on this machine.', {
        hint: 'Cancel it there: with Ctrl-C on the command line, or in the window that started it.',
      })
    }
    running.stop.abort()
    return this.get(id)
  }

  /** Errors: `not-found`, `conflict`. */
  remove(id: string): { id: string } {
    const job = this.get(id)
    if (!endStates.includes(job.state)) {
      throw new AppError('conflict', 'A job can be removed once it has ended.', {
        found: job.state,
        hint: 'Cancel it first.',
      })
    }
    this.#options.records.remove(id)
    this.#running.delete(id)
    this.#options.events.publish({ type: 'job-removed', id })
    return { id }
  }

  /** Cancels what runs here and waits until it has ended; calls that are still under way begin nothing new. */
  async close(): Promise<void> {
    this.#closed = true
    const running = [...this.#running.values()]
    for (const { stop } of running) stop.abort()
    await Promise.all(running.map(({ ended }) => ended))
  }

  #begin(face: JobFace, work: Work): Job {
    if (this.#closed) throw new AppError('cancelled', 'The program is being closed; no job was begun.')
    const job = newJob(face)
    this.#options.records.insert(job, this.#options.owner)
    const running: Running = { job, work, stop: new AbortController(), ended: Promise.resolve() }
    this.#running.set(job.id, running)
    this.#ours.add(job.id)
    this.#publish(job)
    running.ended = this.#run(running)
    return job
  }

  async #run(running: Running): Promise<void> {
    const progress = coalesce<Partial<Job>>(progressInterval_ms, (patch) => this.#tell(running, patch))
    const control: TaskControl = {
      signal: running.stop.signal,
      onStart: () => {
        if (running.job.started === null) this.#save(running, { state: 'running', started: now() })
      },
      onProgress: (told) => progress.push({ progress: told }),
      onWarning: (warning) => void this.#save(running, { warnings: [...running.job.warnings, warning] }),
    }
    const { id } = running.job
    let end: JobPatch
    try {
      end = { state: 'done', result: await running.work(control) }
    } catch (thrown) {
      end = this.#failure(id, thrown)
    }
    progress.flush()
    // A job whose end could not be stored stays in memory, so that its result can still be read.
    const stored = this.#save(running, { ...end, progress: running.job.progress, ended: now() })
    if (stored) this.#running.delete(id)
  }

  #failure(id: string, thrown: unknown): JobPatch {
    const error = toErrorRecord(thrown)
    if (error.code === 'internal') this.#options.log.error({ job: id, err: thrown }, 'job failed by a defect')
    return { state: error.code === 'cancelled' ? 'cancelled' : 'failed', error }
  }

  /** Tells a change and writes it; false where the store refused. A full disk must not end a job that runs: it goes on in memory. */
  #save(running: Running, patch: JobPatch): boolean {
    this.#tell(running, patch)
    try {
      this.#options.records.update(running.job.id, patch)
      return true
    } catch (error) {
      this.#options.log.error({ job: running.job.id, err: error }, 'the state of a job could not be stored')
      return false
    }
  }

  #tell(running: Running, patch: Partial<Job>): void {
    running.job = { ...running.job, ...patch }
    this.#publish(running.job)
  }

  #publish(job: Job): void {
    this.#options.events.publish({ type: 'job', job })
  }

  #live(job: Job): Job {
    return this.#running.get(job.id)?.job ?? job
  }
}

function newJob({ kind, title, params }: JobFace): Job {
  return {
    id: ulid(),
    kind,
    title,
    state: 'queued',
    params,
    progress: null,
    result: null,
    error: null,
    warnings: [],
    created: now(),
    started: null,
    ended: null,
  }
}

function now(): string {
  return new Date().toISOString()
}
