import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { bytesSchema, fingerprintSchema, idSchema, momentSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import {
  datasetNameSchema,
  encodingOptionsSchema,
  generatorOptionsSchema,
  importLimitsSchema,
  layoutSchema,
  splitRuleSchema,
  tokenizerRulesSchema,
} from './datasetRules.ts'
import { datasetRecordSchema, dropReportSchema, encodingRecordSchema } from './datasetRecord.ts'
import { progressSchema } from './jobs.ts'

export const presetNames = ['ag-news', 'r8', 'dbpedia'] as const
export const presetNameSchema = z.enum(presetNames)
export type PresetName = z.infer<typeof presetNameSchema>

const pathsSchema = z.array(z.string().min(1).max(4096)).max(1000)

/** A preset fills in what the layout, the tokenizer and the split leave open. */
export const datasetImportSchema = z.strictObject({
  /** left out: the preset's name or the first file's, with a number where that is taken */
  name: datasetNameSchema.optional(),
  preset: presetNameSchema.optional(),
  train: pathsSchema.min(1),
  dev: pathsSchema.default([]),
  test: pathsSchema.default([]),
  layout: layoutSchema.partial().default({}),
  split: z
    .strictObject({
      dev: splitRuleSchema.optional(),
      test: splitRuleSchema.optional(),
      seed: z.int().min(0).default(1),
    })
    .default({ seed: 1 }),
  tokenizer: tokenizerRulesSchema.partial().default({}),
  encoding: encodingOptionsSchema.prefault({}),
  /** what becomes of a row whose label is not among the classes */
  unknownLabels: z.enum(['error', 'drop']).default('error'),
  /** `drop` takes rows out of train that occur in dev or test after normalisation, and out of dev that occur in test */
  duplicates: z.enum(['keep', 'drop']).default('keep'),
  limits: importLimitsSchema.prefault({}),
})
export type DatasetImport = z.infer<typeof datasetImportSchema>

export const datasetGenerateSchema = z.strictObject({
  name: datasetNameSchema.optional(),
  options: generatorOptionsSchema,
  encoding: encodingOptionsSchema.prefault({}),
})
export type DatasetGenerate = z.infer<typeof datasetGenerateSchema>

export const datasetSummarySchema = z.strictObject({
  id: idSchema,
  name: datasetNameSchema,
  fingerprint: fingerprintSchema,
  created: momentSchema,
  origin: z.enum(['import', 'generated']),
  classes: z.int().min(2),
  /** rows by split; 0 where there is none */
  rows: z.strictObject({ train: z.int().min(0), dev: z.int().min(0), test: z.int().min(0) }),
  bytes: bytesSchema,
  warnings: z.int().min(0),
})
export type DatasetSummary = z.infer<typeof datasetSummarySchema>

export const datasetShownSchema = z.strictObject({
  dataset: datasetRecordSchema,
  encodings: z.array(encodingRecordSchema),
  /** of its folder */
  bytes: bytesSchema,
})
export type DatasetShown = z.infer<typeof datasetShownSchema>

export const datasetMadeSchema = datasetShownSchema.extend({
  /** the same content lay there already; its id and name are kept */
  reused: z.boolean(),
  /** of this call, which may have read other files than the content that lay there */
  drops: dropReportSchema,
  /** of this call and of the encoding that was asked for */
  warnings: z.array(warningSchema),
})
export type DatasetMade = z.infer<typeof datasetMadeSchema>

/** What an import or a generator tells while it works. The last event is `done`; closing the stream cancels the work. */
export const datasetEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), progress: progressSchema }),
  z.strictObject({ type: z.literal('done'), made: datasetMadeSchema }),
])
export type DatasetEvent = z.infer<typeof datasetEventSchema>

/** An id, a name, a fingerprint, or at least eight digits that begin one. */
const referenceSchema = z.strictObject({ dataset: z.string().min(1).max(100) })

/** Datasets that could not be read are in `damaged`, a sentence each. */
export const datasetListSchema = z.strictObject({
  datasets: z.array(datasetSummarySchema),
  damaged: z.array(z.string()),
})
export type DatasetList = z.infer<typeof datasetListSchema>

/** `name` is null where the dataset's manifest could not be read any more. */
export const datasetRemovedSchema = z.strictObject({
  fingerprint: fingerprintSchema,
  name: datasetNameSchema.nullable(),
})
export type DatasetRemoved = z.infer<typeof datasetRemovedSchema>

export const datasetContract = {
  /** Errors: `input-invalid`, `not-found`, `conflict` (the name is taken), `too-large`, `disk-full`, `forbidden` (a path the host does not open), `cancelled`. */
  import: call.input(datasetImportSchema).output(eventIterator(datasetEventSchema)),
  /** Errors: `input-invalid`, `conflict`, `disk-full`, `cancelled`. */
  generate: call.input(datasetGenerateSchema).output(eventIterator(datasetEventSchema)),
  /** Newest first. */
  list: call.input(z.strictObject({})).output(datasetListSchema),
  /** Errors: `not-found`, `store-damaged`. */
  show: call.input(referenceSchema).output(datasetShownSchema),
  /** Removes the dataset's folder. Errors: `not-found`, `conflict` (more than one answers). */
  remove: call.input(referenceSchema).output(datasetRemovedSchema),
}
