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
  warningSchema,
} from '../units.ts'
import { call } from './base.ts'
import { compositionSchema } from './calibrationRules.ts'
import { splitNameSchema } from './datasetRules.ts'
import { shiftSchema } from './evaluation.ts'
import { modelFamilySchema } from './modelRules.ts'
import { runTableSchema } from './runTable.ts'

const countSchema = z.int().min(0)

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

export const runContract = {
  /** Newest first. */
  list: call.input(runListInputSchema).output(runListSchema),
  /** Errors: `not-found`, `store-damaged`. */
  show: call.input(z.strictObject({ run: referenceSchema })).output(runShownSchema),
  /** Figures of all evaluations, or of the cells of a study. Errors: `not-found`. */
  table: call.input(z.strictObject({ study: referenceSchema.optional() })).output(runTableSchema),
  /** Takes runs away, with their arrays and tags; none where one of them is not there. Errors: `not-found`. */
  remove: call.input(z.strictObject({ runs: z.array(referenceSchema).min(1).max(1000) })).output(runRemovedSchema),
  /** Replaces a run's tags. Errors: `not-found`, `input-invalid`. */
  tag: call
    .input(z.strictObject({ run: referenceSchema, tags: z.array(z.string().min(1).max(64)).max(64) }))
    .output(runEntrySchema),
}
