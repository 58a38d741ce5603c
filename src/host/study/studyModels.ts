import { createHash } from 'node:crypto'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import { runKey } from '../../core/run/runKey.ts'
import { problemsError } from '../../core/study/fileProblem.ts'
import type { ReadStudy } from '../../core/study/readStudy.ts'
import type { ResolvedModel, ResolvedStudy } from '../../core/study/resolveStudy.ts'
import { trainedSchema, trainSchema, type Train } from '../../shared/contract/training.ts'
import type { ComputeDevice } from '../../shared/contract/trainingRules.ts'
import type { DatasetRecord } from '../../shared/contract/datasetRecord.ts'
import { AppError } from '../../shared/errors.ts'
import type { StudyRow } from '../../store/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import { computeThreads } from '../compute/device.ts'
import type { TaskControl } from '../compute/runTask.ts'
import { planTraining } from '../models/planTraining.ts'
import type { StudyParts } from './studyParts.ts'

/** One float model of a study. */
export interface WantedModel {
  /** the study's name for it */
  name: string
  seed: number | null
  model: ResolvedModel
}

/** `disc/1`; the same for every cell of a float model. */
export function modelKey(name: string, seed: number | null): string {
  return `${name}/${seed ?? ''}`
}

/** The models of a study's grid, in its order. */
export function wantedModels({ grid, models }: ResolvedStudy): WantedModel[] {
  return grid.model.flatMap((name): WantedModel[] => {
    const model = models[name] as ResolvedModel
    if (model.kind === 'stored') return [{ name, seed: null, model }]
    return model.seeds.map((seed) => ({ name, seed, model }))
  })
}

/** What a study keeps the fingerprint of a model under: everything that was asked for, and the dataset. */
export function modelHash(wanted: WantedModel, dataset: DatasetRecord): string {
  const { model, seed } = wanted
  const asked = model.kind === 'stored' ? model : { ...withoutSeeds(model), seed, dataset: dataset.fingerprint }
  return createHash('sha256').update(canonicalJson(asked)).digest('hex').slice(0, 32)
}

function withoutSeeds({ seeds: _, ...model }: Extract<ResolvedModel, { kind: 'training' }>): object {
  return model
}

/** {@link findModel}, where a model that the home should have and has not is a fault of the study's file, told with its place. */
export async function findModelFor(
  read: ReadStudy,
  file: string,
  ...asked: Parameters<typeof findModel>
): Promise<StoredModel | undefined> {
  const [, { name, model }] = asked
  try {
    return await findModel(...asked)
  } catch (thrown) {
    if (!(thrown instanceof AppError) || model.kind === 'training') throw thrown
    const list = read.newList()
    list.add(['models', name, 'model'], thrown.message, { hint: thrown.hint, next: thrown.next })
    throw problemsError(file, list.problems)
  }
}

/**
 * A model that is there already: the one that the study had before, wherever that was trained, or that of the same training on this machine.
 * Errors: `not-found` for one that the home should have.
 */
export async function findModel(
  { models, runs, datasets }: Pick<StudyParts, 'models' | 'runs' | 'datasets'>,
  wanted: WantedModel,
  dataset: DatasetRecord,
  known: StudyRow['models'],
  device: ComputeDevice,
): Promise<StoredModel | undefined> {
  if (wanted.model.kind === 'stored') return models.find(wanted.model.model)
  const before = known[modelHash(wanted, dataset)]
  const kept = before === undefined ? undefined : await models.byFingerprint(before)
  if (kept !== undefined) return kept
  const input = trainingOf(wanted, dataset, device)
  const opened = await datasets.open(input.dataset, { ...input.encoding, countedRows: input.rows })
  const run = runs.byKey(runKey(planTraining(input, opened, computeThreads()).parts))
  const trained = trainedSchema.shape.model.shape.fingerprint.safeParse(
    (run?.result as { model?: { fingerprint?: unknown } } | undefined)?.model?.fingerprint,
  )
  return trained.success ? models.byFingerprint(trained.data) : undefined
}

/** Trains a model, on all threads that trainings have; one that was interrupted goes on from its checkpoint. */
export async function trainModel(
  { training, models }: Pick<StudyParts, 'training' | 'models'>,
  study: ResolvedStudy,
  wanted: WantedModel,
  dataset: DatasetRecord,
  control: TaskControl & { device: ComputeDevice },
): Promise<StoredModel> {
  const name = await freeName(models, `${study.name}-${wanted.name}-${wanted.seed ?? ''}`)
  const { device, ...rest } = control
  const { model } = await training.train({ ...trainingOf(wanted, dataset, device), name }, rest)
  return models.find(model.fingerprint)
}

function trainingOf({ model, seed }: WantedModel, dataset: DatasetRecord, device: ComputeDevice): Train {
  if (model.kind === 'stored') throw new Error('a model of the home is not trained')
  const { options, rows, encoding } = model
  return trainSchema.parse({
    dataset: dataset.fingerprint,
    model: model.model,
    options: { ...options, seed },
    ...{ rows, encoding, device },
  })
}

async function freeName(models: StudyParts['models'], wanted: string): Promise<string> {
  const taken = new Set((await models.list()).models.map(({ record }) => record.name))
  const base = wanted
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(0, 58)
  let number = 1
  const name = (): string => (number === 1 ? base : `${base}-${number}`)
  while (taken.has(name())) number += 1
  return name()
}
