import type { ResolvedStudy } from '../../core/study/resolveStudy.ts'
import { AppError, toErrorRecord } from '../../shared/errors.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { CellEnd } from '../../store/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import { profileOf } from './calibrate.ts'
import { floatGroups, quantizedGroups, type CellGroup, type NumberedCell, type QuantizedGroup } from './cellGroups.ts'
import { isFatal, withAttempts } from './endings.ts'
import type { RunHow } from './runStudy.ts'
import type { StopSignals } from './stopSignals.ts'
import type { StudyParts } from './studyParts.ts'

/** One thread a process: as many processes as cores, and figures that do not depend on how many there are. */
const threads = 1

export interface CellRunnerOptions {
  parts: StudyParts
  study: ResolvedStudy
  dataset: StoredDataset
  /** by key; every cell's is among them */
  models: ReadonlyMap<string, StoredModel>
  how: RunHow
  stop: StopSignals
  underWay: Set<number>
  /** keeps the ends of cells; `computed` of their inputs were measured now */
  finish: (ends: readonly CellEnd[], computed: number) => void
}

interface Ended {
  ends: CellEnd[]
  computed: number
}

/** Measures cells in several processes at once: float models first, because what is said of a quantized one is said beside them. */
export class CellRunner {
  readonly #options: CellRunnerOptions

  constructor(options: CellRunnerOptions) {
    this.#options = options
  }

  /** Throws what ends the whole study, when what was under way has ended; a cell's own error is its end. */
  async run(cells: readonly NumberedCell[]): Promise<void> {
    const { parts, study, models, how } = this.#options
    const [float, quantized] = [true, false].map((wanted) =>
      cells.filter(({ cell }) => (cell.recipe === null) === wanted),
    )
    const give = parts.pool.widen(how.workers)
    try {
      await this.#eachOf(floatGroups(study, float ?? []), (group) => this.#measureFloat(group))
      const familyOf = (key: string) => (models.get(key) as StoredModel).record.spec.family
      await this.#eachOf(quantizedGroups(study, quantized ?? [], familyOf), (group) => this.#measureQuantized(group))
    } finally {
      give()
    }
  }

  /** Does the groups in their order, several at once. */
  async #eachOf<G extends CellGroup>(groups: readonly G[], measure: (group: G) => Promise<Ended>): Promise<void> {
    const { how, stop, finish } = this.#options
    const queue = [...groups]
    const failures: unknown[] = []
    const work = async (): Promise<void> => {
      for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
        if (stop.soon.aborted || failures.length > 0) return
        const { ends, computed } = await this.#watched(group, () => this.#endsOf(group, measure))
        finish(ends, computed)
      }
    }
    const guarded = (): Promise<void> => work().catch((thrown: unknown) => void failures.push(thrown))
    await Promise.all(Array.from({ length: how.workers }, guarded))
    if (failures.length > 0) throw failures[0]
  }

  async #watched<T>({ inputs }: CellGroup, work: () => Promise<T>): Promise<T> {
    const numbers = inputs.flatMap((input) => input.numbers)
    for (const number of numbers) this.#options.underWay.add(number)
    try {
      return await work()
    } finally {
      for (const number of numbers) this.#options.underWay.delete(number)
    }
  }

  async #endsOf<G extends CellGroup>(group: G, measure: (group: G) => Promise<Ended>): Promise<Ended> {
    try {
      return await withAttempts(this.#options.stop.now, () => measure(group))
    } catch (thrown) {
      if (isFatal(thrown) || !(thrown instanceof AppError)) throw thrown
      const error = toErrorRecord(thrown)
      return { ends: group.inputs.flatMap(({ numbers }) => numbers.map((number) => ({ number, error }))), computed: 0 }
    }
  }

  async #measureFloat(group: CellGroup): Promise<Ended> {
    const { parts, how } = this.#options
    const control = { ...this.#taskControl, force: how.force }
    const { evaluations, computed } = await parts.cells.evaluateFloat(this.#cellOf(group), control)
    return { ends: endsOf(group, evaluations), computed }
  }

  async #measureQuantized(group: QuantizedGroup): Promise<Ended> {
    const { parts, study, how } = this.#options
    const cell = this.#cellOf(group)
    const { model, dataset } = cell
    const { recipe, bits, calibration } = group
    const profile = await profileOf(parts, study, { dataset, model, calibration }, this.#taskControl)
    const control = { ...this.#taskControl, force: how.force }
    const { evaluations, computed } = await parts.cells.evaluate({ ...cell, recipe, bits, profile }, control)
    return { ends: endsOf(group, evaluations), computed }
  }

  #cellOf({ model, inputs }: CellGroup) {
    const { models, dataset, study } = this.#options
    const stored = models.get(model) as StoredModel
    return { model: stored, dataset, split: study.split, inputs: inputs.map(({ input }) => input) }
  }

  get #taskControl() {
    const { device, engine } = this.#options.how
    return { signal: this.#options.stop.now, threads, device, engine }
  }
}

function endsOf({ inputs }: CellGroup, evaluations: readonly { id: string }[]): CellEnd[] {
  return inputs.flatMap(({ numbers }, index) => numbers.map((number) => ({ number, runId: evaluations[index]!.id })))
}
