import { z } from 'zod'
import { compositionSchema, labelHandlingSchema } from './calibrationRules.ts'
import { bitsInputSchema } from './quantizationRules.ts'

const countSchema = z.int().min(0)

/** What is asked of a draw, but for its dataset. */
export const drawOptionsSchema = z.strictObject({
  composition: compositionSchema.default('balanced'),
  /** texts */
  size: z.int().min(1).max(1_000_000).default(512),
  seed: countSchema.default(1),
  /** which of the independent draws of this seed */
  draw: countSchema.default(0),
})
export type DrawOptions = z.infer<typeof drawOptionsSchema>

/** What decides a profile beside its model and its set. */
export const profileOptionsSchema = z.strictObject({
  /** of a generative model; without effect on a discriminative one */
  labels: labelHandlingSchema.default('true'),
  /** of each histogram */
  bins: z.int().min(256).max(65_536).default(8192),
  /** whether the logits are profiled too: for recipes that quantize them */
  headOutput: z.boolean().default(false),
})
export type ProfileOptions = z.infer<typeof profileOptionsSchema>

/** A calibration set by its id or fingerprint, or one to be drawn; from the dataset that the model was trained on where none is named. */
export const calibrationInputSchema = z.strictObject({
  set: z.union([
    z.string().min(1).max(100),
    drawOptionsSchema.extend({ dataset: z.string().min(1).max(100).optional() }),
  ]),
  ...profileOptionsSchema.shape,
})
export type CalibrationInput = z.infer<typeof calibrationInputSchema>

/** A recipe of the program by its name, or settings over those of `preset`: {@link recipeSchema}, in parts. */
export const recipeInputSchema = z.union([z.string().min(1).max(64), z.record(z.string(), z.json())])
export type RecipeInput = z.infer<typeof recipeInputSchema>

/** A quantization as a person asks for it, but for its model. */
export const quantizationInputSchema = z.strictObject({
  recipe: recipeInputSchema.default('ours'),
  bits: bitsInputSchema,
  /** without effect where the recipe takes nothing from calibration */
  calibration: calibrationInputSchema.prefault({ set: {} }),
})
export type QuantizationInput = z.infer<typeof quantizationInputSchema>
