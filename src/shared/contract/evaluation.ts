import { z } from 'zod'
import {
  accuracySchema,
  bitsSchema,
  bytesSchema,
  fingerprintSchema,
  idSchema,
  intervalSchema,
  momentSchema,
  noiseSchema,
  secondsSchema,
  shareSchema,
  warningSchema,
} from '../units.ts'
import { call } from './base.ts'
import { compositionSchema, labelHandlingSchema } from './calibrationRules.ts'
import { fileOfHomeSchema } from './computeFiles.ts'
import { classNameSchema, datasetNameSchema, splitNameSchema, tokenizerRulesSchema } from './datasetRules.ts'
import { jobSchema } from './jobs.ts'
import { modelNameSchema, modelReferenceSchema } from './model.ts'
import { modelFamilySchema } from './modelRules.ts'
import { quantizationInputSchema } from './quantizationInput.ts'
import { recipeSchema } from './quantizationRules.ts'
import { signalsSchema } from './signals.ts'
import { engineSchema, evaluatedOnSchema } from './engineRules.ts'
import { computeDeviceSchema, trainedOnSchema } from './trainingRules.ts'

/** Input that differs from what the model was trained on, other than by typing errors; goes into the text before noise does. */
export const shiftSchema = z.discriminatedUnion('kind', [
  /** each word is, with this chance, one that no vocabulary holds */
  z.strictObject({ kind: z.literal('out-of-vocabulary'), level: shareSchema }),
  /** the first `share` of the words */
  z.strictObject({ kind: z.literal('shorten'), share: shareSchema }),
  /** other texts of the same class and split behind it, until it has `factor` times its words */
  z.strictObject({ kind: z.literal('lengthen'), factor: z.number().min(1).max(100) }),
])
export type Shift = z.infer<typeof shiftSchema>

/** What goes into the texts before the model reads them. */
const inputSchema = {
  noise: noiseSchema.default({ kind: 'none', level: 0 }),
  shift: shiftSchema.nullable().default(null),
  /** of noise and shift; without effect on clean input */
  seed: z.int().min(0).default(1),
}

/** An evaluation as a person asks for it. */
export const evaluateSchema = z.strictObject({
  /** a model; or a quantized model of the home, which has its quantization with it */
  model: modelReferenceSchema,
  /** quantizes the model first */
  quantization: quantizationInputSchema.optional(),
  /** left out: the dataset that the model was trained on; another one serves as shifted input where its labels have the same names */
  dataset: z.string().min(1).max(100).optional(),
  split: splitNameSchema.default('test'),
  ...inputSchema,
  device: computeDeviceSchema.default('cpu'),
  /** of a quantized model; left out: the runtime on the processor, the TensorFlow library on a graphics device */
  engine: engineSchema.optional(),
  /** evaluates a quantized model a second time, in batches of another size: its figures may not depend on that */
  check: z.boolean().default(false),
  /** evaluates again what was evaluated before */
  force: z.boolean().default(false),
})
export type Evaluate = z.infer<typeof evaluateSchema>

/** What the compute process gets. */
export const evaluationParamsSchema = z.strictObject({
  /** for the list of jobs */
  title: z.strictObject({ model: modelNameSchema, dataset: datasetNameSchema, split: splitNameSchema }),
  model: fileOfHomeSchema,
  /** the split's rows */
  texts: fileOfHomeSchema,
  /** the model's class of each class of the dataset */
  labels: z.array(z.int().min(0)).min(1),
  /** where the model's file has none of its own */
  tokenizer: tokenizerRulesSchema,
  ...inputSchema,
  /** folder for what is said of each text */
  work: z.string().min(1),
  device: computeDeviceSchema,
  threads: z.int().min(1),
})
export type EvaluationParams = z.infer<typeof evaluationParamsSchema>

const countSchema = z.int().min(0)

export const classFiguresSchema = z.strictObject({
  /** texts of the class */
  support: countSchema,
  /** texts that were taken for the class */
  predicted: countSchema,
  precision: shareSchema.nullable(),
  recall: shareSchema.nullable(),
  f1: shareSchema.nullable(),
})

export const calibrationErrorSchema = z.strictObject({
  ece: shareSchema,
  method: z.string().min(1),
  bins: z.array(
    z.strictObject({
      low: shareSchema,
      high: shareSchema,
      n: countSchema,
      confidence: shareSchema.nullable(),
      accuracy: shareSchema.nullable(),
    }),
  ),
})

/** The figures of a model on labelled texts. */
export const evaluationFiguresSchema = z.strictObject({
  n: z.int().min(1),
  right: countSchema,
  accuracy: accuracySchema,
  interval: intervalSchema,
  macroF1: shareSchema,
  /** in the order of the model's classes */
  classes: z.array(classFiguresSchema),
  /** `confusion[truth][predicted]`, texts */
  confusion: z.array(z.array(countSchema)),
  /** texts taken for each class */
  histogram: z.array(countSchema),
  /** mean of `-log p(true class | text)`, nats */
  nll: z.number(),
  calibration: calibrationErrorSchema,
  scoring: z.strictObject({
    /** `direct`: discriminative, or independent language models */
    form: z.enum(['direct', 'factored']),
    /** pairs of word and class that took the direct form */
    guarded: countSchema,
    offsetRange: z.number().min(0).nullable(),
    guardPossible: z.boolean(),
  }),
})
export type EvaluationFigures = z.infer<typeof evaluationFiguresSchema>

/** An array in a file of the work folder: little-endian, row-major. */
export const arrayFileSchema = z.strictObject({
  name: z.enum(['predicted', 'labels', 'log-posteriors', 'log-likelihoods']),
  file: z.string().regex(/^[a-z-]+\.(u16|f32)$/),
  dtype: z.enum(['uint16', 'float32']),
  shape: z.array(countSchema).min(1).max(2),
})
export type ArrayFile = z.infer<typeof arrayFileSchema>

/** What the compute process gives. */
export const evaluatedFilesSchema = z.strictObject({
  figures: evaluationFiguresSchema,
  arrays: z.array(arrayFileSchema),
  /** share of the words, as the model read them, that have no id of their own */
  unknownShare: shareSchema,
  duration_s: secondsSchema,
  on: trainedOnSchema,
})
export type EvaluatedFiles = z.infer<typeof evaluatedFilesSchema>

/** What a quantized model was made with, and how it stands to the float model on the same texts. */
export const quantizedAsSchema = z.strictObject({
  /** of the run of stage `quantization` */
  run: idSchema,
  /** of the quantized model's file */
  fingerprint: fingerprintSchema,
  bytes: bytesSchema,
  recipe: recipeSchema,
  bits: bitsSchema,
  /** null where the recipe takes nothing from calibration */
  calibration: z
    .strictObject({
      profile: fingerprintSchema,
      set: fingerprintSchema,
      composition: compositionSchema,
      size: z.int().min(1),
      seed: countSchema,
      draw: countSchema,
      labels: labelHandlingSchema,
    })
    .nullable(),
  /** what the sites had on these texts */
  signals: signalsSchema,
  /** null where the store had no float evaluation of the same input */
  float: z
    .strictObject({
      /** of the float model's evaluation */
      run: idSchema,
      accuracy: accuracySchema,
      /** share of texts that have the same class from both */
      agreement: shareSchema,
      /** accuracy less that of the float model, on the same texts */
      difference: z.strictObject({ value: z.number(), interval: intervalSchema }),
    })
    .nullable(),
})
export type QuantizedAs = z.infer<typeof quantizedAsSchema>

/** An evaluation as it is stored. Its run holds arrays beside it: `predicted`, `labels`, `log-posteriors`, of generative models `log-likelihoods`. */
export const evaluationResultSchema = z.strictObject({
  /** of the run in the store */
  id: idSchema,
  key: z.string().regex(/^[0-9a-f]{64}$/),
  created: momentSchema,
  model: z.strictObject({ id: idSchema, name: modelNameSchema, fingerprint: fingerprintSchema }),
  family: modelFamilySchema,
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  split: splitNameSchema,
  noise: noiseSchema,
  shift: shiftSchema.nullable(),
  /** of noise and shift; 0 for clean input */
  seed: countSchema,
  ...evaluationFiguresSchema.shape,
  classNames: z.array(classNameSchema).min(2),
  unknownShare: shareSchema,
  /** null for a float model */
  quantization: quantizedAsSchema.nullable().default(null),
  duration_s: secondsSchema,
  on: evaluatedOnSchema,
  warnings: z.array(warningSchema),
})
export type EvaluationResult = z.infer<typeof evaluationResultSchema>

/** Warnings that say that a measurement may not mean what it seems to: what `evaluate --check` looks for. */
export const checkedWarnings = [
  'signal-dead',
  'prediction-collapse',
  'noise-without-effect',
  'shift-without-effect',
  'quantization-without-effect',
  'quantization-differs',
  'algorithm-without-trace',
  'batch-dependent',
] as const

/** `done-before`: a run of the same key is in the store. */
export const evaluateStartedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('started'), job: jobSchema }),
  z.strictObject({ state: z.literal('done-before'), evaluation: evaluationResultSchema }),
])
export type EvaluateStarted = z.infer<typeof evaluateStartedSchema>

export const evaluationContract = {
  /**
   * Starts a job of kind `evaluation`, or `quantized-evaluation` where a quantized model is evaluated: what that lacks (a calibration set, a
   * profile, the float model's figures on the same input) is made first. Each opening of a test split is written down. Errors: `not-found`, `input-invalid` (labels that the
   * model does not know), `conflict`, `device-unavailable`, `store-damaged`.
   */
  start: call.input(evaluateSchema).output(evaluateStartedSchema),
}
