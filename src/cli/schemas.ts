import { z } from 'zod'
import {
  datasetListSchema,
  datasetMadeSchema,
  datasetRemovedSchema,
  datasetShownSchema,
} from '../shared/contract/dataset.ts'
import { evaluationResultSchema } from '../shared/contract/evaluation.ts'
import {
  modelExportedSchema,
  modelListSchema,
  modelMadeSchema,
  modelRecordSchema,
  modelRemovedSchema,
} from '../shared/contract/model.ts'
import { doctorReportSchema, tensorflowVariantSchema, throughputSchema } from '../shared/contract/system.ts'
import { selfTestSchema } from '../shared/contract/system.ts'
import { storeCheckSchema } from '../shared/contract/store.ts'
import { trainedSchema } from '../shared/contract/training.ts'
import { bytesSchema, fileSchema, secondsSchema } from '../shared/units.ts'

/** What `setup` did. */
export const setupDataSchema = z.strictObject({
  state: z.enum(['already-there', 'installed']),
  variant: tensorflowVariantSchema,
  version: z.string(),
  directory: z.string(),
  bytes: bytesSchema,
  downloaded_bytes: bytesSchema,
  download_s: secondsSchema,
  extract_s: secondsSchema,
  build_s: secondsSchema,
  steps: z.array(z.string()),
  /** null where set-up was there already and proved itself when it was made */
  selfTest: selfTestSchema.nullable(),
})

export const serveDataSchema = z.strictObject({
  /** holds a one-time token in its fragment */
  url: z.string(),
  origin: z.string(),
  port: z.int().min(1).max(65535),
})

/** `doneBefore`: nothing was computed now, because a run of the same key was there already. */
const doneBefore = { doneBefore: z.boolean() }
export const trainDataSchema = trainedSchema.extend(doneBefore)
export const evaluateDataSchema = evaluationResultSchema.extend(doneBefore)

/** The `data` of every command's envelope, by the command's name. `npm run docs:schemas` writes them to `docs/format`. */
export const commandSchemas: Readonly<Record<string, z.ZodType>> = {
  setup: setupDataSchema,
  doctor: doctorReportSchema,
  measure: throughputSchema,
  'store-check': storeCheckSchema,
  'store-backup': fileSchema,
  serve: serveDataSchema,
  'dataset-import': datasetMadeSchema,
  'dataset-generate': datasetMadeSchema,
  'dataset-list': datasetListSchema,
  'dataset-show': datasetShownSchema,
  'dataset-remove': datasetRemovedSchema,
  train: trainDataSchema,
  evaluate: evaluateDataSchema,
  'model-list': modelListSchema,
  'model-show': modelRecordSchema,
  'model-remove': modelRemovedSchema,
  'model-import': modelMadeSchema,
  'model-export': modelExportedSchema,
}
