import { z } from 'zod'
import {
  bitsSchema,
  bytesSchema,
  fingerprintSchema,
  noiseSchema,
  secondsSchema,
  shareSchema,
  warningSchema,
} from '../units.ts'
import { labelHandlingSchema } from './calibrationRules.ts'
import { fileOfHomeSchema } from './computeFiles.ts'
import { datasetNameSchema, splitNameSchema, tokenizerRulesSchema } from './datasetRules.ts'
import { engineSchema, evaluatedOnSchema } from './engineRules.ts'
import { arrayFileSchema, evaluationFiguresSchema, shiftSchema } from './evaluation.ts'
import { modelNameSchema } from './model.ts'
import { recipeSchema, weightNameSchema } from './quantizationRules.ts'
import { signalsSchema } from './signals.ts'
import { computeDeviceSchema } from './trainingRules.ts'

const countSchema = z.int().min(0)

const computed = {
  /** folder for what the process writes */
  work: z.string().min(1),
  device: computeDeviceSchema,
  threads: z.int().min(1),
}

/** What a job of kind `profile` gets. */
export const profileParamsSchema = z.strictObject({
  /** for the list of jobs */
  title: z.strictObject({ model: modelNameSchema, dataset: datasetNameSchema }),
  model: fileOfHomeSchema,
  /** the train split's rows, and the line numbers of the calibration set in it, from 0, ascending */
  texts: fileOfHomeSchema,
  rows: z.array(countSchema).min(1),
  /** the model's class of each class of the dataset */
  labels: z.array(countSchema).min(1),
  /** where the model's file has none of its own */
  tokenizer: tokenizerRulesSchema,
  labelHandling: labelHandlingSchema,
  bins: z.int().min(256).max(65_536),
  /** whether the logits are profiled too */
  headOutput: z.boolean(),
  engine: engineSchema,
  ...computed,
})
export type ProfileParams = z.infer<typeof profileParamsSchema>

/** What it gives: a file of `encodeProfile` in the work folder. */
export const profiledFileSchema = z.strictObject({
  file: z.literal('profile.bin'),
  bytes: bytesSchema,
  fingerprint: fingerprintSchema,
  texts: z.int().min(1),
  steps: countSchema,
  duration_s: secondsSchema,
  on: evaluatedOnSchema,
})
export type ProfiledFile = z.infer<typeof profiledFileSchema>

/** What goes into the texts before the model reads them. */
export const cellInputSchema = z.strictObject({
  noise: noiseSchema,
  shift: shiftSchema.nullable(),
  /** of noise and shift; without effect on clean input */
  seed: countSchema,
})
export type CellInput = z.infer<typeof cellInputSchema>

/** What a job of kind `quantized-evaluation` gets: one quantization, evaluated on some inputs of one split. */
export const quantizedEvaluationParamsSchema = z.strictObject({
  title: z.strictObject({
    model: modelNameSchema,
    /** null where nothing is evaluated */
    texts: z.strictObject({ dataset: datasetNameSchema, split: splitNameSchema }).nullable(),
  }),
  model: fileOfHomeSchema,
  /** null where the recipe takes nothing from calibration */
  profile: fileOfHomeSchema.nullable(),
  recipe: recipeSchema,
  bits: bitsSchema,
  /** the split's rows; null where nothing is evaluated */
  texts: fileOfHomeSchema.nullable(),
  labels: z.array(countSchema),
  tokenizer: tokenizerRulesSchema,
  /** none: quantizes alone */
  inputs: z.array(cellInputSchema).max(1000),
  /** writes the quantized model's file, `model.bgq`, into the work folder */
  keepFile: z.boolean(),
  /** without effect where there are no inputs */
  engine: engineSchema,
  /** texts at once; null: as many as suit. No figure may depend on it. */
  batch: z.int().min(1).nullable(),
  ...computed,
})
export type QuantizedEvaluationParams = z.infer<typeof quantizedEvaluationParamsSchema>

/** How quantization moved an array of weights, or one gate of it: `Adjustment` of `core/quantization/adjustments.ts`. */
export const weightAdjustmentSchema = z.strictObject({
  part: countSchema,
  array: z.union([weightNameSchema, z.literal('label-vectors')]),
  gate: z.enum(['i', 'f', 'g', 'o']).nullable(),
  weights: z.int().min(1),
  mean: z.number().min(0),
  largest: z.number().min(0),
  meanSteps: z.number().min(0),
  wasserstein: z.number().min(0),
  atEnds: shareSchema,
  normRatio: z.number().min(0).nullable(),
  steps: z.strictObject({ below: countSchema, bins: z.array(countSchema), above: countSchema }),
})
export type WeightAdjustment = z.infer<typeof weightAdjustmentSchema>

/** What a quantization is, whatever it is evaluated on. */
export const quantizedFileSchema = z.strictObject({
  /** of the quantized model's file, whether or not it was written */
  fingerprint: fingerprintSchema,
  bytes: bytesSchema,
  adjustments: z.array(weightAdjustmentSchema),
  warnings: z.array(warningSchema),
  duration_s: secondsSchema,
})
export type QuantizedFile = z.infer<typeof quantizedFileSchema>

/** What it gives. The arrays of input k are in the folder `<work>/<k>`. */
export const quantizedEvaluationSchema = z.strictObject({
  quantization: quantizedFileSchema,
  /** in the order of the inputs */
  evaluations: z.array(
    z.strictObject({
      figures: evaluationFiguresSchema,
      arrays: z.array(arrayFileSchema),
      unknownShare: shareSchema,
      signals: signalsSchema,
      duration_s: secondsSchema,
    }),
  ),
  on: evaluatedOnSchema,
})
export type QuantizedEvaluation = z.infer<typeof quantizedEvaluationSchema>
