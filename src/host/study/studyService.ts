import { availableParallelism } from 'node:os'
import { ulid } from 'ulid'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import { cellVersions } from '../../core/study/cellVersions.ts'
import { expandStudy, type PlacedCell } from '../../core/study/expandStudy.ts'
import type { FileProblem } from '../../core/study/fileProblem.ts'
import { readStudy, readStudyOrThrow, type ReadStudy } from '../../core/study/readStudy.ts'
import { studyFingerprint } from '../../core/study/studyFingerprint.ts'
import type { Answer, Exported, Results } from '../../shared/contract/results.ts'
import {
  placedCellSchema,
  type Bundle,
  type BundleImported,
  type CellGroup,
  type StudyAnswers,
  type StudyCells,
  type StudyChecked,
  type StudyExport,
  type StudyFile,
  type StudyHow,
  type StudyMap,
  type StudyPlan,
  type StudyRun,
  type StudyShown,
  type StudyStarted,
  type StudySummary,
} from '../../shared/contract/study.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import type { RemovedStudy, Store, StudyRow } from '../../store/index.ts'
import type { JobsService } from '../services/jobs.ts'
import { createBundle } from '../bundle/createBundle.ts'
import { importBundle } from '../bundle/importBundle.ts'
import { deviceEnvironment, engineOn } from '../compute/device.ts'
import { exportResults } from '../export/exportResults.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { findStudy } from './findStudy.ts'
import { planStudy } from './planStudy.ts'
import { KeptAnswers } from './results/keptAnswers.ts'
import { studyResults } from './results/studyResults.ts'
import { groupsOf, mapStates, shownCells, type CellsAsked } from './studyCells.ts'
import { StudyJobs, summaryOf } from './studyJobs.ts'
import type { StudyParts } from './studyParts.ts'

export interface StudyServiceOptions extends StudyParts {
  cache: string
  allowTarget: AllowPath
  jobs: JobsService
  partChanges: Store['partChanges']
}

const listedCells = 100
/** Studies that were removed and can be put back, the newest. */
const remembered = 10

/** Studies: a declared grid over the stages, planned, run, looked at and taken away. */
export class StudyService {
  readonly #options: StudyServiceOptions
  readonly #jobs: StudyJobs
  readonly #removed = new Map<string, RemovedStudy>()
  /** groups of cells by study and fingerprint: a map is asked for often, and its groups change with the file alone */
  readonly #groups = new Map<string, CellGroup[]>()
  readonly #answers: KeptAnswers

  constructor(options: StudyServiceOptions) {
    this.#options = options
    this.#answers = new KeptAnswers(options)
    this.#jobs = new StudyJobs(options)
    options.studies.pauseAbandoned(this.#jobs.isAlive)
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
    return planStudy(this.#options, { input, read, cells, row, workers: input.workers ?? availableParallelism() })
  }

  /** See the contract. */
  run(input: StudyRun): StudyStarted {
    const read = readStudyOrThrow(input.text, input.file)
    deviceEnvironment(input.device, this.#options.cache)
    engineOn(input.device, input.engine)
    const cells = cellsOf(read, input)
    const row = this.#planned(input, read, cells)
    return this.#started(row, input, warningsOf(read, input.file), input.file)
  }

  resume({ study, ...how }: { study: string } & StudyHow): StudyStarted {
    deviceEnvironment(how.device, this.#options.cache)
    engineOn(how.device, how.engine)
    const row = this.#find(study)
    return this.#started(row, how, warningsOf(readStudyOrThrow(row.yaml, row.name), row.name))
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
    studies.pauseAbandoned(this.#jobs.isAlive)
    return studies.list().map((row) => this.#summary(row))
  }

  show(reference: string): StudyShown {
    const row = this.#find(reference)
    const some = (state: 'failed' | 'planned') =>
      this.#options.studies.cells(row.id, { state, limit: listedCells }).map(({ number, coordinates, error }) => {
        return { number, coordinates: placedCellSchema.parse(coordinates), error }
      })
    const failures = some('failed').flatMap(({ error, ...cell }) => (error === null ? [] : [{ ...cell, error }]))
    const open = some('planned').map(({ number, coordinates }) => ({ number, coordinates }))
    return { ...this.#summary(row), yaml: row.yaml, failures, open }
  }

  map(reference: string): StudyMap {
    const row = this.#find(reference)
    const states = mapStates(this.#options, row.id, this.#jobs.underWay(row.id))
    return { study: this.#summary(row), groups: this.#groupsOf(row), states }
  }

  cells({ study, ...asked }: { study: string } & CellsAsked): StudyCells {
    const { id } = this.#find(study)
    return shownCells(this.#options, id, this.#jobs.underWay(id), asked)
  }

  async answers(reference: string): Promise<StudyAnswers> {
    const { answers, warnings } = await this.results(reference)
    return { answers, warnings }
  }

  remove(reference: string): { id: string; name: string } {
    const { id, name } = this.#find(reference)
    const removed = this.#options.studies.remove(id, this.#jobs.isAlive)
    if (removed !== null) this.#removed.set(id, removed)
    const [oldest] = this.#removed.keys()
    if (this.#removed.size > remembered && oldest !== undefined) this.#removed.delete(oldest)
    return { id, name }
  }

  restore(id: string): StudySummary {
    const removed = this.#removed.get(id)
    if (removed === undefined) {
      throw new AppError('not-found', 'The study can no longer be brought back.', {
        expected: `one of the ${remembered} that this program removed last`,
        hint: 'Run its file again: its runs are kept, so nothing is measured twice.',
      })
    }
    const row = this.#options.studies.restore(removed)
    this.#removed.delete(id)
    return this.#summary(row)
  }

  verdicts(reference: string): Answer[] {
    return this.#answers.of(this.#find(reference))
  }

  results(reference: string): Promise<Results> {
    return studyResults(this.#options, this.#find(reference))
  }

  async export(
    { study, formats, out, tables, charts, overwrite }: StudyExport,
    signal?: AbortSignal,
  ): Promise<Exported> {
    const target = await this.#options.allowTarget(out)
    const results = await this.results(study)
    return exportResults(results, {
      formats,
      out: target,
      tables,
      charts,
      overwrite,
      ...(signal === undefined ? {} : { signal }),
    })
  }

  async createBundle(
    { study, file, overwrite }: { study: string; file: string; overwrite: boolean },
    signal?: AbortSignal,
  ): Promise<Bundle> {
    const target = await this.#options.allowTarget(file)
    const row = this.#find(study)
    const made = await createBundle(this.#options, row, { path: target, overwrite, signal })
    return { study: this.#summary(row), ...made }
  }

  async importBundle({ file }: { file: string }, signal?: AbortSignal): Promise<BundleImported> {
    const { study, ...imported } = await importBundle(this.#options, await this.#options.allowPath(file), signal)
    return { study: this.#summary(study), ...imported }
  }

  /** The study as it is stored, planned anew where its file says something else than before. */
  #planned(input: StudyRun, read: ReadStudy, cells: readonly PlacedCell[]): StudyRow {
    const { studies } = this.#options
    const fingerprint = studyFingerprint(read.study)
    const before = studies.get(read.study.name)
    const folder = input.folder ?? null
    if (before?.fingerprint === fingerprint) return studies.update(before.id, { yaml: input.text, folder })
    const study = {
      ...{ id: ulid(), name: read.study.name, fingerprint, yaml: input.text, folder },
      dataset: before !== undefined && hasDatasetOf(before, read, folder) ? before.dataset : null,
      versions: cellVersions(),
      created: now(),
    }
    return studies.plan(study, cells, this.#jobs.isAlive)
  }

  #started(row: StudyRow, how: StudyHow, warnings: Warning[], file = row.name): StudyStarted {
    const { study, job } = this.#jobs.start(row, how, file)
    return { study: this.#summary(study), job, warnings }
  }

  #groupsOf(row: StudyRow): CellGroup[] {
    const key = `${row.id} ${row.fingerprint}`
    const known = this.#groups.get(key) ?? groupsOf(this.#options, row)
    if (this.#groups.size >= 100) this.#groups.clear()
    this.#groups.set(key, known)
    return known
  }

  #find(reference: string): StudyRow {
    this.#options.studies.pauseAbandoned(this.#jobs.isAlive)
    return findStudy(this.#options.studies, reference)
  }

  #summary(row: StudyRow): StudySummary {
    return summaryOf(this.#options.studies, row)
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

function warningsOf({ doubts }: ReadStudy, file: string): Warning[] {
  return doubts.map(({ line, column, message }) => ({
    code: 'study-doubtful',
    message: `${file}:${line}:${column}: ${message}`,
    subject: 'study',
  }))
}

function problemOf(problem: FileProblem): FileProblem {
  return Object.fromEntries(
    Object.entries(problem).filter(([, value]) => value !== undefined),
  ) as unknown as FileProblem
}

function now(): string {
  return new Date().toISOString()
}
