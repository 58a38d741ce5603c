import { z } from 'zod'
import { bytesSchema, fileSchema, fingerprintSchema, idSchema, momentSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import { classNameSchema, datasetNameSchema } from './datasetRules.ts'
import { jobSchema } from './jobs.ts'
import { trainedModelSchema } from './trainingRules.ts'
import { modelSpecSchema, poolingSchema, type modelFamilySchema } from './modelRules.ts'

/** What people call a model: unique in a home. */
export const modelNameSchema = datasetNameSchema
/** An id, a name, a fingerprint, or at least eight digits that begin one. */
export const modelReferenceSchema = z.string().min(1).max(100)

/** A model's `manifest.json`. */
export const modelRecordSchema = z.strictObject({
  kind: z.literal('model'),
  version: z.literal(1),
  id: idSchema,
  name: modelNameSchema,
  created: momentSchema,
  /** sha256 of the model file */
  fingerprint: fingerprintSchema,
  /** sha256 of the weights alone, whatever the file says beside them */
  weights: fingerprintSchema,
  spec: modelSpecSchema,
  /** float numbers in all */
  parameters: z.int().min(1),
  classes: z.array(classNameSchema).min(2),
  vocabulary: fingerprintSchema,
  file: z.literal('model.safetensors'),
  bytes: bytesSchema,
  /** null for a model from elsewhere */
  training: trainedModelSchema.nullable(),
  warnings: z.array(warningSchema),
})
export type ModelRecord = z.infer<typeof modelRecordSchema>
export type ModelFamily = z.infer<typeof modelFamilySchema>

/** `bitgauge`: a model file of ours, complete; the others hold arrays alone, in the gate order of that library. */
export const modelLayoutSchema = z.enum(['bitgauge', 'pytorch', 'keras'])
export type ModelLayout = z.infer<typeof modelLayoutSchema>

const pathSchema = z.string().min(1).max(4096)

export const modelImportSchema = z.strictObject({
  file: pathSchema,
  layout: modelLayoutSchema.default('bitgauge'),
  name: modelNameSchema.optional(),
  /** what the arrays of another library leave open; not for `bitgauge` */
  family: z.enum(['discriminative', 'generative']).default('discriminative'),
  pooling: poolingSchema.default('last'),
  /** `vocabulary.json` of ours, or a word a line in the order of the ids, `<unk>` and the like among them */
  vocabulary: pathSchema.optional(),
  /** class names in the order of their numbers; left out: those of `dataset` */
  classes: z.array(classNameSchema).min(2).optional(),
  /** whose tokenizer and classes the model was made for */
  dataset: z.string().min(1).max(100).optional(),
  maxLength: z.int().min(1).max(4096).default(256),
})
export type ModelImport = z.infer<typeof modelImportSchema>

/** `reused`: the same model lay there already; its id and name are kept. */
export const modelMadeSchema = z.strictObject({ model: modelRecordSchema, reused: z.boolean() })
export type ModelMade = z.infer<typeof modelMadeSchema>

/** Result of a job of kind `model`. */
export const modelImportedSchema = z.strictObject({ model: idSchema, name: modelNameSchema, reused: z.boolean() })
export type ModelImported = z.infer<typeof modelImportedSchema>

export const modelExportSchema = z.strictObject({
  model: modelReferenceSchema,
  layout: modelLayoutSchema.default('bitgauge'),
  /** written beside it, in the layouts of other libraries: `<file>.vocabulary.json` */
  file: pathSchema,
  overwrite: z.boolean().default(false),
})
export type ModelExport = z.infer<typeof modelExportSchema>
export const modelExportedSchema = z.strictObject({ files: z.array(fileSchema).min(1) })
export type ModelExported = z.infer<typeof modelExportedSchema>

/** Models that could not be read are in `damaged`, a sentence each. */
export const modelListSchema = z.strictObject({ models: z.array(modelRecordSchema), damaged: z.array(z.string()) })
export type ModelList = z.infer<typeof modelListSchema>

export const modelRemovedSchema = z.strictObject({ fingerprint: fingerprintSchema, name: modelNameSchema.nullable() })
export type ModelRemoved = z.infer<typeof modelRemovedSchema>

const referenceSchema = z.strictObject({ model: modelReferenceSchema })

export const modelContract = {
  /** Newest first. */
  list: call.input(z.strictObject({})).output(modelListSchema),
  /** Errors: `not-found`, `conflict` (more than one answers). */
  show: call.input(referenceSchema).output(modelRecordSchema),
  /** Takes the model's folder away; its runs stay. Errors: `not-found`, `conflict`. */
  remove: call.input(referenceSchema).output(modelRemovedSchema),
  /** Errors: `not-found`, `forbidden` (a path the host does not open), `input-invalid`, `shape-mismatch`, `non-finite-value`, `too-large`, `conflict` (the name is taken). */
  import: call.input(modelImportSchema).output(modelMadeSchema),
  /** The same as a job of kind `model`, which goes on whoever looks. Errors of the paths alone; the others are the job's. */
  startImport: call.input(modelImportSchema).output(jobSchema),
  /** Errors: `not-found`, `forbidden`, `file-exists`, `input-invalid` (the layout has no form for it), `disk-full`, `permission-denied`. */
  export: call.input(modelExportSchema).output(modelExportedSchema),
}
