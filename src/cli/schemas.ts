import { z } from 'zod'
import {
  calibrationListSchema,
  calibrationRemovedSchema,
  calibrationRenamedSchema,
  calibrationShownSchema,
  namedSetSchema,
  profileRecordSchema,
} from '../shared/contract/calibration.ts'
import {
  boardAddedSchema,
  boardCheckedSchema,
  boardDiscoveredSchema,
  boardListSchema,
  boardRemovedSchema,
  boardShownSchema,
  boardTrustedSchema,
} from '../shared/contract/boardCalls.ts'
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
import {
  profiledSchema,
  profileListSchema,
  profileRemovedSchema,
  profileResultSchema,
} from '../shared/contract/profile.ts'
import { quantizedSchema, recipeListSchema, recipeShownSchema } from '../shared/contract/quantizedModel.ts'
import { runEntrySchema, runListSchema, runRemovedSchema, runShownSchema } from '../shared/contract/run.ts'
import { comparisonSchema } from '../shared/contract/statistics.ts'
import { doctorReportSchema, tensorflowVariantSchema, throughputSchema } from '../shared/contract/system.ts'
import { selfTestSchema } from '../shared/contract/system.ts'
import { storeCheckSchema } from '../shared/contract/store.ts'
import { answerSchema, exportedSchema, resultRowSchema } from '../shared/contract/results.ts'
import {
  bundleImportedSchema,
  bundleSchema,
  studyEndedSchema,
  studyPlanSchema,
  studyShownSchema,
  studySummarySchema,
} from '../shared/contract/study.ts'
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
  /** of the runtime of quantized models */
  runtime: z.strictObject({
    state: z.enum(['already-there', 'installed']),
    version: z.string(),
    directory: z.string(),
    bytes: bytesSchema,
    compiler: z.string(),
    build_s: secondsSchema,
  }),
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
export const quantizeDataSchema = quantizedSchema.extend(doneBefore)

export const calibrateDataSchema = z.strictObject({
  sets: z.array(namedSetSchema),
  /** of each set, one a model that was named */
  profiles: z.array(profileRecordSchema),
})

export const compareDataSchema = comparisonSchema.extend({
  /** those of `--fail-if` */
  conditions: z.array(z.strictObject({ condition: z.string(), met: z.boolean() })),
})

/** What was done, or with `--dry-run` what would be. */
export const studyRunDataSchema = z.union([studyEndedSchema, studyPlanSchema])
export const studyListDataSchema = z.strictObject({ studies: z.array(studySummarySchema) })
export const studyShowDataSchema = studyShownSchema.extend({ answers: z.array(answerSchema) })
export const studyRemoveDataSchema = studySummarySchema.pick({ id: true, name: true })

/** `discovered` with `--discover` alone. */
export const boardListDataSchema = boardListSchema.extend({ discovered: boardDiscoveredSchema.shape.boards.optional() })

export const quickstartDataSchema = z.strictObject({
  study: studySummarySchema,
  runs: z.array(
    resultRowSchema.pick({
      ...{ id: true, model: true, family: true, seed: true, recipe: true, bits: true, composition: true, draw: true },
      ...{ noise: true, accuracy: true, interval: true, n: true },
    }),
  ),
  answers: z.array(answerSchema),
  files: exportedSchema.shape.files,
})
export type QuickstartData = z.infer<typeof quickstartDataSchema>

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
  calibrate: calibrateDataSchema,
  'calibrate-list': calibrationListSchema,
  'calibrate-show': calibrationShownSchema,
  'calibrate-rename': calibrationRenamedSchema,
  'calibrate-remove': calibrationRemovedSchema,
  quantize: quantizeDataSchema,
  compare: compareDataSchema,
  'board-add': boardAddedSchema,
  'board-list': boardListDataSchema,
  'board-show': boardShownSchema,
  'board-check': boardCheckedSchema,
  'board-trust': boardTrustedSchema,
  'board-remove': boardRemovedSchema,
  profile: profiledSchema,
  'profile-list': profileListSchema,
  'profile-show': profileResultSchema,
  'profile-remove': profileRemovedSchema,
  'run-list': runListSchema,
  'run-show': runShownSchema,
  'run-remove': runRemovedSchema,
  'run-tag': runEntrySchema,
  'recipe-list': recipeListSchema,
  'recipe-show': recipeShownSchema,
  'model-list': modelListSchema,
  'model-show': modelRecordSchema,
  'model-remove': modelRemovedSchema,
  'model-import': modelMadeSchema,
  'model-export': modelExportedSchema,
  'study-run': studyRunDataSchema,
  'study-resume': studyEndedSchema,
  'study-pause': studySummarySchema,
  'study-cancel': studySummarySchema,
  'study-list': studyListDataSchema,
  'study-show': studyShowDataSchema,
  'study-remove': studyRemoveDataSchema,
  export: exportedSchema,
  quickstart: quickstartDataSchema,
  'bundle-create': bundleSchema,
  'bundle-import': bundleImportedSchema,
}
