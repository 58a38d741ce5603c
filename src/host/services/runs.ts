import type { z } from 'zod'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type {
  RunDistributions,
  RunEntry,
  runListInputSchema,
  RunList,
  RunPredictions,
  RunPredictionsInput,
  RunRemoved,
  RunShown,
  RunsOfModel,
} from '../../shared/contract/run.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { ProfileStore } from '../../store/calibration/index.ts'
import { withFileFailures, type DatasetStore } from '../../store/datasets/index.ts'
import type { RunTable, RunTableInput } from '../../shared/contract/runTable.ts'
import type { EvaluationRepository, Run, RunRepository, Store, StudyRepository } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import { describeRun } from '../runs/describeRun.ts'
import { evaluationOf } from '../quantization/evaluationRuns.ts'
import { distributionsOf } from '../runs/distributionsOf.ts'
import { pageOfPredictions } from '../runs/pageOfPredictions.ts'
import { KeptTables } from '../runs/keptTables.ts'
import { homeTable } from '../runs/runTable.ts'
import { findStudy } from '../study/findStudy.ts'

export interface RunServiceOptions {
  runs: RunRepository
  profileStore: ProfileStore
  evaluations: EvaluationRepository
  studies: StudyRepository
  models: ModelStore
  datasets: DatasetStore
  partChanges: Store['partChanges']
}

/** Evaluations of all models among which those of one are sought: a run's model stands in its result. */
const lookedThrough = 2000

/** Single runs of the store, whatever their stage. */
export class RunService {
  readonly #options: RunServiceOptions
  readonly #tables: KeptTables

  constructor(options: RunServiceOptions) {
    this.#options = options
    this.#tables = new KeptTables(options)
  }

  list({ limit, ...filters }: z.output<typeof runListInputSchema>): RunList {
    const runs = this.#options.runs.list({ ...filters, limit: limit + 1 })
    return { runs: runs.slice(0, limit).map(describeRun), more: runs.length > limit }
  }

  ofModel({ model, limit }: { model: string; limit: number }): RunsOfModel {
    const { runs, more } = this.list({ stage: 'evaluation', limit: lookedThrough })
    const own = runs.filter((run) => run.model === model)
    return { runs: own.slice(0, limit), total: own.length, looked: runs.length, more }
  }

  show(reference: string): RunShown {
    const run = this.find(reference)
    const { stageVersion, inputs, recipe, result, engine, kernel, machine } = run
    const arrays = this.#options.runs.arrays(run.id).map((info) => ({ ...info, shape: [...info.shape] }))
    return {
      run: describeRun(run),
      stageVersion,
      inputs: { ...inputs },
      recipe,
      result,
      engine,
      kernel,
      machine,
      arrays,
    }
  }

  /** Errors: `not-found`. */
  async table({ study, since }: RunTableInput): Promise<RunTable> {
    if (study === undefined) return homeTable(this.#options)
    return this.#tables.tell(findStudy(this.#options.studies, study), since)
  }

  predictions(input: RunPredictionsInput): Promise<RunPredictions> {
    const run = this.#evaluation(input.run)
    const float = run.evaluation.quantization?.float?.run
    const against = input.against ?? (float !== undefined && this.#options.runs.get(float) !== undefined ? float : null)
    return pageOfPredictions(this.#options, run, against === null ? null : this.#evaluation(against), input)
  }

  async distributions(reference: string): Promise<RunDistributions> {
    const { evaluation } = this.#evaluation(reference)
    return distributionsOf(this.#options, evaluation)
  }

  /** A profile's file goes with its run; models and quantized models stay. */
  async remove(references: readonly string[]): Promise<RunRemoved> {
    const found = references.map((reference) => this.find(reference))
    for (const run of found) await this.#removeOne(run)
    return { removed: found.map(({ id }) => id) }
  }

  tag(reference: string, tags: readonly string[]): RunEntry {
    return describeRun(this.#options.runs.tag(this.find(reference).id, tags))
  }

  /** The run of an id or a key. Errors: `not-found`. */
  find(reference: string): Run {
    const { runs } = this.#options
    const found = /^[0-9a-f]{64}$/.test(reference) ? runs.byKey(reference) : runs.get(reference.toUpperCase())
    if (found !== undefined) return found
    throw new AppError('not-found', `There is no run ${JSON.stringify(reference)}.`, {
      expected: 'the id or the key of a run',
      hint: nextStep('list-runs'),
    })
  }

  /** Errors: `not-found`, `input-invalid` for a run of another stage, `store-damaged`. */
  #evaluation(reference: string): { run: Run; evaluation: EvaluationResult } {
    const run = this.find(reference)
    if (run.stage === 'evaluation') return { run, evaluation: evaluationOf(run) }
    throw new AppError('input-invalid', `The run ${run.id} is no evaluation.`, {
      expected: 'a run of stage evaluation',
      found: run.stage,
    })
  }

  async #removeOne({ id, stage, result }: Run): Promise<void> {
    const { kind, fingerprint } = (result ?? {}) as { kind?: unknown; fingerprint?: unknown }
    if (stage === 'calibration' && kind === 'profile' && typeof fingerprint === 'string') {
      await withFileFailures('The home folder', () => this.#options.profileStore.discard(fingerprint))
    }
    this.#options.runs.remove(id)
  }
}
