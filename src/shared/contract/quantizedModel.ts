import { z } from 'zod'
import {
  bitsSchema,
  bytesSchema,
  fingerprintSchema,
  idSchema,
  momentSchema,
  secondsSchema,
  warningSchema,
} from '../units.ts'
import { call } from './base.ts'
import { datasetNameSchema } from './datasetRules.ts'
import { engineSchema, evaluatedOnSchema } from './engineRules.ts'
import { quantizedAsSchema } from './evaluation.ts'
import { jobSchema } from './jobs.ts'
import { modelNameSchema, modelReferenceSchema } from './model.ts'
import { modelFamilySchema } from './modelRules.ts'
import { weightAdjustmentSchema } from './quantization.ts'
import { quantizationInputSchema } from './quantizationInput.ts'
import { bitsInputSchema, recipeSchema } from './quantizationRules.ts'
import { exportedSchema } from './results.ts'
import { computeDeviceSchema } from './trainingRules.ts'

/** What a quantization gave: a run of stage `quantization`. */
export const quantizationResultSchema = z.strictObject({
  /** of the run in the store */
  id: idSchema,
  key: z.string().regex(/^[0-9a-f]{64}$/),
  created: momentSchema,
  model: z.strictObject({ id: idSchema, name: modelNameSchema, fingerprint: fingerprintSchema }),
  family: modelFamilySchema,
  recipe: recipeSchema,
  bits: bitsSchema,
  calibration: quantizedAsSchema.shape.calibration,
  /** of the quantized model's file */
  fingerprint: fingerprintSchema,
  bytes: bytesSchema,
  adjustments: z.array(weightAdjustmentSchema),
  duration_s: secondsSchema,
  on: evaluatedOnSchema,
  warnings: z.array(warningSchema),
})
export type QuantizationResult = z.infer<typeof quantizationResultSchema>

/** A quantized model's `manifest.json`. */
export const quantizedModelRecordSchema = z.strictObject({
  kind: z.literal('quantized-model'),
  version: z.literal(1),
  id: idSchema,
  name: modelNameSchema,
  created: momentSchema,
  fingerprint: fingerprintSchema,
  /** of the run in the store */
  run: idSchema,
  ...quantizationResultSchema.pick({
    model: true,
    family: true,
    recipe: true,
    bits: true,
    calibration: true,
    adjustments: true,
    warnings: true,
  }).shape,
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }).nullable(),
  file: z.literal('model.bgq'),
  bytes: bytesSchema,
})
export type QuantizedModelRecord = z.infer<typeof quantizedModelRecordSchema>

/** A quantization that leaves a file. */
export const quantizeSchema = quantizationInputSchema.extend({
  model: modelReferenceSchema,
  /** left out: made from the model's name and the bits */
  name: modelNameSchema.optional(),
  device: computeDeviceSchema.default('cpu'),
  /** of the calibration; left out: the runtime on the processor, the TensorFlow library on a graphics device */
  engine: engineSchema.optional(),
  /** quantizes again what was quantized before */
  force: z.boolean().default(false),
})
export type Quantize = z.infer<typeof quantizeSchema>

/** The result of a job of kind `quantization`. */
export const quantizedSchema = z.strictObject({
  model: quantizedModelRecordSchema,
  /** the same file lay there already; its id and name are kept */
  reused: z.boolean(),
})
export type Quantized = z.infer<typeof quantizedSchema>

/** `done-before`: a run of the same key and its file are in the home. */
export const quantizeStartedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('started'), job: jobSchema }),
  z.strictObject({ state: z.literal('done-before'), quantized: quantizedSchema }),
])
export type QuantizeStarted = z.infer<typeof quantizeStartedSchema>

/** Quantized models that could not be read are in `damaged`, a sentence each. */
export const quantizedModelListSchema = z.strictObject({
  models: z.array(quantizedModelRecordSchema.omit({ adjustments: true })),
  damaged: z.array(z.string()),
})
export type QuantizedModelList = z.infer<typeof quantizedModelListSchema>

export const quantizedRemovedSchema = z.strictObject({ fingerprint: fingerprintSchema, name: modelNameSchema })
export type QuantizedRemoved = z.infer<typeof quantizedRemovedSchema>

const pathSchema = z.string().min(1).max(4096)

/** A quantized model as C sources with example texts and what the reference says of them. */
export const runtimeExportSchema = z.strictObject({
  model: modelReferenceSchema,
  /** a folder to make; its parent is there */
  out: pathSchema,
  /** example texts, fewer where there are fewer */
  texts: z.int().min(1).max(10_000).default(32),
  /** left out: the dataset that the float model was trained on */
  dataset: z.string().min(1).max(100).optional(),
  /** the test split is for evaluations alone */
  split: z.enum(['train', 'dev']).default('dev'),
  /** takes the texts from a file in place of a dataset, one a line */
  textFile: pathSchema.optional(),
  /** replaces the folder of an earlier export */
  overwrite: z.boolean().default(false),
})
export type RuntimeExport = z.infer<typeof runtimeExportSchema>

/** A named recipe of the program. */
export const recipeEntrySchema = z.strictObject({
  name: z.string().min(1),
  summary: z.string().min(1),
  /** widths that it is usually run at */
  widths: z.array(bitsInputSchema),
  /** where it differs from what it is named for */
  differences: z.array(z.string()),
})
export type RecipeEntry = z.infer<typeof recipeEntrySchema>
export const recipeListSchema = z.strictObject({ recipes: z.array(recipeEntrySchema) })

/** With all of its settings, for each family, at some bits. */
export const recipeShownSchema = recipeEntrySchema.extend({
  families: z.record(modelFamilySchema, z.strictObject({ recipe: recipeSchema, bits: bitsSchema })),
})
export type RecipeShown = z.infer<typeof recipeShownSchema>

const referenceSchema = z.strictObject({ model: modelReferenceSchema })

export const quantizationContract = {
  recipes: call.input(z.strictObject({})).output(recipeListSchema),
  /** Errors: `not-found`. */
  recipe: call
    .input(z.strictObject({ name: z.string().min(1).max(64), bits: bitsInputSchema.default(8) }))
    .output(recipeShownSchema),
  /**
   * Starts a job of kind `quantization`; a calibration set and a profile that are not there are made first. Errors: `not-found`, `input-invalid`,
   * `conflict` (the name is taken), `device-unavailable`, `store-damaged`.
   */
  start: call.input(quantizeSchema).output(quantizeStartedSchema),
  /** Newest first. */
  list: call.input(z.strictObject({})).output(quantizedModelListSchema),
  /** Errors: `not-found`, `conflict` (more than one answers). */
  show: call.input(referenceSchema).output(quantizedModelRecordSchema),
  /**
   * Writes a program for a board into a new folder. Errors: `not-found`, `conflict`, `input-invalid` (no texts, or no way to read them), `forbidden`,
   * `file-exists`, `disk-full`, `store-damaged`.
   */
  export: call.input(runtimeExportSchema).output(exportedSchema),
  /** Takes the file away; its runs stay. Errors: `not-found`, `conflict`. */
  remove: call.input(referenceSchema).output(quantizedRemovedSchema),
}
