import { readFile } from 'node:fs/promises'
import { ulid } from 'ulid'
import { matchClasses } from '../../core/dataset/shift/matchClasses.ts'
import { runKey, type RunKeyParts } from '../../core/run/runKey.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import {
  evaluatedFilesSchema,
  evaluationResultSchema,
  type ArrayFile,
  type Evaluate,
  type EvaluatedFiles,
  type EvaluateStarted,
  type EvaluationResult,
} from '../../shared/contract/evaluation.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import { AppError } from '../../shared/errors.ts'
import { DatasetStore, splitOf, withFileFailures, type StoredDataset } from '../../store/datasets/index.ts'
import type { Run, RunArray, RunRepository, TestOpeningRepository } from '../../store/index.ts'
import { takeRunWork, type ModelStore, type StoredModel } from '../../store/models/index.ts'
import { computeThreads, deviceEnvironment } from '../compute/device.ts'
import { fileInside, homeFile } from '../models/homeFile.ts'
import { measuredHere } from '../models/measuredHere.ts'
import { version } from '../version.ts'
import type { JobsService } from './jobs.ts'

export interface EvaluationServiceOptions {
  home: string
  cache: string
  runs: RunRepository
  testOpenings: TestOpeningRepository
  jobs: JobsService
  models: ModelStore
}

/** An evaluation that was asked for, its names resolved. */
interface Asked {
  input: Evaluate
  model: StoredModel
  dataset: StoredDataset
  labels: number[]
  parts: RunKeyParts
  key: string
}

/** The stage `evaluation` of the contract. */
export class EvaluationService {
  readonly #options: EvaluationServiceOptions
  readonly #datasets: DatasetStore
  /** id of the job of each key that is under way here */
  readonly #running = new Map<string, string>()

  constructor(options: EvaluationServiceOptions) {
    this.#options = options
    this.#datasets = new DatasetStore(options.home)
  }

  /** See the contract. What was evaluated before is not evaluated again, and what is under way is not started twice. */
  async start(input: Evaluate): Promise<EvaluateStarted> {
    const { cache, jobs, runs } = this.#options
    const environment = deviceEnvironment(input.device, cache)
    const asked = await this.#resolve(input)
    const before = input.force ? undefined : runs.byKey(asked.key)
    if (before !== undefined) return { state: 'done-before', evaluation: evaluationOf(before) }
    const running = this.#running.get(asked.key)
    if (running !== undefined) return { state: 'started', job: jobs.get(running) }
    return { state: 'started', job: await this.#startJob(asked, environment) }
  }

  async #resolve(input: Evaluate): Promise<Asked> {
    const model = await this.#options.models.find(input.model)
    const dataset = await this.#datasets.find(datasetOf(input, model))
    const labels = [...matchClasses(model.record.classes, dataset.record.classes)]
    splitOf(dataset.record, input.split)
    const { split, noise, shift } = input
    const parts: RunKeyParts = {
      stage: 'evaluation',
      stageVersion: stageVersions.evaluation,
      inputs: { model: model.record.fingerprint, dataset: dataset.record.fingerprint },
      recipe: { split, noise, shift },
      seed: isClean(input) ? 0 : input.seed,
    }
    return { input, model, dataset, labels, parts, key: runKey(parts) }
  }

  async #startJob(asked: Asked, environment: Record<string, string>): Promise<Job> {
    const { home, jobs } = this.#options
    const { input, key } = asked
    const work = await withFileFailures('The home folder', () => takeRunWork(home, key))
    return work.releasedOnFailure(() => {
      const params = paramsOf(asked, work.folder)
      if (input.split === 'test') this.#logOpening(asked)
      const job = jobs.start('evaluation', params, {
        environment,
        finish: (result, ended) =>
          withFileFailures('The home folder', () => this.#keep(asked, work.folder, result, ended)),
        ended: async () => {
          this.#running.delete(key)
          await work.discard()
        },
      })
      this.#running.set(key, job.id)
      return job
    })
  }

  /** Before the split is read, so that an opening which fails is written down too. */
  #logOpening({ dataset, key }: Asked): void {
    this.#options.testOpenings.log({
      id: ulid(),
      opened: new Date().toISOString(),
      dataset: dataset.record.fingerprint,
      runKey: key,
      program: `bitgauge ${version}`,
    })
  }

  async #keep(asked: Asked, work: string, result: unknown, job: Job): Promise<EvaluationResult> {
    const found = evaluatedFilesSchema.parse(result)
    const arrays = await Promise.all(found.arrays.map((array) => readArray(work, array)))
    const { run } = this.#options.runs.put(
      {
        id: ulid(),
        ...asked.parts,
        created: new Date().toISOString(),
        duration_s: found.duration_s,
        ...measuredHere(found.on),
        result: resultOf(asked, found),
        warnings: job.warnings,
        tags: [],
        arrays,
      },
      { force: true },
    )
    return evaluationOf(run)
  }
}

/** What the store has as a run's result: the evaluation but for what stands in the run's own columns. */
function resultOf({ input, model, dataset, parts }: Asked, found: EvaluatedFiles) {
  const { id, name, fingerprint, spec, classes } = model.record
  const { split, noise, shift } = input
  return {
    model: { id, name, fingerprint },
    family: spec.family,
    dataset: { name: dataset.record.name, fingerprint: dataset.record.fingerprint },
    ...{ split, noise, shift, seed: parts.seed },
    ...found.figures,
    classNames: classes,
    unknownShare: found.unknownShare,
    duration_s: found.duration_s,
    on: found.on,
  }
}

/** @throws AppError `store-damaged` where the run's result is not an evaluation's */
function evaluationOf({ id, key, created, warnings, result }: Run): EvaluationResult {
  const parsed = evaluationResultSchema.safeParse({ ...(result as object), id, key, created, warnings })
  if (parsed.success) return parsed.data
  throw new AppError('store-damaged', `The run ${id} does not hold an evaluation.`, {
    found: parsed.error.issues[0]?.path.join('.'),
    hint: 'Evaluate again with --force.',
  })
}

function paramsOf({ input, model, dataset, labels }: Asked, work: string) {
  const { split, noise, shift, seed, device } = input
  const { record, folder } = model
  return {
    title: { model: record.name, dataset: dataset.record.name, split },
    model: homeFile(folder, { file: record.file, sha256: record.fingerprint.slice('sha256:'.length) }),
    texts: homeFile(dataset.folder, splitOf(dataset.record, split)),
    labels,
    tokenizer: dataset.record.tokenizer,
    ...{ noise, shift, seed, work, device },
    threads: computeThreads(),
  }
}

function datasetOf(input: Evaluate, { record }: StoredModel): string {
  const reference = input.dataset ?? record.training?.dataset.fingerprint
  if (reference !== undefined) return reference
  throw new AppError(
    'input-invalid',
    `The model ${record.name} was not trained here, so it has no dataset of its own.`,
    {
      hint: 'Name one with --dataset.',
    },
  )
}

function isClean({ noise, shift }: Evaluate): boolean {
  return shift === null && noise.level === 0
}

async function readArray(work: string, { name, file, dtype, shape }: ArrayFile): Promise<RunArray> {
  const bytes = await readFile(fileInside(work, file))
  const buffer = new Uint8Array(bytes).buffer
  return { name, shape, data: dtype === 'uint16' ? new Uint16Array(buffer) : new Float32Array(buffer) }
}
