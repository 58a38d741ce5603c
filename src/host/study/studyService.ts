import { availableParallelism } from 'node:os'
import { ulid } from 'ulid'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import { cellVersions } from '../../core/study/cellVersions.ts'
import { expandStudy, type PlacedCell } from '../../core/study/expandStudy.ts'
import type { FileProblem } from '../../core/study/fileProblem.ts'
import { readStudy, readStudyOrThrow, type ReadStudy } from '../../core/study/readStudy.ts'
import { studyFingerprint } from '../../core/study/studyFingerprint.ts'
import type { Exported, Results } from '../../shared/contract/results.ts'
import {
  placedCellSchema,
  type Bundle,
  type BundleImported,
  type StudyChecked,
  type StudyEnded,
  type StudyExport,
  type StudyFile,
  type StudyHow,
  type StudyPlan,
  type StudyRun,
  type StudyShown,
  type StudyStarted,
  type StudySummary,
} from '../../shared/contract/study.ts'
import { AppError, toErrorRecord } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import { isOwnerAlive, type StudyPatch, type StudyRow } from '../../store/index.ts'
import type { TaskControl } from '../compute/runTask.ts'
import type { JobsService } from '../services/jobs.ts'
import { createBundle } from '../bundle/createBundle.ts'
import { importBundle } from '../bundle/importBundle.ts'
import { deviceEnvironment } from '../compute/device.ts'
import { exportResults } from '../export/exportResults.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { paused } from './endings.ts'
import { planStudy } from './planStudy.ts'
import { studyResults } from './results/studyResults.ts'
import { runStudy, type RunHow } from './runStudy.ts'
import { watchRequests, type StopSignals } from './stopSignals.ts'
import type { StudyParts } from './studyParts.ts'
import { findStudy } from './findStudy.ts'

export interface StudyServiceOptions extends StudyParts {
  cache: string
  allowTarget: AllowPath
  jobs: JobsService
}

const shownFailures = 100

/** Studies: a declared grid over the stages, planned, run, looked at and taken away. */
export class StudyService {
  readonly #options: StudyServiceOptions

  constructor(options: StudyServiceOptions) {
    this.#options = options
    options.studies.pauseAbandoned(isOwnerAlive)
  }

  check({ text }: StudyFile): StudyChecked {
    const reading = readStudy(text)
    if (!reading.ok) return { problems: reading.problems.map(problemOf), doubts: [], cells: null }
    const { study, doubts } = reading.read
    return { problems: [], doubts: doubts.map(problemOf), cells: expandStudy(study).length }
  }

  plan(input: StudyRun): Promise<StudyPlan> {
    const read = readStudyOrThrow(input.text, input.file)
    const cells = cellsOf(read, input)
    const row = this.#options.studies.get(read.study.name) ?? null
    return planStudy(this.#options, { input, read, cells, row, workers: workersOf(input) })
  }

  /** See the contract. */
  run(input: StudyRun): StudyStarted {
    const read = readStudyOrThrow(input.text, input.file)
    deviceEnvironment(input.device, this.#options.cache)
    const cells = cellsOf(read, input)
    const row = this.#planned(input, read, cells)
    return this.#start(row, input, warningsOf(read, input.file))
  }

  resume({ study, ...how }: { study: string } & StudyHow): StudyStarted {
    deviceEnvironment(how.device, this.#options.cache)
    const row = this.#find(study)
    return this.#start(row, how, warningsOf(readStudyOrThrow(row.yaml, row.name), row.name))
  }

  pause(reference: string): StudySummary {
    const row = this.#find(reference)
    if (this.#options.studies.request(row.id, 'pause')) return this.#summary(row)
    throw new AppError('conflict', `The study ${row.name} does not run.`, { found: row.state })
  }

  cancel(reference: string): StudySummary {
    const { studies } = this.#options
    const row = this.#find(reference)
    if (studies.request(row.id, 'cancel')) return this.#summary(row)
    if (row.state === 'paused' || row.state === 'planned') {
      return this.#summary(studies.update(row.id, { state: 'cancelled', ended: now() }))
    }
    throw new AppError('conflict', `The study ${row.name} has ended already: ${row.state}.`)
  }

  list(): StudySummary[] {
    const { studies } = this.#options
    studies.pauseAbandoned(isOwnerAlive)
    return studies.list().map((row) => this.#summary(row))
  }

  show(reference: string): StudyShown {
    const row = this.#find(reference)
    const failed = this.#options.studies.cells(row.id, { state: 'failed', limit: shownFailures })
    const failures = failed.flatMap(({ number, coordinates, error }) => {
      return error === null ? [] : [{ number, coordinates: placedCellSchema.parse(coordinates), error }]
    })
    return { ...this.#summary(row), yaml: row.yaml, failures }
  }

  remove(reference: string): { id: string; name: string } {
    const { id, name } = this.#find(reference)
    this.#options.studies.remove(id, isOwnerAlive)
    return { id, name }
  }

  results(reference: string): Promise<Results> {
    return studyResults(this.#options, this.#find(reference))
  }

  async export({ study, formats, out, tables, overwrite }: StudyExport, signal?: AbortSignal): Promise<Exported> {
    const target = await this.#options.allowTarget(out)
    const results = await this.results(study)
    return exportResults(results, { formats, out: target, tables, overwrite, ...(signal === undefined ? {} : { signal }) })
  }

  async createBundle({ study, file, overwrite }: { study: string; file: string; overwrite: boolean }): Promise<Bundle> {
    const target = await this.#options.allowTarget(file)
    const row = this.#find(study)
    const made = await createBundle(this.#options, row, target, overwrite)
    return { study: this.#summary(row), ...made }
  }

  async importBundle({ file }: { file: string }): Promise<BundleImported> {
    const { study, ...imported } = await importBundle(this.#options, await this.#options.allowPath(file))
    return { study: this.#summary(study), ...imported }
  }

  /** The study as it is stored, planned anew where its file says something else than before. */
  #planned(input: StudyRun, read: ReadStudy, cells: readonly PlacedCell[]): StudyRow {
    const { studies } = this.#options
    const fingerprint = studyFingerprint(read.study)
    const before = studies.get(read.study.name)
    if (before !== undefined && before.fingerprint === fingerprint) return before
    const folder = input.folder ?? null
    const study = {
      ...{ id: ulid(), name: read.study.name, fingerprint, yaml: input.text, folder },
      dataset: before !== undefined && hasDatasetOf(before, read, folder) ? before.dataset : null,
      versions: cellVersions(),
      created: now(),
    }
    return studies.plan(study, cells, isOwnerAlive)
  }

  #start({ id }: StudyRow, how: StudyHow, warnings: Warning[]): StudyStarted {
    const { studies, owner, jobs } = this.#options
    const row = studies.take(id, owner, isOwnerAlive, now())
    const workers = workersOf(how)
    const { retryFailed, force, device } = how
    const face = {
      kind: 'study' as const,
      title: `Study ${row.name}, ${row.cells} cells`,
      params: { study: row.id, name: row.name, workers, retryFailed, force, device },
    }
    try {
      const job = jobs.startWork(face, (control) => this.#work(row, { workers, retryFailed, force, device }, control))
      return { study: this.#summary(row), job, warnings }
    } catch (thrown) {
      this.#release(row, { state: 'paused' })
      throw thrown
    }
  }

  async #work(row: StudyRow, how: RunHow, control: TaskControl): Promise<StudyEnded> {
    const { studies } = this.#options
    const { signal, onProgress = () => {}, onWarning = () => {} } = control
    const stop = watchRequests(studies, row.id, signal)
    const start = performance.now()
    try {
      const computed = await runStudy(this.#options, row, how, { stop, onProgress, onWarning })
      return { ...this.#ended(row, stop), computed, duration_s: (performance.now() - start) / 1000 }
    } catch (thrown) {
      throw this.#failed(row, stop, thrown)
    } finally {
      stop.dispose()
    }
  }

  /** Lets a study go whose cells were gone through, and says how it stands. Throws where it was stopped, or where cells failed. */
  #ended(row: StudyRow, stop: StopSignals): { study: StudySummary } {
    const { studies } = this.#options
    const { total, done, failed } = studies.counts(row.id)
    const state = done === total ? 'done' : stop.request() === 'cancel' ? 'cancelled' : stop.soon.aborted ? 'paused' : 'failed'
    const study = this.#release(row, state === 'paused' ? { state } : { state, ended: now() })
    if (state === 'paused') throw paused(row.name)
    if (state === 'cancelled') throw new AppError('cancelled', `The study ${row.name} was cancelled.`)
    if (state === 'failed') throw cellsFailed(row, failed, total, studies.cells(row.id, { state: 'failed', limit: 1 })[0]?.error)
    return { study: this.#summary(study) }
  }

  #failed(row: StudyRow, stop: StopSignals, thrown: unknown): unknown {
    const { studies, log } = this.#options
    if (studies.get(row.id)?.state !== 'running') return thrown
    const wasStopped = thrown instanceof AppError && thrown.code === 'cancelled'
    const state = stop.request() === 'cancel' ? 'cancelled' : wasStopped ? 'paused' : 'failed'
    try {
      this.#release(row, { state, ...(state === 'failed' ? { error: toErrorRecord(thrown) } : {}), ...(state === 'paused' ? {} : { ended: now() }) })
    } catch (error) {
      // On a full disk the store refuses even this; the study is found without a living program then, and goes on.
      log.error({ study: row.id, err: error }, 'the end of a study could not be stored')
    }
    return wasStopped && state === 'paused' ? paused(row.name) : thrown
  }

  #release(row: StudyRow, patch: StudyPatch): StudyRow {
    return this.#options.studies.release(row.id, patch)
  }

  #find(reference: string): StudyRow {
    this.#options.studies.pauseAbandoned(isOwnerAlive)
    return findStudy(this.#options.studies, reference)
  }

  #summary(row: StudyRow): StudySummary {
    const { id, name, fingerprint, state, created, started, ended, error } = row
    return { id, name, fingerprint, state, cells: this.#options.studies.counts(id), created, started, ended, error }
  }
}

function cellsOf({ study }: ReadStudy, { file }: StudyFile): PlacedCell[] {
  const cells = expandStudy(study)
  if (cells.length > 0) return cells
  throw new AppError('input-invalid', 'The study has no cells: all of its grid is excluded.', {
    where: { file, line: 1, column: 1 },
  })
}

function hasDatasetOf(before: StudyRow, read: ReadStudy, folder: string | null): boolean {
  const reading = readStudy(before.yaml)
  if (!reading.ok || before.folder !== folder) return false
  return canonicalJson(reading.read.study.dataset) === canonicalJson(read.study.dataset)
}

function workersOf({ workers }: Pick<StudyHow, 'workers'>): number {
  return workers ?? availableParallelism()
}

function warningsOf({ doubts }: ReadStudy, file: string): Warning[] {
  return doubts.map(({ line, column, message }) => ({
    code: 'study-doubtful',
    message: `${file}:${line}:${column}: ${message}`,
    subject: 'study',
  }))
}

function problemOf(problem: FileProblem): FileProblem {
  return Object.fromEntries(Object.entries(problem).filter(([, value]) => value !== undefined)) as unknown as FileProblem
}

function cellsFailed({ name }: StudyRow, failed: number, total: number, first: { code: AppError['code']; message: string } | null | undefined): AppError {
  return new AppError(first?.code ?? 'internal', `${failed} of ${total} cells of the study ${name} failed.`, {
    found: first?.message.replace(/\.$/, ''),
    hint: `bitgauge study show ${name} says which; --retry-failed tries them again.`,
  })
}

function now(): string {
  return new Date().toISOString()
}
