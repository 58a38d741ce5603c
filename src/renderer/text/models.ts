import type { ModelLayout } from '../../shared/contract/model.ts'
import type { ModelOptions, ModelSpec } from '../../shared/contract/modelRules.ts'
import type { TrainedModel, TrainingOptions } from '../../shared/contract/trainingRules.ts'
import type { Noise } from '../../shared/units.ts'
import { counted, numberText, shareText } from './datasets.ts'
import { secondsText } from './figures.ts'
import type { Term } from './glossary.ts'

/** A line of a list of facts. */
export interface Fact {
  title: string
  text: string
  term?: Term
}

export const layoutWords: Readonly<Record<ModelLayout, string>> = {
  bitgauge: 'Bitgauge, complete',
  pytorch: 'PyTorch names and gate order',
  keras: 'Keras names and gate order',
}

export function noiseText({ kind, level }: Noise): string {
  return kind === 'none' ? 'clean' : `${kind} ${level}`
}

/** What the model is made of, in the order of the data through it. */
export function specFacts(spec: ModelSpec): Fact[] {
  const shared: Fact[] = [
    { title: 'Words', text: numberText(spec.words), term: 'vocabulary' },
    { title: 'Word vector', text: numberText(spec.embedding) },
    { title: 'Hidden', text: numberText(spec.hidden), term: 'hidden' },
  ]
  if (spec.family === 'discriminative') {
    return [
      ...shared,
      { title: 'Text vector', text: spec.pooling === 'mean' ? 'mean of all states' : 'last state', term: 'pooling' },
      { title: 'Dropout', text: `${shareText(spec.dropout)} %`, term: 'dropout' },
      { title: 'Classes', text: numberText(spec.classes) },
    ]
  }
  const isShared = spec.head === 'shared'
  return [
    ...shared,
    { title: 'Head', text: isShared ? 'one for all classes' : 'a model for each class', term: 'head' },
    ...(isShared ? [{ title: 'Class vector', text: numberText(spec.labelEmbedding) }] : []),
    ...(isShared ? [{ title: 'Bias', text: spec.classBias ? 'a word and class' : 'a word' }] : []),
    { title: 'Prior', text: spec.prior === 'trained' ? 'from the train texts' : 'all classes alike', term: 'prior' },
    { title: 'End', text: spec.predictEnd ? 'predicted' : 'not predicted' },
    { title: 'Classes', text: numberText(spec.classes) },
  ]
}

export function settingFacts(options: TrainingOptions): Fact[] {
  const { optimizer, schedule, noise, classWeights } = options
  const weights = Array.isArray(classWeights)
    ? classWeights.join(', ')
    : classWeights === 'none'
      ? 'all alike'
      : 'by rarity'
  return [
    { title: 'Epochs', text: numberText(options.epochs), term: 'epoch' },
    { title: 'Batch', text: counted(options.batch, 'text'), term: 'batch' },
    { title: 'Optimizer', text: `${optimizer.name}, ${optimizer.learningRate}`, term: 'learning rate' },
    {
      title: 'Weight decay',
      text: optimizer.weightDecay === 0 ? 'none' : String(optimizer.weightDecay),
      term: 'weight decay',
    },
    { title: 'Schedule', text: scheduleText(schedule) },
    {
      title: 'Gradient',
      text: options.clip === null ? 'not shortened' : `at most ${options.clip} long`,
      term: 'clipping',
    },
    { title: 'Best by', text: `dev ${options.chooseBy === 'nll' ? 'loss' : 'accuracy'}` },
    {
      title: 'Patience',
      text: options.patience === null ? 'all epochs' : counted(options.patience, 'epoch'),
      term: 'patience',
    },
    { title: 'Classes weigh', text: weights, term: 'class weights' },
    {
      title: 'Noise',
      text: noise === null ? 'none' : `${noiseText(noise.noise)} in ${shareText(noise.share)} % of the texts`,
      term: 'noise in training',
    },
    { title: 'Seed', text: String(options.seed), term: 'seed' },
  ]
}

function scheduleText({ kind, warmupSteps }: TrainingOptions['schedule']): string {
  const shape = { constant: 'kept', linear: 'falls along a line', cosine: 'falls along a cosine' }[kind]
  return warmupSteps === 0 ? shape : `${shape}, after ${counted(warmupSteps, 'step')} of rise`
}

export function trainedFacts({ texts, steps, bestEpoch, on, duration_s }: TrainedModel): Fact[] {
  return [
    { title: 'Texts', text: numberText(texts) },
    { title: 'Steps', text: numberText(steps) },
    { title: 'Best epoch', text: bestEpoch === 0 ? 'none' : String(bestEpoch) },
    { title: 'Took', text: secondsText(duration_s) },
    {
      title: 'On',
      text: `${on.device === 'cpu' ? 'processor' : on.device}, ${counted(on.threads, 'thread')}, TensorFlow ${on.tensorflow}`,
    },
  ]
}

/** Steps of one epoch: each text once, in batches; null where that is not known. */
export function stepsText(texts: number, options: Pick<TrainingOptions, 'batch' | 'epochs'>): string {
  const each = Math.ceil(texts / options.batch)
  return `${counted(each, 'step')} an epoch, ${numberText(each * options.epochs)} at most`
}

/** Float numbers of a model: `numerics.md`'s shapes, one bias a gate. */
export function parametersOf(options: ModelOptions, words: number, classes: number): number {
  const { embedding, hidden } = options
  const cell = 4 * hidden * (embedding + hidden + 1)
  const base = words * embedding + cell
  if (options.family === 'discriminative') return base + classes * (hidden + 1)
  if (options.head === 'independent') return classes * (base + words * (hidden + 1))
  const classPart = classes * options.labelEmbedding + (options.classBias ? words * classes : 0)
  return base + classPart + words * (hidden + options.labelEmbedding + 1)
}
