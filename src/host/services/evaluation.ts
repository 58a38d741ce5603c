import { nearestName } from '../../core/dataset/nearestName.ts'
import { matchClasses } from '../../core/dataset/shift/matchClasses.ts'
import { runKey } from '../../core/run/runKey.ts'
import type { Evaluate, EvaluateStarted, EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { splitOf, type DatasetStore } from '../../store/datasets/index.ts'
import type { ModelStore, StoredModel } from '../../store/models/index.ts'
import type { QuantizedStore } from '../../store/quantization/index.ts'
import { deviceEnvironment, engineOn } from '../compute/device.ts'
import type { TaskControl } from '../compute/runTask.ts'
import { evaluationTitle } from '../jobs/jobTitle.ts'
import { floatEvaluationParts } from '../quantization/cellKeys.ts'
import type { Cells, FloatCell, QuantizedCell } from '../quantization/cells.ts'
import type { PlannedQuantization, Quantizations } from '../quantization/quantizations.ts'
import type { JobsService } from './jobs.ts'

export interface EvaluationServiceOptions {
  cache: string
  jobs: JobsService
  datasets: DatasetStore
  models: ModelStore
  quantized: QuantizedStore
  quantizations: Quantizations
  cells: Cells
}

/** An evaluation that was asked for, its names resolved. */
interface Asked {
  input: Evaluate
  /** of the float model, quantized or not; one input */
  cell: FloatCell
  /** null for the float model itself */
  quantization: PlannedQuantization | null
  /** the same for the same work */
  key: string
}

/** The stage `evaluation` of the contract. */
export class EvaluationService {
  readonly #options: EvaluationServiceOptions
  /** id of the job of each key that is under way here */
  readonly #running = new Map<string, string>()

  constructor(options: EvaluationServiceOptions) {
    this.#options = options
  }

  /** See the contract. What was evaluated before is not evaluated again, and what is under way is not started twice. */
  async start(input: Evaluate): Promise<EvaluateStarted> {
    const { cache, jobs } = this.#options
    deviceEnvironment(input.device, cache)
    engineOn(input.device, input.engine)
    const asked = await this.#resolve(input)
    const before = input.force || input.check ? undefined : await this.#doneBefore(asked)
    if (before !== undefined) return { state: 'done-before', evaluation: before }
    const running = this.#running.get(asked.key)
    if (running !== undefined) return { state: 'started', job: jobs.get(running) }
    return { state: 'started', job: this.#startJob(asked) }
  }

  async #resolve(input: Evaluate): Promise<Asked> {
    const { datasets } = this.#options
    const { model, quantization } = await this.#modelOf(input)
    const dataset = await datasets.find(datasetOf(input, model))
    matchClasses(model.record.classes, dataset.record.classes)
    splitOf(dataset.record, input.split)
    const { split, noise, shift, seed } = input
    const cell = { model, dataset, split, inputs: [{ noise, shift, seed }] }
    return { input, cell, quantization, key: keyOf(cell, quantization) }
  }

  /** A model; or a quantized one of the home, where no model has that name. */
  async #modelOf(input: Evaluate): Promise<{ model: StoredModel; quantization: PlannedQuantization | null }> {
    const { models, quantizations } = this.#options
    if (input.quantization !== undefined) {
      const quantization = await quantizations.plan(input.model, input.quantization)
      return { model: quantization.model, quantization }
    }
    const found = await models.find(input.model).catch((thrown: unknown) => {
      if (thrown instanceof AppError && thrown.code === 'not-found') return undefined
      throw thrown
    })
    if (found !== undefined) return { model: found, quantization: null }
    const quantization = await quantizations.planStored(input.model)
    if (quantization !== undefined) return { model: quantization.model, quantization }
    throw await this.#notFound(input.model)
  }

  async #notFound(reference: string): Promise<AppError> {
    const { models, quantized } = this.#options
    const [{ models: float }, { stored }] = await Promise.all([models.list(), quantized.list()])
    const near = nearestName(
      reference,
      [...float, ...stored].map(({ record }) => record.name),
    )
    return new AppError('not-found', `There is no model ${JSON.stringify(reference)}.`, {
      expected: 'the id, the name or the fingerprint of a model or a quantized model',
      hint: near === undefined ? nextStep('list-models') : `The nearest is ${near}.`,
    })
  }

  async #doneBefore({ cell, quantization }: Asked): Promise<EvaluationResult | undefined> {
    const { cells, quantizations } = this.#options
    if (quantization === null) return cells.findFloat([cell])[0]?.[0]
    const made = await quantizations.find(quantization)
    return made === undefined ? undefined : cells.find([{ ...cell, ...made }])[0]?.evaluations[0]
  }

  #startJob(asked: Asked): Job {
    const { jobs } = this.#options
    const { input, cell, quantization, key } = asked
    const { model, dataset, split, noise, shift, seed } = input
    const params = { model, dataset, split, noise, shift, seed, quantization: input.quantization }
    const kind = quantization === null ? ('evaluation' as const) : ('quantized-evaluation' as const)
    const title = evaluationTitle(cell, input, quantization?.bits.label)
    const job = jobs.startWork({ kind, title, params }, async (control) => {
      try {
        return await this.#evaluate(asked, control)
      } finally {
        this.#running.delete(key)
      }
    })
    this.#running.set(key, job.id)
    return job
  }

  async #evaluate({ input, cell, quantization }: Asked, given: TaskControl): Promise<EvaluationResult> {
    const { cells, quantizations } = this.#options
    const { device, engine, force, check } = input
    const control = { ...given, device, engine }
    if (quantization === null) {
      const { evaluations } = await cells.evaluateFloat(cell, { ...control, force })
      return evaluations[0] as EvaluationResult
    }
    const quantized: QuantizedCell = { ...cell, ...(await quantizations.make(quantization, control)) }
    const { evaluations } = await cells.evaluate(quantized, { ...control, force })
    const evaluation = evaluations[0] as EvaluationResult
    if (!check) return evaluation
    return { ...evaluation, warnings: [...evaluation.warnings, ...(await cells.checkBatches(quantized, control))] }
  }
}

function keyOf({ model, dataset, split, inputs }: FloatCell, quantization: PlannedQuantization | null): string {
  const [input] = inputs as [FloatCell['inputs'][number]]
  const names = { model: model.record.fingerprint, dataset: dataset.record.fingerprint }
  const float = runKey(floatEvaluationParts({ ...names, split, input }))
  if (quantization === null) return float
  const { recipe, bits, calibration } = quantization
  const calibrated =
    calibration === null
      ? null
      : 'profile' in calibration
        ? calibration.profile.record.fingerprint
        : { set: calibration.set.fingerprint, ...calibration.options }
  return JSON.stringify([float, recipe, bits, calibrated])
}

function datasetOf(input: Evaluate, { record }: StoredModel): string {
  const reference = input.dataset ?? record.training?.dataset.fingerprint
  if (reference !== undefined) return reference
  throw new AppError(
    'input-invalid',
    `The model ${record.name} was not trained here, so it has no dataset of its own.`,
    {
      hint: nextStep('name-dataset'),
    },
  )
}
