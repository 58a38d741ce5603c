import { ulid } from 'ulid'
import { unchangedWarning, collapseWarnings } from '../../core/evaluation/resultWarnings.ts'
import { matchClasses } from '../../core/dataset/shift/matchClasses.ts'
import { runKey, type RunKeyParts } from '../../core/run/runKey.ts'
import {
  evaluatedFilesSchema,
  type EvaluatedFiles,
  type EvaluationParams,
  type EvaluationResult,
} from '../../shared/contract/evaluation.ts'
import type { CellInput } from '../../shared/contract/quantization.ts'
import type { Warning } from '../../shared/units.ts'
import { splitOf, withFileFailures } from '../../store/datasets/index.ts'
import type { RunArray, RunRepository, TestOpeningRepository } from '../../store/index.ts'
import { takeRunWork } from '../../store/models/index.ts'
import { computeThreads, deviceEnvironment } from '../compute/device.ts'
import type { Pool } from '../compute/pool.ts'
import { runTask } from '../compute/runTask.ts'
import { KeyedLock } from '../jobs/keyedLock.ts'
import { homeFile, modelFile } from '../models/homeFile.ts'
import { measuredHere } from '../models/measuredHere.ts'
import type { CellControl, FloatCell, FloatCellResult } from './cell.ts'
import { floatEvaluationParts, seedOf } from './cellKeys.ts'
import { evaluationOf, readArray } from './evaluationRuns.ts'
import { logTestOpening } from './logTestOpening.ts'
import { isClean, sameScores } from './sameScores.ts'

export interface CellsOptions {
  home: string
  cache: string
  runs: RunRepository
  testOpenings: TestOpeningRepository
  pool: Pool
}

/** Evaluates float models through the pool: a task and a run of stage `evaluation` an input. */
export class FloatCells {
  readonly #options: CellsOptions
  readonly #lock = new KeyedLock()

  constructor(options: CellsOptions) {
    this.#options = options
  }

  /** What the store has, in the order of the cells and of their inputs; undefined for what is not there. */
  find(cells: readonly FloatCell[]): (EvaluationResult | undefined)[][] {
    const keys = cells.map((cell) => cell.inputs.map((input) => runKey(partsOf(cell, input))))
    const runs = this.#options.runs.byKeys(keys.flat())
    return keys.map((own) =>
      own.map((key) => {
        const run = runs.get(key)
        return run === undefined ? undefined : evaluationOf(run)
      }),
    )
  }

  /**
   * Evaluates the inputs that the store lacks.
   *
   * @throws AppError `input-invalid` (classes that the model does not know), `not-found` (no such split), `conflict`, `device-unavailable`,
   *         `store-damaged`, `compute-crashed`, `cancelled`
   */
  async evaluate(cell: FloatCell, control: CellControl): Promise<FloatCellResult> {
    const result: FloatCellResult = { evaluations: [], computed: 0 }
    for (const input of cell.inputs) {
      const parts = partsOf(cell, input)
      const key = runKey(parts)
      const evaluation = await this.#lock.run(key, async () => {
        const before = control.force === true ? undefined : this.#options.runs.byKey(key)
        if (before !== undefined) return evaluationOf(before)
        result.computed += 1
        return this.#compute(cell, input, { parts, key }, control)
      })
      result.evaluations.push(evaluation)
    }
    return result
  }

  async #compute(cell: FloatCell, input: CellInput, of: Named, control: CellControl): Promise<EvaluationResult> {
    const { home, cache, pool, testOpenings } = this.#options
    const { device = 'cpu', threads = computeThreads() } = control
    const environment = deviceEnvironment(device, cache)
    const work = await withFileFailures('The home folder', () => takeRunWork(home, of.key))
    const params = await work.releasedOnFailure(() => {
      if (cell.split === 'test') logTestOpening(testOpenings, cell.dataset.record.fingerprint, of.key)
      return paramsOf(cell, input, { work: work.folder, device, threads })
    })
    const finish = (result: unknown, warnings: Warning[]): Promise<EvaluationResult> =>
      withFileFailures('The home folder', () => this.#keep(cell, input, of, work.folder, result, warnings))
    return runTask(pool, { kind: 'evaluation', params, environment, finish, ended: () => work.discard() }, control)
  }

  async #keep(
    cell: FloatCell,
    input: CellInput,
    { parts }: Named,
    work: string,
    result: unknown,
    warnings: Warning[],
  ): Promise<EvaluationResult> {
    const found = evaluatedFilesSchema.parse(result)
    const arrays = await Promise.all(found.arrays.map((array) => readArray(work, array)))
    const all = [...warnings, ...this.#warningsOf(cell, input, found, arrays)]
    const { run } = this.#options.runs.put(
      {
        id: ulid(),
        ...parts,
        created: new Date().toISOString(),
        duration_s: found.duration_s,
        ...measuredHere(found.on),
        result: { ...describeCell(cell, input), ...figuresOf(found), quantization: null },
        warnings: all,
        tags: [],
        arrays,
      },
      { force: true },
    )
    return evaluationOf(run)
  }

  #warningsOf(cell: FloatCell, input: CellInput, { figures }: EvaluatedFiles, arrays: readonly RunArray[]): Warning[] {
    const collapse = collapseWarnings(figures, cell.model.record.classes)
    const clean = this.#options.runs.byKey(
      runKey(partsOf(cell, { ...input, noise: { kind: 'none', level: 0 }, shift: null })),
    )
    if (isClean(input) || clean === undefined || !sameScores(this.#options.runs.arrays(clean.id), arrays))
      return collapse
    return [...collapse, unchangedWarning(input.shift === null ? 'noise' : 'shift', cell.model.record.name)]
  }
}

interface Named {
  parts: RunKeyParts
  key: string
}

function partsOf({ model, dataset, split }: FloatCell, input: CellInput): RunKeyParts {
  return floatEvaluationParts({ model: model.record.fingerprint, dataset: dataset.record.fingerprint, split, input })
}

/** What a run's result says of what was evaluated, float or quantized. */
export function describeCell({ model, dataset, split }: FloatCell, input: CellInput) {
  const { id, name, fingerprint, spec, classes } = model.record
  const { noise, shift } = input
  return {
    model: { id, name, fingerprint },
    family: spec.family,
    dataset: { name: dataset.record.name, fingerprint: dataset.record.fingerprint },
    ...{ split, noise, shift, seed: seedOf(input) },
    classNames: classes,
  }
}

function figuresOf({ figures, unknownShare, duration_s, on }: EvaluatedFiles) {
  return { ...figures, unknownShare, duration_s, on }
}

/** What every task needs that reads a cell's texts. Errors: `input-invalid`, `not-found`, `store-damaged`. */
export function readingOf({ model, dataset, split }: FloatCell) {
  const { record } = model
  return {
    title: { model: record.name, dataset: dataset.record.name, split },
    model: modelFile(model),
    texts: homeFile(dataset.folder, splitOf(dataset.record, split)),
    labels: [...matchClasses(record.classes, dataset.record.classes)],
    tokenizer: dataset.record.tokenizer,
  }
}

function paramsOf(
  cell: FloatCell,
  { noise, shift, seed }: CellInput,
  where: Pick<EvaluationParams, 'work' | 'device' | 'threads'>,
): EvaluationParams {
  return { ...readingOf(cell), ...{ noise, shift, seed }, ...where }
}
