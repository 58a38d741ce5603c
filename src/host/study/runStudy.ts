import { cellVersions } from '../../core/study/cellVersions.ts'
import { checkDataset } from '../../core/study/checkDataset.ts'
import { problemsError } from '../../core/study/fileProblem.ts'
import { readStudyOrThrow, type ReadStudy } from '../../core/study/readStudy.ts'
import type { ResolvedStudy } from '../../core/study/resolveStudy.ts'
import type { Progress } from '../../shared/contract/jobs.ts'
import { placedCellSchema, type StudyHow } from '../../shared/contract/study.ts'
import { AppError, toErrorRecord } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { CellEnd, StudyRow } from '../../store/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import type { NumberedCell } from './cellGroups.ts'
import { CellRunner } from './cellRunner.ts'
import { isFatal, isPassing, withAttempts } from './endings.ts'
import { ensureDataset } from './ensureDataset.ts'
import { findCells } from './findCells.ts'
import type { StopSignals } from './stopSignals.ts'
import { findModelFor, modelHash, modelKey, trainModel, wantedModels, type WantedModel } from './studyModels.ts'
import type { StudyParts } from './studyParts.ts'
import { StudyProgress } from './studyProgress.ts'
import { tidyWork } from './tidyWork.ts'

export interface RunControl {
  /** what errors call the study's file */
  file: string
  stop: StopSignals
  onProgress: (progress: Progress) => void
  onWarning: (warning: Warning) => void
  /** numbers of the cells that are being measured; kept up to date for whoever looks */
  underWay: Set<number>
}

export type RunHow = Pick<StudyHow, 'retryFailed' | 'force' | 'device' | 'engine'> & { workers: number }

export interface Computed {
  cells: number
  trainings: number
}

/**
 * Does what is left of a study: its dataset, its models one after another, and then its cells in several processes. What a cell needs of
 * calibration is made when its turn comes. Every finished cell is kept at once; the study goes on from there however it ended.
 *
 * @throws AppError what ends a whole study; a cell's own error is kept with the cell
 */
export async function runStudy(parts: StudyParts, row: StudyRow, how: RunHow, control: RunControl): Promise<Computed> {
  return new StudyRun(parts, row, how, control).run()
}

type ModelOrError = StoredModel | AppError

class StudyRun {
  readonly #parts: StudyParts
  readonly #row: StudyRow
  readonly #how: RunHow
  readonly #control: RunControl
  readonly #read: ReadStudy
  readonly #progress: StudyProgress
  readonly #computed: Computed = { cells: 0, trainings: 0 }
  readonly #cells = new Map<number, NumberedCell['cell']>()

  constructor(parts: StudyParts, row: StudyRow, how: RunHow, control: RunControl) {
    this.#parts = parts
    this.#row = row
    this.#how = how
    this.#control = control
    this.#read = readStudyOrThrow(row.yaml, control.file)
    this.#progress = new StudyProgress(control.onProgress)
  }

  get #study(): ResolvedStudy {
    return this.#read.study
  }

  async run(): Promise<Computed> {
    const dataset = await this.#openDataset()
    this.#reopen(dataset)
    if (this.#parts.studies.states(this.#row.id).includes('o')) await this.#runOpen(dataset)
    await tidyWork(this.#parts.home, this.#parts.runs)
    return this.#computed
  }

  async #runOpen(dataset: StoredDataset): Promise<void> {
    const models = await this.#findModels(dataset)
    this.#openOthers(models, dataset)
    if (!this.#how.force) await this.#adopt(models, dataset)
    await this.#train(models, dataset)
    await this.#evaluate(models, dataset)
  }

  async #openDataset(): Promise<StoredDataset> {
    const { stop, onWarning } = this.#control
    this.#control.onProgress({ phase: 'looking at the dataset', done: 0, total: null, unit: 'rows' })
    const onProgress = this.#progress.part('dataset')
    const dataset = await ensureDataset(this.#parts, this.#study, this.#row, {
      signal: stop.soon,
      onProgress,
      onWarning,
    })
    const { name, classes, splits } = dataset.record
    const list = this.#read.newList()
    checkDataset(
      this.#study,
      { name, classes, splits: splits.filter(({ rows }) => rows > 0).map(({ split }) => split) },
      list,
    )
    if (list.problems.length > 0) throw problemsError(this.#control.file, list.problems)
    return dataset
  }

  /** Opens what this run shall do again, and everything where the dataset or the rules of a stage are others than before. */
  #reopen({ record }: StoredDataset): void {
    const { studies } = this.#parts
    const { id, dataset, versions } = this.#row
    const changed = dataset !== null && dataset.fingerprint !== record.fingerprint
    const raised = JSON.stringify(versions) !== JSON.stringify(cellVersions())
    if (changed || raised || this.#how.force) studies.reopen(id, 'all')
    else if (this.#how.retryFailed) studies.reopen(id, 'failed')
    else this.#reopenPassing()
    const { name, fingerprint, classes } = record
    studies.update(id, { dataset: { name, fingerprint, classes }, versions: cellVersions() })
  }

  #reopenPassing(): void {
    const { studies } = this.#parts
    const failed = studies.cells(this.#row.id, { state: 'failed' })
    const passing = failed.filter(({ error }) => error !== null && isPassing(error)).map(({ number }) => number)
    studies.reopenCells(this.#row.id, passing)
  }

  /** Where a cell stands never changes while its study runs, so that each is read once; which of them are open is looked up. */
  #openCells(): NumberedCell[] {
    const { studies } = this.#parts
    const letters = studies.states(this.#row.id)
    const numbers: number[] = []
    for (let at = letters.indexOf('o'); at >= 0; at = letters.indexOf('o', at + 1)) numbers.push(at)
    if (numbers.some((number) => !this.#cells.has(number))) {
      for (const { number, coordinates } of studies.cells(this.#row.id, { state: 'planned' })) {
        this.#cells.set(number, placedCellSchema.parse(coordinates).cell)
      }
    }
    return numbers.map((number) => ({ number, cell: this.#cells.get(number)! }))
  }

  /** The models that are there, by key. */
  async #findModels(dataset: StoredDataset): Promise<Map<string, ModelOrError>> {
    const models = new Map<string, ModelOrError>()
    for (const wanted of wantedModels(this.#study)) {
      const { name, seed } = wanted
      const asked = [this.#parts, wanted, dataset.record, this.#row.models, this.#how.device] as const
      const found = await findModelFor(this.#read, this.#control.file, ...asked).catch((thrown: unknown) => {
        if (wanted.model.kind === 'stored') throw thrown
        return ofOneModel(thrown)
      })
      if (found !== undefined) models.set(modelKey(name, seed), found)
    }
    return models
  }

  /** Cells stand for the models that the study knows: where one is another than before, all are looked at again. */
  #openOthers(models: ReadonlyMap<string, ModelOrError>, dataset: StoredDataset): void {
    const before = this.#row.models
    const others = wantedModels(this.#study).some((wanted) => {
      const known = before[modelHash(wanted, dataset.record)]
      const found = models.get(modelKey(wanted.name, wanted.seed))
      return known !== undefined && !(found instanceof AppError) && found?.record.fingerprint !== known
    })
    if (others) this.#parts.studies.reopen(this.#row.id, 'all')
  }

  /** Takes what the store has already, of another study or of the commands. */
  async #adopt(models: ReadonlyMap<string, ModelOrError>, dataset: StoredDataset): Promise<void> {
    const ends = await findCells(this.#parts, this.#study, this.#openCells(), { models: storedOnly(models), dataset })
    this.#finish(ends)
  }

  async #train(models: Map<string, ModelOrError>, dataset: StoredDataset): Promise<void> {
    const needed = new Set(this.#openCells().map(({ cell }) => modelKey(cell.model, cell.seed)))
    const known: Record<string, string> = { ...this.#row.models }
    const wanted = wantedModels(this.#study).filter(({ name, seed }) => needed.has(modelKey(name, seed)))
    for (const [index, one] of wanted.entries()) {
      const key = modelKey(one.name, one.seed)
      const model = models.get(key) ?? (await this.#trainOne(one, dataset, `${index + 1} of ${wanted.length}`))
      models.set(key, model)
      if (model instanceof AppError) continue
      known[modelHash(one, dataset.record)] = model.record.fingerprint
      this.#parts.studies.update(this.#row.id, { models: known })
    }
  }

  async #trainOne(wanted: WantedModel, dataset: StoredDataset, place: string): Promise<ModelOrError> {
    const { stop, onWarning } = this.#control
    const { name, seed } = wanted
    const onProgress = this.#progress.part(`training ${name}, seed ${seed}, ${place}`)
    const control = { signal: stop.soon, onProgress, onWarning, device: this.#how.device }
    try {
      const model = await withAttempts(stop.soon, () =>
        trainModel(this.#parts, this.#study, wanted, dataset.record, control),
      )
      this.#computed.trainings += 1
      return model
    } catch (thrown) {
      return ofOneModel(thrown)
    }
  }

  async #evaluate(models: ReadonlyMap<string, ModelOrError>, dataset: StoredDataset): Promise<void> {
    this.#failWithoutModel(models)
    const { studies } = this.#parts
    this.#progress.begin(studies.counts(this.#row.id))
    const finish = (ends: readonly CellEnd[], computed: number): void => {
      this.#finish(ends)
      this.#computed.cells += computed
      this.#progress.advance(ends.length)
    }
    const options = { parts: this.#parts, study: this.#study, dataset, models: storedOnly(models), finish }
    const { stop, underWay } = this.#control
    await new CellRunner({ ...options, how: this.#how, stop, underWay }).run(this.#openCells())
  }

  /** Cells of a model that could not be trained have its error. */
  #failWithoutModel(models: ReadonlyMap<string, ModelOrError>): void {
    const ends = this.#openCells().flatMap(({ number, cell }): CellEnd[] => {
      const model = models.get(modelKey(cell.model, cell.seed))
      return model instanceof AppError ? [{ number, error: toErrorRecord(model) }] : []
    })
    this.#finish(ends)
  }

  #finish(ends: readonly CellEnd[]): void {
    if (ends.length > 0) this.#parts.studies.finish(this.#row.id, ends)
  }
}

/** What ends one model's cells and no others. Throws what ends the study. */
function ofOneModel(thrown: unknown): AppError {
  if (isFatal(thrown) || !(thrown instanceof AppError)) throw thrown
  return thrown
}

function storedOnly(models: ReadonlyMap<string, ModelOrError>): Map<string, StoredModel> {
  return new Map([...models].filter((entry): entry is [string, StoredModel] => !(entry[1] instanceof AppError)))
}
