import { InvalidArgumentError, Option, type Command } from 'commander'
import { discriminativeOptionsSchema, generativeOptionsSchema } from '../../../shared/contract/modelRules.ts'
import { subsetSchema } from '../../../shared/contract/datasetRules.ts'
import { trainSchema, type Train } from '../../../shared/contract/training.ts'
import { optimizerSchema, scheduleSchema, trainingOptionsSchema } from '../../../shared/contract/trainingRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { deviceOption } from '../../deviceOption.ts'
import { parseNoise, type NoiseFlag } from '../../noiseOption.ts'
import { encodingFlags, encodingOf, numberBy, parseUsage, type EncodingFlags } from '../dataset/options.ts'

export interface TrainFlags extends EncodingFlags {
  dataset: string
  family: 'discriminative' | 'generative'
  embedding?: number
  hidden?: number
  pooling?: string
  dropout?: number
  head?: string
  labelEmbedding?: number
  classBias?: true
  prior?: string
  predictEnd?: true
  epochs?: number
  batch?: number
  lr?: number
  optimizer?: string
  weightDecay?: number
  clip?: number | null
  schedule?: string
  warmup?: number
  chooseBy?: string
  patience?: number
  seed?: number
  classWeights?: string | number[]
  noise?: NoiseFlag
  rows?: number
  rowsSeed?: number
  name?: string
  device?: string
  checkpoint?: number
  force?: true
}

/** Options that only one family has, by their name in the model's options. */
const ofOneFamily = {
  pooling: 'discriminative',
  dropout: 'discriminative',
  head: 'generative',
  labelEmbedding: 'generative',
  classBias: 'generative',
  prior: 'generative',
  predictEnd: 'generative',
} as const

const usualRate = { discriminative: 1e-3, generative: 2e-3 } as const
const { shape: reading } = discriminativeOptionsSchema
const { shape: writing } = generativeOptionsSchema
const { shape: learning } = trainingOptionsSchema
const [, , stratified] = subsetSchema.options

export function trainFlags(command: Command): Command {
  command
    .requiredOption('--dataset <name>', 'its name, id or fingerprint')
    .addOption(
      new Option('--family <name>', 'what kind of model')
        .choices(['discriminative', 'generative'])
        .makeOptionMandatory(),
    )
    .option('--name <name>', "what to call the model (default: the dataset's name and the family)")
  modelFlags(command)
  learningFlags(command)
  encodingFlags(command)
    .option(
      '--rows <number>',
      'train on so many rows, drawn with the shares of the classes',
      numberBy(stratified.shape.rows),
    )
    .option('--rows-seed <number>', 'of that draw (default: 1)', numberBy(stratified.shape.seed))
  return deviceOption(command)
    .option(
      '--checkpoint <seconds>',
      'how often the state is saved (default: 30)',
      numberBy(trainSchema.shape.checkpoint_s),
    )
    .option('--force', 'train again what was trained before')
}

function modelFlags(command: Command): void {
  command
    .option('--embedding <size>', "length of a word's vector (default: 100)", numberBy(reading.embedding))
    .option('--hidden <size>', "length of the LSTM's state (default: 100)", numberBy(reading.hidden))
    .addOption(
      new Option('--pooling <how>', 'discriminative: which states the class is read from (default: mean)').choices([
        'mean',
        'last',
      ]),
    )
    .option('--dropout <share>', 'discriminative: of the text vector (default: 0.5)', numberBy(reading.dropout))
    .addOption(
      new Option('--head <how>', 'generative: one language model, or one a class (default: shared)').choices([
        'shared',
        'independent',
      ]),
    )
    .option(
      '--label-embedding <size>',
      "generative: length of a class's vector (default: 100)",
      numberBy(writing.labelEmbedding),
    )
    .option('--class-bias', 'generative: a bias of each word in each class')
    .addOption(
      new Option('--prior <how>', "generative: the classes' chances (default: uniform)").choices([
        'uniform',
        'trained',
      ]),
    )
    .option('--predict-end', "generative: predict the text's end too")
}

function learningFlags(command: Command): void {
  const { learningRate, weightDecay } = optimizerSchema.shape
  command
    .option('--epochs <number>', 'times through the texts (default: 6)', numberBy(learning.epochs))
    .option('--batch <texts>', 'texts a step (default: 64)', numberBy(learning.batch))
    .option('--lr <rate>', 'learning rate (default: 0.001; generative 0.002)', numberBy(learningRate))
    .addOption(new Option('--optimizer <name>', 'how weight decay is done (default: adam)').choices(['adam', 'adamw']))
    .option('--weight-decay <number>', '(default: 0)', numberBy(weightDecay))
    .option('--clip <norm>', 'longest gradient, or none (default: 1)', parseClip)
    .addOption(
      new Option('--schedule <name>', 'of the learning rate (default: constant)').choices([
        'constant',
        'linear',
        'cosine',
      ]),
    )
    .option(
      '--warmup <steps>',
      'in which the learning rate rises (default: 0)',
      numberBy(scheduleSchema.shape.warmupSteps),
    )
    .addOption(
      new Option('--choose-by <figure>', 'of the dev split, for the best epoch (default: accuracy)').choices([
        'accuracy',
        'nll',
      ]),
    )
    .option(
      '--patience <epochs>',
      'stop after so many without a better one (default: never)',
      numberBy(learning.patience.unwrap().unwrap()),
    )
    .option('--seed <number>', '(default: 1)', numberBy(learning.seed))
    .option('--class-weights <how>', 'none, balanced, or a number a class with commas between', parseClassWeights)
    .option('--noise <kind:level:share>', 'noise in a share of the training texts: qwerty:0.05:0.5', (text) =>
      parseNoise(text, true),
    )
}

/** The call that the flags stand for. Errors: `usage-invalid`. */
export function trainOf(flags: TrainFlags): Train {
  const { dataset, name, device, checkpoint, force, rows, rowsSeed } = flags
  assertFamily(flags)
  if (rows === undefined && rowsSeed !== undefined) {
    throw new AppError('usage-invalid', '--rows-seed has no meaning without --rows.')
  }
  return parseUsage(trainSchema, {
    dataset,
    name,
    device,
    force,
    checkpoint_s: checkpoint,
    model: modelOf(flags),
    options: optionsOf(flags),
    encoding: encodingOf(flags),
    rows: rows === undefined ? undefined : { kind: 'stratified', rows, seed: rowsSeed ?? 1 },
  })
}

function modelOf(flags: TrainFlags): object {
  const { family, embedding, hidden, pooling, dropout, head, labelEmbedding, classBias, prior, predictEnd } = flags
  if (family === 'discriminative') return { family, embedding, hidden, pooling, dropout }
  return { family, embedding, hidden, head, labelEmbedding, classBias, prior, predictEnd }
}

function optionsOf(flags: TrainFlags): object {
  const { seed, epochs, batch, clip, chooseBy, patience, classWeights, noise, family } = flags
  return {
    ...{ seed, epochs, batch, clip, chooseBy, patience, classWeights },
    optimizer: {
      name: flags.optimizer,
      learningRate: flags.lr ?? usualRate[family],
      weightDecay: flags.weightDecay,
    },
    schedule: { kind: flags.schedule, warmupSteps: flags.warmup },
    noise: noise === undefined ? undefined : { noise: { kind: noise.kind, level: noise.level }, share: noise.share },
  }
}

function assertFamily(flags: TrainFlags): void {
  for (const [name, family] of Object.entries(ofOneFamily)) {
    if (flags.family === family || flags[name as keyof typeof ofOneFamily] === undefined) continue
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new AppError('usage-invalid', `${flag} is an option of ${family} models alone.`, { found: flags.family })
  }
}

function parseClip(text: string): number | null {
  return text === 'none' ? null : numberBy(learning.clip.unwrap().unwrap())(text)
}

function parseClassWeights(text: string): string | number[] {
  if (text === 'none' || text === 'balanced') return text
  const weights = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (weights.every((weight) => Number.isFinite(weight) && weight >= 0)) return weights
  throw new InvalidArgumentError('Expected none, balanced, or numbers with commas between.')
}
