import type { StudyState } from '../shared/contract/study.ts'
import type { ErrorRecord } from '../shared/errors.ts'
import type { JobOwner } from './jobRepository.ts'
import type { Run } from './runRepository.ts'

/** The dataset that a study found, once it has. */
export interface StudyDataset {
  name: string
  fingerprint: string
  classes: string[]
}

export interface StudyRow {
  /** ULID */
  id: string
  /** unique in a home */
  name: string
  /** of the study with all defaults filled in */
  fingerprint: string
  /** the file as it was written */
  yaml: string
  /** what relative paths in the file start from; null where it came without one */
  folder: string | null
  state: StudyState
  /** of all its cells, whatever their state */
  cells: number
  dataset: StudyDataset | null
  /** fingerprint of the float model of each training, by the hash of what was asked for */
  models: Readonly<Record<string, string>>
  /** versions of the stages that its cells were measured by */
  versions: Readonly<Record<string, number>>
  /** what ended it, where it failed */
  error: ErrorRecord | null
  created: string
  started: string | null
  ended: string | null
}

export type NewStudy = Pick<
  StudyRow,
  'id' | 'name' | 'fingerprint' | 'yaml' | 'folder' | 'dataset' | 'versions' | 'created'
>

export type StudyPatch = Partial<
  Pick<StudyRow, 'yaml' | 'folder' | 'state' | 'dataset' | 'models' | 'versions' | 'error' | 'started' | 'ended'>
>

export type CellState = 'planned' | 'done' | 'failed'

export interface CellRow {
  /** its place in the study, from 0 */
  number: number
  /** JSON, as the study's expansion gives it */
  coordinates: unknown
  state: CellState
  /** of the evaluation, where it is done */
  runId: string | null
  /** where it failed */
  error: ErrorRecord | null
}

/** The end of a cell: its run, or what it failed by. */
export type CellEnd = { number: number; runId: string } | { number: number; error: ErrorRecord }

export interface CellCounts {
  total: number
  done: number
  failed: number
}

/** A study that was taken away, as it was: what {@link StudyRepository.restore} puts back. */
export interface RemovedStudy {
  study: StudyRow
  cells: CellRow[]
}

/** Whether the program that owns a study still runs it. */
export type IsAlive = (owner: JobOwner, study: string) => boolean

export type StudyRequest = 'pause' | 'cancel'

export interface StudyRepository {
  /**
   * Stores a study that is planned. One of the same name is planned anew in its place: its id, date and models stay, its cells are
   * forgotten, and the runs behind them are not. Gives it as it is. Errors: `conflict` where a living program runs it, `input-invalid`.
   */
  plan(study: NewStudy, coordinates: readonly unknown[], isAlive: IsAlive): StudyRow
  /** By id or name. Errors: `store-damaged` where the row cannot be read. */
  get(reference: string): StudyRow | undefined
  /** Newest first; rows that cannot be read are left out and told to `onProblem`. */
  list(): StudyRow[]
  /** Gives the study as it is afterwards. Errors: `not-found`, `input-invalid`. */
  update(id: string, patch: StudyPatch): StudyRow
  /** Makes a study this owner's and `running`. Errors: `not-found`, `conflict` where a living program has it. */
  take(id: string, owner: JobOwner, isAlive: IsAlive, now: string): StudyRow
  /** Ends what `take` began, with the state that the study has then. */
  release(id: string, patch: StudyPatch): StudyRow
  /** Pauses every study whose program is gone, and gives those. */
  pauseAbandoned(isAlive: IsAlive): StudyRow[]
  /** Asks the program that runs a study to stop. False where no program does. Errors: `not-found`. */
  request(id: string, request: StudyRequest): boolean
  requested(id: string): StudyRequest | null
  counts(id: string): CellCounts
  /** In their order; of one state where it is named; `offset` of those that fit are passed over. */
  cells(id: string, options?: { state?: CellState; after?: number; offset?: number; limit?: number }): CellRow[]
  /** A letter a cell, in their order: `o` to be done, `d` done, `f` failed; reads no coordinates. */
  states(id: string): string
  /** The same with the runs of those that are done. */
  cellsWithRuns(id: string, options: { after: number; limit: number }): (CellRow & { run: Run | null })[]
  /** sha256 of an array of each run of the study that has one of that name, by the run's id; reads no array. */
  checksums(id: string, array: string): Map<string, string>
  /** All or none of them. Errors: `not-found` where a cell is not there. */
  finish(id: string, ends: readonly CellEnd[]): void
  /** Opens cells again: those that failed, or all. */
  reopen(id: string, which: 'failed' | 'all'): void
  /** Opens some cells again. */
  reopenCells(id: string, numbers: readonly number[]): void
  /** Gives what there was, or null. Its cells go with it, its runs stay. Errors: `conflict` where a living program runs it. */
  remove(id: string, isAlive: IsAlive): RemovedStudy | null
  /** Puts a study back under its id; cells whose runs are gone since are to be done again. Errors: `conflict` where its id or name is taken. */
  restore(removed: RemovedStudy): StudyRow
}
