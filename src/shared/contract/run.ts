import { z } from 'zod'
import { stageSchema } from '../stages.ts'
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
import { compositionSchema } from './calibrationRules.ts'
import { classNameSchema, splitNameSchema } from './datasetRules.ts'
import { shiftSchema } from './evaluation.ts'
import { modelFamilySchema } from './modelRules.ts'
import { adjustmentSchema, beforeAfterSchema, siteSummarySchema } from './results.ts'
import { runTableInputSchema, runTableSchema } from './runTable.ts'

const countSchema = z.int().min(0)

/** Texts by whose class was right, of two evaluations. */
export const pairedTableSchema = z.strictObject({
  both: countSchema,
  firstOnly: countSchema,
  secondOnly: countSchema,
  neither: countSchema,
})

/** A run as tables show it; what its stage does not have is null. */
export const runEntrySchema = z.strictObject({
  id: idSchema,
  key: z.string().regex(/^[0-9a-f]{64}$/),
  stage: stageSchema,
  created: momentSchema,
  /** a sentence: what was done */
  title: z.string(),
  model: z.string().nullable(),
  family: modelFamilySchema.nullable(),
  dataset: z.string().nullable(),
  /** the recipe of the program whose settings it has; `ours, changed` where it has those of none, after what it follows */
  recipe: z.string().nullable(),
  bits: bitsSchema.nullable(),
  composition: compositionSchema.nullable(),
  draw: countSchema.nullable(),
  split: splitNameSchema.nullable(),
  noise: noiseSchema.nullable(),
  shift: shiftSchema.nullable(),
  accuracy: accuracySchema.nullable(),
  interval: intervalSchema.nullable(),
  /** texts */
  n: countSchema.nullable(),
  seed: countSchema,
  duration_s: secondsSchema,
  tags: z.array(z.string()),
  warnings: z.array(warningSchema),
})
export type RunEntry = z.infer<typeof runEntrySchema>

export const runListSchema = z.strictObject({
  runs: z.array(runEntrySchema),
  /** true where there are older ones; the last run's id is where the next page begins */
  more: z.boolean(),
})
export type RunList = z.infer<typeof runListSchema>

/** The newest evaluations of one model, of those that were looked through. */
export const runsOfModelSchema = z.strictObject({
  runs: z.array(runEntrySchema),
  /** of the model among those that were looked through; `runs` has the newest of them */
  total: countSchema,
  /** evaluations of all models that were looked through, the newest of the home */
  looked: countSchema,
  /** true where older ones were not looked at */
  more: z.boolean(),
})
export type RunsOfModel = z.infer<typeof runsOfModelSchema>

export const runShownSchema = z.strictObject({
  run: runEntrySchema,
  stageVersion: z.int().min(1),
  inputs: z.record(z.string(), fingerprintSchema),
  /** all that was chosen, defaults filled in */
  recipe: z.unknown(),
  result: z.unknown(),
  engine: z.string(),
  kernel: z.string().nullable(),
  machine: z.string(),
  arrays: z.array(
    z.strictObject({
      name: z.string(),
      dtype: z.string(),
      shape: z.array(countSchema),
      bytes: bytesSchema,
      stored_bytes: bytesSchema,
      sha256: z.string(),
    }),
  ),
})
export type RunShown = z.infer<typeof runShownSchema>

export const runRemovedSchema = z.strictObject({ removed: z.array(idSchema) })
export type RunRemoved = z.infer<typeof runRemovedSchema>

/** An id; or a key. */
const referenceSchema = z.string().min(1).max(100)

export const runListInputSchema = z.strictObject({
  stage: stageSchema.optional(),
  tag: z.string().min(1).max(64).optional(),
  limit: z.int().min(1).max(100_000).default(50),
  /** id of the last run of the page before */
  after: idSchema.optional(),
})

export const runPredictionsInputSchema = z.strictObject({
  run: referenceSchema,
  /** another evaluation of the same texts; left out: of a quantized model, its float model's */
  against: referenceSchema.optional(),
  /** `flips`: the two gave different classes; `wrong`: the class is not the text's own */
  only: z.enum(['flips', 'wrong', 'all']).default('flips'),
  offset: countSchema.default(0),
  limit: z.int().min(1).max(200).default(50),
})
export type RunPredictionsInput = z.infer<typeof runPredictionsInputSchema>

export const runPredictionsSchema = z.strictObject({
  run: idSchema,
  against: idSchema.nullable(),
  classes: z.array(classNameSchema),
  /** texts by whose class was right: the run's, and that of `against` */
  table: pairedTableSchema.nullable(),
  flips: countSchema.nullable(),
  /** texts that fit */
  total: countSchema,
  rows: z.array(
    z.strictObject({
      /** line of the split, from 0 */
      line: countSchema,
      /** as the dataset has it, before noise and shift; null where the dataset is not in the home any more */
      text: z.string().nullable(),
      /** true where only the beginning is given */
      cut: z.boolean(),
      /** places among the classes */
      label: countSchema,
      predicted: countSchema,
      against: countSchema.nullable(),
      /** probability of the class given less that of the next; null where the run keeps no scores */
      margin: shareSchema.nullable(),
    }),
  ),
})
export type RunPredictions = z.infer<typeof runPredictionsSchema>

/** What quantization did to a model, behind one of its evaluations; all lists are empty for a float model. */
export const runDistributionsSchema = z.strictObject({
  adjustments: z.array(adjustmentSchema),
  /** on the calibration texts themselves; empty where the recipe takes nothing from calibration, or the profile is gone */
  sites: z.array(siteSummarySchema),
  /** the values themselves, each array and each site whose grid calibration made; empty where the float model is not in the home any more */
  weights: z.array(beforeAfterSchema),
  /** of the float model on the calibration texts, and as each site's quantizer, looked at alone, leaves them */
  activations: z.array(beforeAfterSchema),
})
export type RunDistributions = z.infer<typeof runDistributionsSchema>

export const runContract = {
  /** Newest first. */
  list: call.input(runListInputSchema).output(runListSchema),
  /** Evaluations of the model of this name, newest first. */
  ofModel: call
    .input(z.strictObject({ model: z.string().min(1).max(200), limit: z.int().min(1).max(1000).default(100) }))
    .output(runsOfModelSchema),
  /** Errors: `not-found`, `store-damaged`. */
  show: call.input(z.strictObject({ run: referenceSchema })).output(runShownSchema),
  /** Figures of all evaluations, or of the cells of a study. Errors: `not-found`. */
  table: call.input(runTableInputSchema).output(runTableSchema),
  /** An evaluation text by text, a page of them. Errors: `not-found`, `input-invalid` (no evaluation; other texts), `store-damaged`. */
  predictions: call.input(runPredictionsInputSchema).output(runPredictionsSchema),
  /** Weights and activations of an evaluation's quantized model. Errors: `not-found`, `input-invalid`, `store-damaged`. */
  distributions: call.input(z.strictObject({ run: referenceSchema })).output(runDistributionsSchema),
  /** Takes runs away, with their arrays and tags; none where one of them is not there. Errors: `not-found`. */
  remove: call.input(z.strictObject({ runs: z.array(referenceSchema).min(1).max(1000) })).output(runRemovedSchema),
  /** Replaces a run's tags. Errors: `not-found`, `input-invalid`. */
  tag: call
    .input(z.strictObject({ run: referenceSchema, tags: z.array(z.string().min(1).max(64)).max(64) }))
    .output(runEntrySchema),
}
