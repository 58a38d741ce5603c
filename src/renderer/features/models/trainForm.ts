import type { z } from 'zod'
import { trainSchema, type Train } from '../../../shared/contract/training.ts'
import { discriminativeOptionsSchema, generativeOptionsSchema } from '../../../shared/contract/modelRules.ts'
import { trainingOptionsSchema, type TrainingOptions } from '../../../shared/contract/trainingRules.ts'

/** A training as its form holds it: flat, shares in per cent, what may be left out as a switch beside its number. */
export interface TrainForm {
  dataset: string
  name: string
  family: 'discriminative' | 'generative'
  embedding: number
  hidden: number
  pooling: 'mean' | 'last'
  dropout: number
  head: 'shared' | 'independent'
  labelEmbedding: number
  classBias: boolean
  prior: 'uniform' | 'trained'
  predictEnd: boolean
  epochs: number
  batch: number
  seed: number
  optimizer: 'adam' | 'adamw'
  learningRate: number
  weightDecay: number
  schedule: 'constant' | 'linear' | 'cosine'
  warmupSteps: number
  clips: boolean
  clip: number
  chooseBy: 'accuracy' | 'nll'
  stops: boolean
  patience: number
  classWeights: 'none' | 'balanced'
  noise: 'none' | 'qwerty' | 'insertion' | 'deletion' | 'swap' | 'word-drop'
  noiseLevel: number
  noiseShare: number
  rows: 'all' | 'first' | 'stratified'
  rowCount: number
  cap: number
  minFrequency: number
  maxLength: number
  device: string
}

/** The contract's own defaults. */
export function newTraining(dataset = ''): TrainForm {
  const disc = discriminativeOptionsSchema.parse({ family: 'discriminative' })
  const gen = generativeOptionsSchema.parse({ family: 'generative' })
  const options = trainingOptionsSchema.parse({})
  const { encoding, device } = trainSchema.parse({ dataset: 'any', model: disc })
  return {
    dataset,
    name: '',
    family: 'discriminative',
    embedding: disc.embedding,
    hidden: disc.hidden,
    pooling: disc.pooling,
    dropout: disc.dropout * 100,
    head: gen.head,
    labelEmbedding: gen.labelEmbedding,
    classBias: gen.classBias,
    prior: gen.prior,
    predictEnd: gen.predictEnd,
    ...flatOptions(options),
    rows: 'all',
    rowCount: 1000,
    cap: encoding.cap,
    minFrequency: encoding.minFrequency,
    maxLength: encoding.maxLength,
    device,
  }
}

function flatOptions(options: TrainingOptions) {
  const { optimizer, schedule, clip, patience } = options
  return {
    epochs: options.epochs,
    batch: options.batch,
    seed: options.seed,
    optimizer: optimizer.name,
    learningRate: optimizer.learningRate,
    weightDecay: optimizer.weightDecay,
    schedule: schedule.kind,
    warmupSteps: schedule.warmupSteps,
    clips: clip !== null,
    clip: clip ?? 1,
    chooseBy: options.chooseBy,
    stops: patience !== null,
    patience: patience ?? 3,
    classWeights: 'none' as const,
    noise: 'none' as const,
    noiseLevel: 5,
    noiseShare: 50,
  }
}

/** The call's input, not checked yet. */
export function trainInput(form: TrainForm): z.input<typeof trainSchema> {
  return {
    dataset: form.dataset,
    ...(form.name.trim() === '' ? {} : { name: form.name.trim() }),
    model: modelInput(form),
    options: {
      seed: form.seed,
      epochs: form.epochs,
      batch: form.batch,
      optimizer: { name: form.optimizer, learningRate: form.learningRate, weightDecay: form.weightDecay },
      schedule: { kind: form.schedule, warmupSteps: form.warmupSteps },
      clip: form.clips ? form.clip : null,
      chooseBy: form.chooseBy,
      patience: form.stops ? form.patience : null,
      classWeights: form.classWeights,
      noise: noiseInput(form),
    },
    encoding: { cap: form.cap, minFrequency: form.minFrequency, maxLength: form.maxLength },
    rows: rowsInput(form),
    device: form.device,
  }
}

function modelInput(form: TrainForm): z.input<typeof trainSchema>['model'] {
  const { family, embedding, hidden } = form
  if (family === 'discriminative')
    return { family, embedding, hidden, pooling: form.pooling, dropout: form.dropout / 100 }
  const shared = form.head === 'shared' ? { labelEmbedding: form.labelEmbedding, classBias: form.classBias } : {}
  return { family, head: form.head, embedding, hidden, ...shared, prior: form.prior, predictEnd: form.predictEnd }
}

function noiseInput({ noise, noiseLevel, noiseShare }: TrainForm): TrainingOptions['noise'] {
  return noise === 'none' ? null : { noise: { kind: noise, level: noiseLevel / 100 }, share: noiseShare / 100 }
}

function rowsInput({ rows, rowCount, seed }: TrainForm): Train['rows'] {
  if (rows === 'all') return { kind: 'all' }
  return rows === 'first' ? { kind: rows, rows: rowCount } : { kind: rows, rows: rowCount, seed }
}

/** What keeps the training from being started, a sentence a field. */
export function trainProblems(form: TrainForm, taken: readonly string[]): Partial<Record<keyof TrainForm, string>> {
  const problems: ReturnType<typeof trainProblems> = {}
  if (form.dataset === '') problems.dataset = 'Choose the texts to learn from.'
  if (form.name.trim() !== '' && taken.includes(form.name.trim())) problems.name = 'There is a model of this name.'
  const checked = trainSchema.safeParse(trainInput({ ...form, dataset: form.dataset || 'any' }))
  for (const { path, message } of checked.error?.issues ?? []) {
    const field = fields.find((one) => one === path.at(-1)) ?? 'name'
    problems[field] ??= message
  }
  return problems
}

const fields = [
  'name',
  'embedding',
  'hidden',
  'dropout',
  'labelEmbedding',
  'epochs',
  'batch',
  'seed',
  'learningRate',
  'weightDecay',
  'warmupSteps',
  'clip',
  'patience',
  'cap',
  'minFrequency',
  'maxLength',
  'device',
] as const
