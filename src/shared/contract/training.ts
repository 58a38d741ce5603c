import { z } from 'zod'
import { bytesSchema, fingerprintSchema, secondsSchema } from '../units.ts'
import { call } from './base.ts'
import { fileOfHomeSchema } from './computeFiles.ts'
import { classNameSchema, encodingOptionsSchema, subsetSchema, tokenizerRulesSchema } from './datasetRules.ts'
import { jobSchema } from './jobs.ts'
import { modelNameSchema, modelRecordSchema } from './model.ts'
import { modelOptionsSchema, modelSpecSchema } from './modelRules.ts'
import { computeDeviceSchema, epochRecordSchema, trainedOnSchema, trainingOptionsSchema } from './trainingRules.ts'

/** A training as a person asks for it. */
export const trainSchema = z.strictObject({
  /** an id, a name, a fingerprint, or at least eight digits that begin one */
  dataset: z.string().min(1).max(100),
  model: modelOptionsSchema,
  options: trainingOptionsSchema.prefault({}),
  /** the words are counted on the rows that are trained on */
  encoding: encodingOptionsSchema.omit({ countedRows: true }).prefault({}),
  /** of the train split */
  rows: subsetSchema.default({ kind: 'all' }),
  /** left out: made from the dataset's name and the family */
  name: modelNameSchema.optional(),
  device: computeDeviceSchema.default('cpu'),
  /** trains again what was trained before, from the beginning */
  force: z.boolean().default(false),
  /** seconds of training after which its state is saved, beside the ends of epochs */
  checkpoint_s: z.number().min(0).max(3600).default(30),
})
export type Train = z.infer<typeof trainSchema>

/** What the compute process gets: everything by content, files inside the home. */
export const trainingParamsSchema = z.strictObject({
  name: modelNameSchema,
  spec: modelSpecSchema,
  options: trainingOptionsSchema,
  classes: z.array(classNameSchema).min(2),
  tokenizer: tokenizerRulesSchema,
  maxLength: z.int().min(1),
  vocabulary: z.strictObject({ path: z.string().min(1), fingerprint: fingerprintSchema }),
  /** token files */
  training: fileOfHomeSchema,
  dev: fileOfHomeSchema.nullable(),
  /** the train split's texts, where noise goes into them */
  texts: fileOfHomeSchema.nullable(),
  rows: subsetSchema,
  /** folder of the checkpoint and of the finished model file */
  work: z.string().min(1),
  checkpoint_s: z.number().min(0),
  device: computeDeviceSchema,
  threads: z.int().min(1),
  /** as a person asked for it, to ask for it again; nothing is computed from it */
  asked: trainSchema.optional(),
})
export type TrainingParams = z.infer<typeof trainingParamsSchema>

/** What the compute process gives: a model file in the work folder, and how it came about. */
export const trainedFileSchema = z.strictObject({
  file: z.literal('model.safetensors'),
  bytes: bytesSchema,
  fingerprint: fingerprintSchema,
  weights: fingerprintSchema,
  texts: z.int().min(1),
  devTexts: z.int().min(0),
  steps: z.int().min(0),
  bestEpoch: z.int().min(0),
  history: z.array(epochRecordSchema),
  duration_s: secondsSchema,
  on: trainedOnSchema,
})
export type TrainedFile = z.infer<typeof trainedFileSchema>

/** The result of a job of kind `training` as the host gives it. */
export const trainedSchema = z.strictObject({
  model: modelRecordSchema,
  /** the same model lay there already; its id and name are kept */
  reused: z.boolean(),
})
export type Trained = z.infer<typeof trainedSchema>

/** `done-before`: a run of the same key and its model are in the store. */
export const trainStartedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('started'), job: jobSchema }),
  z.strictObject({ state: z.literal('done-before'), trained: trainedSchema }),
])
export type TrainStarted = z.infer<typeof trainStartedSchema>

export const trainingContract = {
  /**
   * Starts a job of kind `training`; one that was interrupted or cancelled goes on from its checkpoint. Errors: `not-found`, `input-invalid`,
   * `conflict` (the name is taken, or another program trains the same), `device-unavailable`, `store-damaged`, `disk-full`, `cancelled`.
   */
  start: call.input(trainSchema).output(trainStartedSchema),
}
