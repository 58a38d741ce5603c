import { z } from 'zod'
import { noiseSchema } from '../../shared/units.ts'

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
