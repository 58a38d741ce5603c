import { z } from 'zod'
import { errorRecordSchema } from '../../shared/errorRecord.ts'
import { stageSchema } from '../../shared/stages.ts'
import { fingerprintSchema, idSchema, momentSchema, secondsSchema, warningSchema } from '../../shared/units.ts'
import { classNameSchema, datasetNameSchema } from '../../shared/contract/datasetRules.ts'
import { placedCellSchema, studyStateSchema } from '../../shared/contract/study.ts'
import { largestArray_bytes } from '../../store/runArrays.ts'
import { tagsSchema } from '../../store/runRow.ts'

const keySchema = z.string().regex(/^[0-9a-f]{64}$/)

/** Characters of what a cell failed by, as JSON. */
const longestError = 65_536

/** `study.json`: a row of the store without its cells, its folder and who runs it. */
export const bundledStudySchema = z.strictObject({
  id: idSchema,
  name: datasetNameSchema,
  fingerprint: fingerprintSchema,
  yaml: z.string().max(4_000_000),
  state: studyStateSchema,
  cells: z.int().min(0),
  dataset: z.strictObject({
    name: datasetNameSchema,
    fingerprint: fingerprintSchema,
    classes: z.array(classNameSchema),
  }),
  models: z.record(z.string().max(64), fingerprintSchema),
  versions: z.record(z.string(), z.int().min(1)),
  created: momentSchema,
})
export type BundledStudy = z.infer<typeof bundledStudySchema>

/** A line of `cells/*.jsonl`; the cell's run by its key. */
export const bundledCellSchema = z.strictObject({
  number: z.int().min(0),
  coordinates: placedCellSchema,
  run: keySchema.nullable(),
  error: errorRecordSchema.refine((error) => JSON.stringify(error).length <= longestError).nullable(),
})
export type BundledCell = z.infer<typeof bundledCellSchema>

const arraySchema = z.strictObject({
  name: z.string().min(1).max(100),
  dtype: z.enum(['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64']),
  shape: z.array(z.int().min(0)).max(16),
  bytes: z.int().min(0).max(largestArray_bytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type BundledArray = z.infer<typeof arraySchema>

/** A line of `runs/*.jsonl`; its arrays lie in the `.bin` of the same number, one behind the other, those of the next run behind them. */
export const bundledRunSchema = z.strictObject({
  id: idSchema,
  key: keySchema,
  stage: stageSchema,
  stageVersion: z.int().min(1),
  inputs: z.record(z.string().min(1), fingerprintSchema),
  recipe: z.json(),
  seed: z.int().min(0),
  created: momentSchema,
  duration_s: secondsSchema,
  engine: z.string().min(1).max(1000),
  kernel: z.string().min(1).max(1000).nullable(),
  machine: z.string().min(1).max(1000),
  result: z.json(),
  warnings: z.array(warningSchema),
  tags: tagsSchema,
  arrays: z
    .array(arraySchema)
    .max(100)
    .refine((arrays) => new Set(arrays.map(({ name }) => name)).size === arrays.length),
})
export type BundledRun = z.infer<typeof bundledRunSchema>
