import { availableParallelism } from 'node:os'
import type { Job } from '../../shared/contract/jobs.ts'
import type { StudyEnded, StudyHow, StudySummary } from '../../shared/contract/study.ts'
import { AppError, toErrorRecord, type ErrorRecord } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { isOwnerAlive, type JobOwner, type StudyPatch, type StudyRepository, type StudyRow } from '../../store/index.ts'
import type { TaskControl } from '../compute/runTask.ts'
import type { JobsService } from '../services/jobs.ts'
import { paused } from './endings.ts'
import { runStudy, type RunHow } from './runStudy.ts'
import { watchRequests, type StopSignals } from './stopSignals.ts'
import type { StudyParts } from './studyParts.ts'

export interface StudyJobsOptions extends StudyParts {
  jobs: JobsService
}

/** A study that was taken to be run. */
interface Taken {
  row: StudyRow
  before: StudyRow
  /** what errors call its file */
  file: string
}

/** Runs studies as jobs of this host, one job a study, and writes down how each ends. */
export class StudyJobs {
  readonly #options: StudyJobsOptions
  /** the studies that run or wait here, by id, with the numbers of the cells that are under way */
  readonly #running = new Map<string, Set<number>>()
  /** the end of the last one in the queue: studies take turns, as each has all of the machine */
  #last: Promise<void> = Promise.resolve()

  constructor(options: StudyJobsOptions) {
    this.#options = options
  }

  /** Whether the owner of a study still runs it; this host may own one whose end it could not store. */
  readonly isAlive = (owner: JobOwner, study: string): boolean => {
    return owner.instance === this.#options.owner.instance ? this.#running.has(study) : isOwnerAlive(owner)
  }

  /** Numbers of the cells that this program is measuring now. */
  underWay(study: string): ReadonlySet<number> {
    return this.#running.get(study) ?? new Set()
  }

  /** Errors: `conflict` where a living program has the study. */
  start(
    before: StudyRow,
    { workers = availableParallelism(), retryFailed, force, device, engine }: StudyHow,
    file = before.name,
  ): {
    study: StudyRow
    job: Job
  } {
    const { studies, owner, jobs } = this.#options
    const { id } = before
    const row = studies.take(id, owner, this.isAlive, now())
    const how: RunHow = { workers, retryFailed, force, device, engine }
    const params = { study: row.id, name: row.name, ...how }
    const face = { kind: 'study' as const, title: `Study ${row.name}`, params }
    this.#running.set(id, new Set())
    try {
      return {
        study: row,
        job: jobs.startWork(face, (control) => this.#work({ row, before, file }, how, control), { waits: true }),
      }
    } catch (thrown) {
      this.#running.delete(id)
      studies.release(id, { state: 'paused' })
      throw thrown
    }
  }

  async #work({ row, before, file }: Taken, how: RunHow, control: TaskControl): Promise<StudyEnded> {
    const { signal, onStart = () => {}, onProgress = () => {}, onWarning = () => {} } = control
    const stop = watchRequests(this.#options.studies, row.id, signal)
    const turn = this.#queue()
    try {
      await Promise.race([turn.come, aborted(stop.soon)])
      if (stop.soon.aborted) throw new AppError('cancelled', `The study ${row.name} was stopped before its turn came.`)
      onStart()
      const start = performance.now()
      const underWay = this.#running.get(row.id) ?? new Set()
      const computed = await runStudy(this.#options, row, how, { file, stop, onProgress, onWarning, underWay })
      const nothing = computed.cells === 0 && computed.trainings === 0
      const study = this.#close(row, this.#patchOf(row, stop, nothing ? before.ended : null))
      return { study, computed, duration_s: (performance.now() - start) / 1000 }
    } catch (thrown) {
      throw this.#failed(row, stop, thrown)
    } finally {
      stop.dispose()
      turn.end()
      this.#running.delete(row.id)
    }
  }

  /** A place behind the last one; whoever leaves the queue before its turn lets the next one move up. */
  #queue(): { come: Promise<void>; end: () => void } {
    const come = this.#last
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#last = Promise.all([come, promise]).then(() => {})
    return { come, end: () => resolve(undefined) }
  }

  /** How a study stands whose cells were gone through; one where nothing was left to do ended when it did before. */
  #patchOf(row: StudyRow, stop: StopSignals, ended: string | null): StudyPatch {
    const { total, done } = this.#options.studies.counts(row.id)
    if (done === total) return { state: 'done', ended: ended ?? now() }
    if (stop.request() === 'cancel') return { state: 'cancelled', ended: now() }
    return stop.soon.aborted ? { state: 'paused' } : { state: 'failed', ended: now() }
  }

  /** Lets a study go. Throws where it is not done: what it was stopped by, or how many cells failed. */
  #close(row: StudyRow, patch: StudyPatch): StudySummary {
    const { studies } = this.#options
    const study = studies.release(row.id, patch)
    if (study.state === 'paused') throw paused(row.name)
    if (study.state === 'cancelled') throw new AppError('cancelled', `The study ${row.name} was cancelled.`)
    if (study.state === 'done') return summaryOf(studies, study)
    const [first] = studies.cells(row.id, { state: 'failed', limit: 1 })
    throw cellsFailed(row, studies.counts(row.id).failed, first?.error ?? null)
  }

  /** Lets a study go that something ended as a whole, and gives what its job is told. */
  #failed(row: StudyRow, stop: StopSignals, thrown: unknown): unknown {
    const { studies, log } = this.#options
    const wasStopped = thrown instanceof AppError && thrown.code === 'cancelled'
    const state = stop.request() === 'cancel' ? 'cancelled' : wasStopped ? 'paused' : 'failed'
    const error = state === 'failed' ? { error: toErrorRecord(thrown) } : {}
    try {
      if (studies.get(row.id)?.state !== 'running') return thrown
      studies.release(row.id, { state, ...error, ...(state === 'paused' ? {} : { ended: now() }) })
    } catch (refused) {
      // A full disk refuses even this. The study is not alive then, whoever looks, and goes on when it is asked to.
      log.error({ study: row.id, err: refused }, 'the end of a study could not be stored')
    }
    return state === 'paused' ? paused(row.name) : thrown
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

export function summaryOf(studies: StudyRepository, row: StudyRow): StudySummary {
  const { id, name, fingerprint, state, created, started, ended, error } = row
  const dataset = row.dataset?.name ?? null
  return { id, name, fingerprint, state, dataset, cells: studies.counts(id), created, started, ended, error }
}

function cellsFailed({ name, cells }: StudyRow, failed: number, first: ErrorRecord | null): AppError {
  return new AppError(first?.code ?? 'internal', `${failed} of ${cells} cells of the study ${name} failed.`, {
    found: first?.message.replace(/\.$/, ''),
    hint: nextStep('retry-failed-cells', name),
  })
}

function now(): string {
  return new Date().toISOString()
}
