import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { runKey } from '../../core/run/runKey.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import type { ModelRecord } from '../../shared/contract/model.ts'
import {
  trainedFileSchema,
  trainedSchema,
  type Train,
  type Trained,
  type TrainedFile,
  type TrainStarted,
} from '../../shared/contract/training.ts'
import { AppError } from '../../shared/errors.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import type { RunRepository } from '../../store/index.ts'
import { describeModelFile, takeRunWork, type DescribedModel, type ModelStore } from '../../store/models/index.ts'
import { computeThreads, deviceEnvironment } from '../compute/device.ts'
import type { DatasetService, OpenedDataset } from '../dataset/datasetService.ts'
import { chooseModelName } from '../models/chooseModelName.ts'
import { measuredHere } from '../models/measuredHere.ts'
import { planTraining, type TrainingPlan } from '../models/planTraining.ts'
import type { JobsService } from './jobs.ts'

export interface TrainingServiceOptions {
  home: string
  cache: string
  runs: RunRepository
  jobs: JobsService
  datasets: DatasetService
  models: ModelStore
}

/** A training that was asked for, with everything that its end needs. */
interface Asked {
  input: Train
  opened: OpenedDataset
  plan: TrainingPlan
  key: string
  name: string
  /** its work folder */
  work: string
}

/** The stage `training` of the contract. */
export class TrainingService {
  readonly #options: TrainingServiceOptions
  /** id of the job of each key that is under way here */
  readonly #running = new Map<string, string>()

  constructor(options: TrainingServiceOptions) {
    this.#options = options
  }

  /** See the contract. What was trained before is not trained again, and what is under way is not started twice. */
  async start(input: Train, signal?: AbortSignal): Promise<TrainStarted> {
    const { cache, datasets, jobs } = this.#options
    const environment = deviceEnvironment(input.device, cache)
    const encoding = { ...input.encoding, countedRows: input.rows }
    const opened = await withFileFailures('The home folder', () =>
      datasets.open(input.dataset, encoding, signal === undefined ? {} : { signal }),
    )
    const plan = planTraining(input, opened, computeThreads())
    const key = runKey(plan.parts)
    const before = input.force ? undefined : await this.#doneBefore(key)
    if (before !== undefined) return { state: 'done-before', trained: before }
    const running = this.#running.get(key)
    if (running !== undefined) return { state: 'started', job: jobs.get(running) }
    return { state: 'started', job: await this.#startJob({ input, opened, plan, key }, environment) }
  }

  async #startJob(asked: Omit<Asked, 'name' | 'work'>, environment: Record<string, string>): Promise<Job> {
    const { home, jobs, models } = this.#options
    const { input, opened, plan, key } = asked
    const name = await chooseModelName(models, input.name, `${opened.record.name}-${input.model.family}`)
    const work = await withFileFailures('The home folder', () => takeRunWork(home, key))
    if (input.force) await work.clear()
    const whole: Asked = { ...asked, name, work: work.folder }
    return work.releasedOnFailure(() => {
      const job = jobs.start(
        'training',
        { ...plan.params, name, work: work.folder },
        {
          environment,
          finish: (result, ended) => withFileFailures('The home folder', () => this.#keep(whole, result, ended)),
          ended: async (state) => {
            this.#running.delete(key)
            await (state === 'done' ? work.discard() : work.release())
          },
        },
      )
      this.#running.set(key, job.id)
      return job
    })
  }

  /** The model of a run of this key, where both are still in the store. */
  async #doneBefore(key: string): Promise<Trained | undefined> {
    const run = this.#options.runs.byKey(key)
    const fingerprint = trainedSchema.shape.model.shape.fingerprint.safeParse(
      (run?.result as { model?: { fingerprint?: unknown } } | undefined)?.model?.fingerprint,
    )
    if (!fingerprint.success) return undefined
    const model = await this.#options.models.byFingerprint(fingerprint.data)
    return model === undefined ? undefined : { model: model.record, reused: true }
  }

  /** Verifies the finished file, stores it as a model and the training as a run. */
  async #keep(asked: Asked, result: unknown, job: Job): Promise<Trained> {
    const file = trainedFileSchema.parse(result)
    const bytes = await readFile(join(asked.work, file.file))
    const described = describeModelFile(bytes)
    if (described.fingerprint !== file.fingerprint || described.weights !== file.weights) {
      throw new AppError('store-damaged', 'The finished model file is not as it was written.', {
        hint: 'Start the training again; it goes on from its checkpoint.',
      })
    }
    const runId = this.#options.runs.byKey(asked.key)?.id ?? ulid()
    const trained = await this.#options.models.put(bytes, recordOf(asked, file, described, job, runId))
    this.#storeRun(asked, file, trained.model, job, runId)
    return trained
  }

  #storeRun({ plan, input }: Asked, file: TrainedFile, model: ModelRecord, job: Job, id: string): void {
    const { on, texts, steps, bestEpoch, history, duration_s } = file
    this.#options.runs.put(
      {
        id,
        ...plan.parts,
        created: new Date().toISOString(),
        duration_s,
        ...measuredHere(on),
        result: {
          model: { id: model.id, name: model.name, fingerprint: model.fingerprint, weights: model.weights },
          family: input.model.family,
          ...{ texts, steps, bestEpoch, dev: devOf(file), history, on },
        },
        warnings: job.warnings,
        tags: [],
      },
      { force: true },
    )
  }
}

function recordOf(
  { input, opened, plan, key, name }: Asked,
  file: TrainedFile,
  described: DescribedModel,
  job: Job,
  run: string,
): ModelRecord {
  const { record, encoding } = opened
  const { texts, steps, bestEpoch, history, duration_s, on } = file
  return {
    kind: 'model',
    version: 1,
    id: ulid(),
    name,
    created: new Date().toISOString(),
    ...described,
    training: {
      run,
      runKey: key,
      dataset: { name: record.name, fingerprint: record.fingerprint },
      encoding: encoding.fingerprint,
      model: input.model,
      options: plan.params.options,
      encodingOptions: encoding.options,
      rows: input.rows,
      ...{ texts, steps, bestEpoch, history, duration_s, on },
      dev: devOf(file),
    },
    warnings: job.warnings,
  }
}

/** Figures of the best epoch on the dev split. */
function devOf({ history, bestEpoch, devTexts }: TrainedFile): { accuracy: number; nll: number; n: number } | null {
  const dev = history.find(({ epoch }) => epoch === bestEpoch)?.dev ?? null
  return dev === null ? null : { ...dev, n: devTexts }
}
