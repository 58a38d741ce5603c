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
import type { Warning } from '../../shared/units.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import type { RunRepository } from '../../store/index.ts'
import { describeModelFile, takeRunWork, type DescribedModel, type ModelStore } from '../../store/models/index.ts'
import { computeThreads, deviceEnvironment } from '../compute/device.ts'
import type { Pool } from '../compute/pool.ts'
import { runTask, type TaskControl, type TaskEnd } from '../compute/runTask.ts'
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
  pool: Pool
  datasets: DatasetService
  models: ModelStore
}

/** A training that was asked for, its names resolved. */
interface Asked {
  input: Train
  opened: OpenedDataset
  plan: TrainingPlan
  key: string
  environment: Record<string, string>
}

/** The same with everything that its end needs. */
interface Begun extends Asked {
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
    const { jobs } = this.#options
    const asked = await this.#resolve(input, computeThreads(), signal)
    const before = input.force ? undefined : await this.#doneBefore(asked.key)
    if (before !== undefined) return { state: 'done-before', trained: before }
    const running = this.#running.get(asked.key)
    if (running !== undefined) return { state: 'started', job: jobs.get(running) }
    return { state: 'started', job: await this.#startJob(asked) }
  }

  /** The same without a row in the table of jobs, for work that is a job itself. Errors: those of the contract, `compute-crashed`, `cancelled`. */
  async train(input: Train, control: TaskControl): Promise<Trained> {
    const { signal, threads = computeThreads() } = control
    const asked = await this.#resolve(input, threads, signal)
    const before = input.force ? undefined : await this.#doneBefore(asked.key)
    if (before !== undefined) return before
    const { task } = await this.#begin(asked)
    return runTask(this.#options.pool, task, control)
  }

  async #resolve(input: Train, threads: number, signal?: AbortSignal): Promise<Asked> {
    const { cache, datasets } = this.#options
    const environment = deviceEnvironment(input.device, cache)
    const encoding = { ...input.encoding, countedRows: input.rows }
    const opened = await withFileFailures('The home folder', () =>
      datasets.open(input.dataset, encoding, signal === undefined ? {} : { signal }),
    )
    const plan = planTraining(input, opened, threads)
    return { input, opened, plan, key: runKey(plan.parts), environment }
  }

  async #startJob(asked: Asked): Promise<Job> {
    const { task, work } = await this.#begin(asked)
    const { kind, params, ended, ...around } = task
    return work.releasedOnFailure(() => {
      const done = async (end: TaskEnd): Promise<void> => {
        this.#running.delete(asked.key)
        await ended(end)
      }
      const job = this.#options.jobs.start(kind, params, { ...around, ended: done })
      this.#running.set(asked.key, job.id)
      return job
    })
  }

  /** Takes the work folder. Errors: `conflict`. */
  async #begin(asked: Asked) {
    const { home, models } = this.#options
    const { input, opened, plan, key, environment } = asked
    const name = await chooseModelName(models, input.name, `${opened.record.name}-${input.model.family}`)
    const work = await withFileFailures('The home folder', () => takeRunWork(home, key))
    if (input.force) await work.clear()
    const begun: Begun = { ...asked, name, work: work.folder }
    const task = {
      kind: 'training' as const,
      params: { ...plan.params, name, work: work.folder },
      environment,
      finish: (result: unknown, warnings: Warning[]) =>
        withFileFailures('The home folder', () => this.#keep(begun, result, warnings)),
      ended: (end: TaskEnd) => (end === 'done' ? work.discard() : work.release()),
    }
    return { task, work }
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
  async #keep(asked: Begun, result: unknown, warnings: Warning[]): Promise<Trained> {
    const file = trainedFileSchema.parse(result)
    const bytes = await readFile(join(asked.work, file.file))
    const described = describeModelFile(bytes)
    if (described.fingerprint !== file.fingerprint || described.weights !== file.weights) {
      throw new AppError('store-damaged', 'The finished model file is not as it was written.', {
        hint: 'Start the training again; it goes on from its checkpoint.',
      })
    }
    const runId = this.#options.runs.byKey(asked.key)?.id ?? ulid()
    const trained = await this.#options.models.put(bytes, recordOf(asked, file, described, warnings, runId))
    this.#storeRun(asked, file, trained.model, warnings, runId)
    return trained
  }

  #storeRun({ plan, input }: Asked, file: TrainedFile, model: ModelRecord, warnings: Warning[], id: string): void {
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
        warnings,
        tags: [],
      },
      { force: true },
    )
  }
}

function recordOf(
  { input, opened, plan, key, name }: Begun,
  file: TrainedFile,
  described: DescribedModel,
  warnings: Warning[],
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
    warnings,
  }
}

/** Figures of the best epoch on the dev split. */
function devOf({ history, bestEpoch, devTexts }: TrainedFile): { accuracy: number; nll: number; n: number } | null {
  const dev = history.find(({ epoch }) => epoch === bestEpoch)?.dev ?? null
  return dev === null ? null : { ...dev, n: devTexts }
}
