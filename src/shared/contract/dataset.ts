import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { errorRecordSchema } from '../errorRecord.ts'
import { bytesSchema, fingerprintSchema, idSchema, momentSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import {
  columnSchema,
  datasetNameSchema,
  encodingOptionsSchema,
  generatorOptionsSchema,
  importLimitsSchema,
  layoutSchema,
  splitRuleSchema,
  tokenizerRulesSchema,
} from './datasetRules.ts'
import { datasetRecordSchema, dropReportSchema, encodingRecordSchema } from './datasetRecord.ts'
import { jobSchema, progressSchema } from './jobs.ts'

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

/** Result of a job of kind `dataset`. */
export const datasetImportedSchema = z.strictObject({
  dataset: idSchema,
  name: datasetNameSchema,
  /** the same content lay there already */
  reused: z.boolean(),
  texts: z.int().min(0),
  /** rows that were left out */
  dropped: z.int().min(0),
})
export type DatasetImported = z.infer<typeof datasetImportedSchema>

/** An id, a name, a fingerprint, or at least eight digits that begin one. */
const referenceSchema = z.strictObject({ dataset: z.string().min(1).max(100) })

/** Datasets that could not be read are in `damaged`, a sentence each. */
export const datasetListSchema = z.strictObject({
  datasets: z.array(datasetSummarySchema),
  damaged: z.array(z.string()),
})
export type DatasetList = z.infer<typeof datasetListSchema>

/** A look at the head of a file before it is imported. What is said of the layout holds; the rest is guessed. */
export const datasetPreviewInputSchema = z.strictObject({
  file: z.string().min(1).max(4096),
  preset: presetNameSchema.optional(),
  layout: layoutSchema.pick({ format: true, header: true, quote: true }).partial().default({}),
  /** most rows that are given */
  rows: z.int().min(1).max(100).default(20),
})
export type DatasetPreviewInput = z.infer<typeof datasetPreviewInputSchema>

export const previewColumnSchema = z.strictObject({
  /** as the import takes it: the header's name or the key of a JSON line, else the number from 1 */
  column: columnSchema,
  /** what people call it */
  title: z.string(),
  /** among the rows that were looked at */
  distinct: z.int().min(0),
  empty: z.int().min(0),
  meanLength: z.number().min(0),
  /** the most frequent values and how often each stands in the rows that were looked at; none for what is no label */
  values: z.array(z.strictObject({ value: z.string(), count: z.int().min(1) })).max(20),
})
export type PreviewColumn = z.infer<typeof previewColumnSchema>

export const datasetPreviewSchema = z.strictObject({
  /** without its folders */
  name: z.string(),
  /** as it lies there */
  bytes: bytesSchema,
  packed: z.boolean(),
  /** what is wrong with the file as it is read here; the rows before it are given */
  problem: errorRecordSchema.nullable(),
  columns: z.array(previewColumnSchema).max(1000),
  /** a value a column, cut to 500 characters; at most as many as were asked for */
  rows: z.array(z.array(z.string())).max(100),
  /** rows that the guesses rest on */
  looked: z.int().min(0),
  /** whether these are all that the file has */
  whole: z.boolean(),
  /** complete, to be imported with */
  layout: layoutSchema,
  /** whose files look like this one */
  preset: presetNameSchema.nullable(),
})
export type DatasetPreview = z.infer<typeof datasetPreviewSchema>

/** Texts to look at. The test split is closed to readers: evaluation alone opens it. */
export const datasetTextsInputSchema = z.strictObject({
  dataset: z.string().min(1).max(100),
  split: z.enum(['train', 'dev']).default('train'),
  /** number of a class; left out: all */
  label: z.int().min(0).optional(),
  /** letters that the text must hold, upper and lower case alike */
  search: z.string().max(200).default(''),
  /** matching rows that are passed over */
  offset: z.int().min(0).default(0),
  limit: z.int().min(1).max(200).default(50),
})
export type DatasetTextsInput = z.infer<typeof datasetTextsInputSchema>

export const datasetTextsSchema = z.strictObject({
  rows: z.array(
    z.strictObject({
      id: z.string(),
      label: z.int().min(0),
      /** cut to 4000 characters */
      text: z.string(),
      cut: z.boolean(),
    }),
  ),
  /** all that match; null where not the whole split was looked through */
  total: z.int().min(0).nullable(),
  more: z.boolean(),
  /** rows of the split that were looked through; a search ends after 500,000 */
  looked: z.int().min(0),
})
export type DatasetTexts = z.infer<typeof datasetTextsSchema>

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
  /** Like `import`, as a job of kind `dataset`, which goes on whoever looks. Errors of the paths alone; the others are the job's. */
  startImport: call.input(datasetImportSchema).output(jobSchema),
  /** The same for `generate`. */
  startGenerate: call.input(datasetGenerateSchema).output(jobSchema),
  /** Newest first. */
  list: call.input(z.strictObject({})).output(datasetListSchema),
  /** Errors: `not-found`, `store-damaged`. */
  show: call.input(referenceSchema).output(datasetShownSchema),
  /** Reads a bounded head of the file. Errors: `not-found`, `forbidden`, `permission-denied`, `input-invalid` (no file, empty). */
  preview: call.input(datasetPreviewInputSchema).output(datasetPreviewSchema),
  /** Errors: `not-found` (no such dataset, split or class), `store-damaged`. */
  texts: call.input(datasetTextsInputSchema).output(datasetTextsSchema),
  /** Removes the dataset's folder. Errors: `not-found`, `conflict` (more than one answers). */
  remove: call.input(referenceSchema).output(datasetRemovedSchema),
}
