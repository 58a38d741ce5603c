import { z } from 'zod'
import { chartRequestSchema } from '../charts/requests.ts'
import { pivotRequestSchema } from '../charts/pivot.ts'
import { bytesSchema, fileSchema, fingerprintSchema, idSchema, momentSchema } from '../units.ts'
import { call } from './base.ts'
import { datasetNameSchema } from './datasetRules.ts'
import { profilesShownSchema } from './profile.ts'
import { runtimeExportSchema } from './quantizedModel.ts'
import { exportFormatSchema } from './results.ts'

/** The tables and charts of a study as files: what `bitgauge export --request` reads, but for the study and the formats. */
export const shownRequestSchema = z.strictObject({
  /** left out: the tables that suit the study; none: no table */
  tables: z.array(pivotRequestSchema).max(100).optional(),
  /** left out: the charts that suit the study; none: no chart */
  charts: z.array(chartRequestSchema).max(100).optional(),
})
export type ShownRequest = z.infer<typeof shownRequestSchema>

const studyRequestSchema = shownRequestSchema.extend({
  kind: z.literal('study'),
  study: z.string().min(1).max(100),
  formats: z.array(exportFormatSchema).min(1),
})

const profilesRequestSchema = profilesShownSchema.extend({ kind: z.literal('profiles') })

export const exportRequestSchema = z.discriminatedUnion('kind', [
  studyRequestSchema,
  profilesRequestSchema,
  runtimeExportSchema.omit({ out: true, overwrite: true, textFile: true }).extend({ kind: z.literal('runtime') }),
  z.strictObject({ kind: z.literal('bundle'), study: z.string().min(1).max(100) }),
])
export type ExportRequest = z.infer<typeof exportRequestSchema>

export const exportRecordSchema = z.strictObject({
  id: idSchema,
  made: momentSchema,
  request: exportRequestSchema,
  /** what it was made of, as it was then; of profiles the newest's id, and what they are together */
  subject: z.strictObject({
    kind: z.enum(['study', 'model', 'profiles']),
    id: idSchema,
    name: datasetNameSchema,
    fingerprint: fingerprintSchema,
  }),
  /** the program that made it: `bitgauge 0.1.0` */
  program: z.string().min(1),
  /** in the home; `path` is absolute */
  files: z.array(fileSchema.extend({ name: z.string().min(1) })).min(1),
  /** all files as one zip; null where it is one file already */
  archive: fileSchema.extend({ name: z.string().min(1) }).nullable(),
})
export type ExportRecord = z.infer<typeof exportRecordSchema>

export const exportPreviewSchema = z.strictObject({
  /** names the preview in {@link exportsContract.read} while it is one of the newest */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  files: z.array(z.strictObject({ name: z.string().min(1), format: z.string().min(1), bytes: bytesSchema })),
})
export type ExportPreview = z.infer<typeof exportPreviewSchema>

/** One file of a preview. Text is cut after so many characters, pictures are whole. */
export const previewedFileSchema = z.strictObject({
  name: z.string().min(1),
  format: z.string().min(1),
  bytes: bytesSchema,
  content: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('text'), text: z.string(), cut: z.boolean() }),
    z.strictObject({
      kind: z.literal('picture'),
      mediaType: z.enum(['image/svg+xml', 'image/png']),
      base64: z.base64(),
    }),
    /** what no page shows: a PDF, one that is too large */
    z.strictObject({ kind: z.literal('none') }),
  ]),
})
export type PreviewedFile = z.infer<typeof previewedFileSchema>

export const exportsContract = {
  /**
   * Makes every file of an export in memory and says what they are: the bytes are those that {@link exportsContract.make} writes. Errors:
   * `not-found`, `conflict` (nothing was begun), `input-invalid`, `cancelled`.
   */
  preview: call
    .input(z.discriminatedUnion('kind', [studyRequestSchema, profilesRequestSchema]))
    .output(exportPreviewSchema),
  /** A file of a preview. Errors: `not-found` where it was too long ago: ask for the preview again. */
  read: call
    .input(z.strictObject({ key: exportPreviewSchema.shape.key, name: z.string().min(1).max(200) }))
    .output(previewedFileSchema),
  /**
   * Writes an export below the home's `exports` folder, where it stays until it is removed. Errors: `not-found`, `conflict`, `input-invalid`,
   * `permission-denied`, `disk-full`, `cancelled`.
   */
  make: call.input(exportRequestSchema).output(exportRecordSchema),
  /** Newest first; folders that cannot be read are in `damaged`, a sentence each. */
  list: call
    .input(z.strictObject({}))
    .output(z.strictObject({ exports: z.array(exportRecordSchema), damaged: z.array(z.string()) })),
  /** Takes the files away. Errors: `not-found`. */
  remove: call.input(z.strictObject({ export: idSchema })).output(z.strictObject({ id: idSchema })),
}
