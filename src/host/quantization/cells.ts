import { defaultTokenizer } from '../../shared/contract/datasetRules.ts'
import { batchWarning } from '../../core/evaluation/resultWarnings.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import {
  quantizedEvaluationSchema,
  type CellInput,
  type QuantizedEvaluationParams,
} from '../../shared/contract/quantization.ts'
import type { QuantizationResult } from '../../shared/contract/quantizedModel.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import { profileFileName, type StoredProfile } from '../../store/calibration/index.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import type { Run } from '../../store/index.ts'
import { takeRunWork } from '../../store/models/index.ts'
import { computeThreads, deviceEnvironment, engineOn } from '../compute/device.ts'
import { runTask } from '../compute/runTask.ts'
import { KeyedLock } from '../jobs/keyedLock.ts'
import { homeFile, modelFile } from '../models/homeFile.ts'
import type {
  CellControl,
  FloatCell,
  FloatCellResult,
  FoundCell,
  Quantization,
  QuantizedCell,
  QuantizedCellResult,
} from './cell.ts'
import { evaluationOf, quantizationOf } from './evaluationRuns.ts'
import { FloatCells, readingOf, type CellsOptions } from './floatCells.ts'
import { logTestOpening } from './logTestOpening.ts'
import {
  keysOf,
  plain,
  quantizationKey,
  QuantizedRuns,
  readArrays,
  type CellKeys,
  type Found,
} from './quantizedRuns.ts'
import { sameScores } from './sameScores.ts'

export type {
  CellControl,
  FloatCell,
  FloatCellResult,
  FoundCell,
  Quantization,
  QuantizedCell,
  QuantizedCellResult,
} from './cell.ts'
export type { CellsOptions } from './floatCells.ts'

/** Texts at once where figures are compared with those of the usual batches: no divisor of what anybody would choose. */
const oddBatch = 61

/**
 * Evaluates quantized models through the pool and keeps what comes of it: a run of stage `quantization`, and one of stage `evaluation` an input,
 * each whole or not there. The float model is evaluated on the same inputs first, so that a quantized result says how it stands to it.
 */
export class Cells {
  readonly #float: FloatCells
  readonly #options: CellsOptions
  readonly #kept: QuantizedRuns
  readonly #lock = new KeyedLock()

  constructor(options: CellsOptions) {
    this.#options = options
    this.#float = new FloatCells(options)
    this.#kept = new QuantizedRuns(options.runs, this.#float)
  }

  /** What the store has, in the order of the cells. */
  find(cells: readonly QuantizedCell[]): FoundCell[] {
    const keys = cells.map((cell) => keysOf(plain(cell)))
    const runs = this.#options.runs.byKeys(keys.flatMap((own) => [own.quantization, ...own.evaluations]))
    return keys.map(({ quantization, evaluations }) => ({
      quantization: read(runs.get(quantization), quantizationOf),
      evaluations: evaluations.map((key) => read(runs.get(key), evaluationOf)),
    }))
  }

  /** The same for float models. */
  findFloat(cells: readonly FloatCell[]): (EvaluationResult | undefined)[][] {
    return this.#float.find(cells)
  }

  /** Evaluates the inputs of a float model that the store lacks, a task each. Errors: those of {@link evaluate}. */
  evaluateFloat(cell: FloatCell, control: CellControl): Promise<FloatCellResult> {
    return this.#float.evaluate(cell, control)
  }

  /** Ids of the evaluations that the store has, in the order of the cells and their inputs; no result is read, so that it is fast for many. */
  findIds(cells: readonly QuantizedCell[]): (string | undefined)[][] {
    const keys = cells.map((cell) => keysOf(plain(cell)).evaluations)
    const ids = this.#options.runs.idsByKeys(keys.flat())
    return keys.map((own) => own.map((key) => ids.get(key)))
  }

  /**
   * Evaluates the inputs that the store lacks, in one task.
   *
   * @throws AppError `input-invalid` (classes that the model does not know, no profile where one is needed), `not-found` (no such split),
   *         `conflict`, `device-unavailable`, `store-damaged`, `compute-crashed`, `cancelled`
   */
  async evaluate(asked: QuantizedCell, control: CellControl): Promise<QuantizedCellResult> {
    const cell = plain(asked)
    const keys = keysOf(cell)
    return this.#lock.run(keys.quantization, async () => {
      const inputs = this.#lacking(cell, keys, control.force === true)
      if (inputs === null) return { ...this.#whole(cell), computed: 0 }
      await this.#float.evaluate({ ...cell, inputs }, { ...control, force: false })
      await this.#compute({ ...cell, inputs }, control)
      return { ...this.#whole(cell), computed: inputs.length }
    })
  }

  /**
   * Evaluates a cell again in batches of another size, and warns where any figure of any text is another than in the store: so it is where a scale
   * spans several texts. Stores nothing.
   */
  async checkBatches(asked: QuantizedCell, control: CellControl): Promise<Warning[]> {
    const cell = plain(asked)
    const { runs } = this.#options
    const keys = keysOf(cell)
    const compare = async ({ evaluations }: Found, work: string): Promise<boolean> => {
      const same = evaluations.map(async ({ arrays }, index) => {
        const stored = runs.byKey(keys.evaluations[index] as string)
        return stored === undefined || sameScores(runs.arrays(stored.id), await readArrays(work, index, arrays))
      })
      return (await Promise.all(same)).every(Boolean)
    }
    const again = this.#evaluationOf(cell, oddBatch)
    const same = await this.#lock.run(keys.quantization, () => this.#task(again, control, compare))
    return same ? [] : [batchWarning(cell.model.record.name)]
  }

  /** Quantizes alone. `keep` finds the quantized model's file, `model.bgq`, in the folder that it is given. */
  quantize<T>(
    asked: Quantization,
    control: CellControl,
    keep: (quantization: QuantizationResult, folder: string) => Promise<T>,
  ): Promise<T> {
    const quantization = plain(asked)
    const key = quantizationKey(quantization)
    const { record } = quantization.model
    const params = {
      ...quantizationParams(quantization),
      title: { model: record.name, texts: null },
      ...{ texts: null, labels: [], tokenizer: defaultTokenizer, inputs: [], batch: null, keepFile: true },
    }
    const store = (found: Found, work: string): Promise<T> =>
      keep(this.#kept.keepQuantization(quantization, found, control.force === true), work)
    return this.#lock.run(key, () => this.#task({ key, params: () => params }, control, store))
  }

  /** The inputs to be evaluated; null where everything is there. */
  #lacking({ inputs }: QuantizedCell, keys: CellKeys, force: boolean): readonly CellInput[] | null {
    if (force) return inputs
    const there = this.#options.runs.idsByKeys([keys.quantization, ...keys.evaluations])
    const lacking = inputs.filter((_, index) => !there.has(keys.evaluations[index] as string))
    return lacking.length === 0 && there.has(keys.quantization) ? null : lacking
  }

  async #compute(cell: QuantizedCell, control: CellControl): Promise<void> {
    const store = async (found: Found, work: string): Promise<void> => {
      const stored = this.#kept.keepQuantization(cell, found, control.force === true)
      for (const [index, input] of cell.inputs.entries()) {
        await this.#kept.keepEvaluation(cell, input, { found, index, work, stored })
      }
    }
    await this.#task(this.#evaluationOf(cell, null), control, store)
  }

  #evaluationOf(cell: QuantizedCell, batch: number | null): Asked {
    const { quantization: key, evaluations } = keysOf(cell)
    const { title, ...reading } = readingOf(cell)
    const params = {
      ...{ ...quantizationParams(cell), ...reading },
      title: { model: title.model, texts: { dataset: title.dataset, split: title.split } },
      ...{ inputs: [...cell.inputs], batch, keepFile: false },
    }
    const openings = cell.split === 'test' ? evaluations : []
    const { testOpenings } = this.#options
    return {
      key,
      params: () => {
        for (const opening of openings) logTestOpening(testOpenings, cell.dataset.record.fingerprint, opening)
        return params
      },
    }
  }

  /** One task of the pool; what `keep` throws is the task's error. */
  async #task<T>(asked: Asked, control: CellControl, keep: (found: Found, work: string) => Promise<T>): Promise<T> {
    const { home, cache, pool } = this.#options
    const { device = 'cpu', threads = computeThreads() } = control
    const engine = engineOn(device, control.engine)
    const environment = deviceEnvironment(device, cache)
    const work = await withFileFailures('The home folder', () => takeRunWork(home, asked.key))
    const params = await work.releasedOnFailure(() => ({
      ...asked.params(),
      work: work.folder,
      device,
      threads,
      engine,
    }))
    const finish = (result: unknown, told: Warning[]): Promise<T> =>
      withFileFailures('The home folder', () => keep({ ...quantizedEvaluationSchema.parse(result), told }, work.folder))
    const kind = 'quantized-evaluation' as const
    return runTask(pool, { kind, params, environment, finish, ended: () => work.discard() }, control)
  }

  #whole(cell: QuantizedCell): Pick<QuantizedCellResult, 'quantization' | 'evaluations'> {
    const [found] = this.find([cell])
    const evaluations = found?.evaluations.filter((one) => one !== undefined) ?? []
    if (found?.quantization !== undefined && evaluations.length === cell.inputs.length) {
      return { quantization: found.quantization, evaluations }
    }
    throw new AppError('conflict', 'A run was removed while it was being read.', { hint: 'Evaluate again.' })
  }
}

/** A task as it is asked for, but for where it runs. */
interface Asked {
  /** of its work folder */
  key: string
  /** called when the folder has been taken, before the task */
  params: () => Omit<QuantizedEvaluationParams, 'work' | 'device' | 'threads' | 'engine'>
}

function quantizationParams({ model, profile, recipe, bits }: Quantization) {
  return { model: modelFile(model), profile: profile === null ? null : profileFile(profile), recipe, bits }
}

function profileFile({ folder, record }: StoredProfile): { path: string; sha256: string } {
  return homeFile(folder, { file: profileFileName, sha256: record.fingerprint.slice('sha256:'.length) })
}

function read<T>(run: Run | undefined, as: (run: Run) => T): T | undefined {
  return run === undefined ? undefined : as(run)
}
