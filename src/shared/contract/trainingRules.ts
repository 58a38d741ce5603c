import { z } from 'zod'
import { accuracySchema, fingerprintSchema, idSchema, noiseSchema, secondsSchema } from '../units.ts'
import { datasetNameSchema, encodingOptionsSchema, subsetSchema } from './datasetRules.ts'
import { modelOptionsSchema } from './modelRules.ts'

export const optimizerSchema = z.strictObject({
  /**
   * `adam`: weight decay is added to the gradient (L2), as PyTorch's Adam does. `adamw`: weights shrink by
   * `learning rate * weight decay` apart from the gradient (Loshchilov and Hutter, ICLR 2019). Both correct their moments for bias.
   */
  name: z.enum(['adam', 'adamw']).default('adam'),
  learningRate: z.number().gt(0).max(1).default(1e-3),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().gt(0).max(1).default(1e-8),
  weightDecay: z.number().min(0).max(1).default(0),
})
export type OptimizerOptions = z.infer<typeof optimizerSchema>

export const scheduleSchema = z.strictObject({
  /** of the learning rate after its warm-up: kept, or falling to zero at the last step along a line or half a cosine */
  kind: z.enum(['constant', 'linear', 'cosine']).default('constant'),
  /** steps in which the learning rate rises from zero along a line */
  warmupSteps: z.int().min(0).default(0),
})
export type Schedule = z.infer<typeof scheduleSchema>

/** Texts with noise among the training texts: each text is noisy in each epoch anew, with probability `share`. */
export const trainingNoiseSchema = z.strictObject({ noise: noiseSchema, share: z.number().min(0).max(1) })
export type TrainingNoise = z.infer<typeof trainingNoiseSchema>

/** Every setting of a training but the model's own. */
export const trainingOptionsSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  epochs: z.int().min(1).max(10_000).default(6),
  /** texts a step */
  batch: z.int().min(1).max(65_536).default(64),
  optimizer: optimizerSchema.prefault({}),
  schedule: scheduleSchema.prefault({}),
  /** largest global norm of a step's gradient; a longer one is shortened to it */
  clip: z.number().gt(0).nullable().default(1),
  /** what the best epoch is chosen by, on the dev split */
  chooseBy: z.enum(['accuracy', 'nll']).default('accuracy'),
  /** epochs without a better one after which training ends; null: never */
  patience: z.int().min(1).nullable().default(null),
  /** `balanced`: texts / (classes * texts of the class); or a weight a class */
  classWeights: z.union([z.enum(['none', 'balanced']), z.array(z.number().min(0))]).default('none'),
  noise: trainingNoiseSchema.nullable().default(null),
})
export type TrainingOptions = z.infer<typeof trainingOptionsSchema>

export const devFiguresSchema = z.strictObject({ accuracy: z.number(), nll: z.number() })

/** What is told of a finished epoch. Losses in nats: a text (discriminative) or a word (generative). */
export const epochRecordSchema = z.strictObject({
  epoch: z.int().min(1),
  loss: z.number(),
  /** share of right predictions among the training texts as they passed, dropout on; null for a generative model */
  accuracy: z.number().nullable(),
  dev: devFiguresSchema.nullable(),
  /** steps whose gradient was shortened */
  clipped: z.int().min(0),
})
export type EpochRecord = z.infer<typeof epochRecordSchema>

/** `cpu`, or a graphics device by its number among those that the program may use. */
export const computeDeviceSchema = z.string().regex(/^(cpu|gpu:\d{1,2})$/, 'expected cpu or gpu:N')
export type ComputeDevice = z.infer<typeof computeDeviceSchema>

/** How a training comes to its numbers; the number of threads is part of it, because sums are taken in another order. */
export const trainedOnSchema = z.strictObject({
  device: computeDeviceSchema,
  threads: z.int().min(1),
  /** version of the TensorFlow library */
  tensorflow: z.string(),
})

/** Where a trained model comes from, in its manifest. */
export const trainedModelSchema = z.strictObject({
  /** of the run in the store */
  run: idSchema,
  runKey: z.string().regex(/^[0-9a-f]{64}$/),
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  encoding: fingerprintSchema,
  model: modelOptionsSchema,
  options: trainingOptionsSchema,
  encodingOptions: encodingOptionsSchema,
  rows: subsetSchema,
  /** texts that were trained on */
  texts: z.int().min(1),
  steps: z.int().min(0),
  bestEpoch: z.int().min(0),
  /** of the best epoch; null where the dataset has no dev split */
  dev: z.strictObject({ accuracy: accuracySchema, nll: z.number(), n: z.int().min(1) }).nullable(),
  history: z.array(epochRecordSchema),
  /** computing, all attempts together as far as they are known */
  duration_s: secondsSchema,
  on: trainedOnSchema,
})
export type TrainedModel = z.infer<typeof trainedModelSchema>
