import { z } from 'zod'
import { pivotRequestSchema } from '../charts/pivot.ts'
import { chartRequestSchema } from '../charts/requests.ts'
import { errorRecordSchema, nextStepSchema } from '../errorRecord.ts'
import {
  accuracySchema,
  bitsSchema,
  bytesSchema,
  fileSchema,
  fingerprintSchema,
  idSchema,
  intervalSchema,
  momentSchema,
  noiseSchema,
  secondsSchema,
  warningSchema,
} from '../units.ts'
import { call } from './base.ts'
import { datasetNameSchema, generatorNames } from './datasetRules.ts'
import { engineSchema } from './engineRules.ts'
import { shiftSchema } from './evaluation.ts'
import { jobSchema } from './jobs.ts'
import { answerSchema, exportedSchema, exportFormatSchema, resultsSchema } from './results.ts'
import { axisSchema, type axes } from './studyRules.ts'
import { computeDeviceSchema } from './trainingRules.ts'

/** `paused` also where the program that ran it was killed; what is done is kept, and it goes on from there. */
export const studyStateSchema = z.enum(['planned', 'running', 'paused', 'done', 'failed', 'cancelled'])
export type StudyState = z.infer<typeof studyStateSchema>

const textOfAxis = Object.fromEntries(axisSchema.options.map((axis) => [axis, z.string()])) as Record<
  (typeof axes)[number],
  z.ZodString
>

/** One thing to be measured; a float model has neither recipe, composition nor draw. `texts` are its values' names on the axes. */
export const studyCellSchema = z.strictObject({
  model: z.string().min(1),
  seed: z.int().min(0).nullable(),
  recipe: z.string().nullable(),
  bits: bitsSchema,
  composition: z.string().nullable(),
  draw: z.int().min(0).nullable(),
  noise: noiseSchema,
  shift: shiftSchema.nullable(),
})
export const placedCellSchema = z.strictObject({ cell: studyCellSchema, texts: z.strictObject(textOfAxis) })

const cellCountsSchema = z.strictObject({ total: z.int().min(0), done: z.int().min(0), failed: z.int().min(0) })

export const studySummarySchema = z.strictObject({
  id: idSchema,
  name: datasetNameSchema,
  fingerprint: fingerprintSchema,
  state: studyStateSchema,
  /** name of its dataset; null until it has found one */
  dataset: datasetNameSchema.nullable(),
  cells: cellCountsSchema,
  created: momentSchema,
  started: momentSchema.nullable(),
  ended: momentSchema.nullable(),
  /** what ended it, where it failed */
  error: errorRecordSchema.nullable(),
})
export type StudySummary = z.infer<typeof studySummarySchema>

export const failedCellSchema = z.strictObject({
  number: z.int().min(0),
  coordinates: placedCellSchema,
  error: errorRecordSchema,
})
export type FailedCell = z.infer<typeof failedCellSchema>

export const studyShownSchema = studySummarySchema.extend({
  yaml: z.string(),
  /** cells that failed, the first hundred */
  failures: z.array(failedCellSchema),
  /** cells that were not run yet, the first hundred */
  open: z.array(failedCellSchema.omit({ error: true })),
})
export type StudyShown = z.infer<typeof studyShownSchema>

/** `running` is what this program has under way; what another program has counts as `open` until it is done. */
export const cellStateSchema = z.enum(['open', 'running', 'done', 'failed'])
export type CellState = z.infer<typeof cellStateSchema>

/** Neighbouring cells of one model, seed and recipe; `recipe` is null for the float model. */
export const cellGroupSchema = z.strictObject({
  model: z.string().min(1),
  seed: z.int().min(0).nullable(),
  recipe: z.string().nullable(),
  /** number of the first of them, and how many they are */
  first: z.int().min(0),
  count: z.int().min(1),
})
export type CellGroup = z.infer<typeof cellGroupSchema>

export const studyMapSchema = z.strictObject({
  study: studySummarySchema,
  groups: z.array(cellGroupSchema),
  /** a letter a cell in their order: `o` open, `r` running, `d` done, `f` failed */
  states: z.string().regex(/^[ordf]*$/),
})
export type StudyMap = z.infer<typeof studyMapSchema>

export const shownCellSchema = z.strictObject({
  number: z.int().min(0),
  coordinates: placedCellSchema,
  state: cellStateSchema,
  /** of its evaluation; null before it is done */
  run: z
    .strictObject({
      id: idSchema,
      accuracy: accuracySchema,
      interval: intervalSchema,
      n: z.int().min(1),
      warnings: z.int().min(0),
    })
    .nullable(),
  /** what it failed by */
  error: errorRecordSchema.nullable(),
})
export type ShownCell = z.infer<typeof shownCellSchema>

export const studyCellsSchema = z.strictObject({
  /** of the state that was asked for */
  total: z.int().min(0),
  cells: z.array(shownCellSchema),
})
export type StudyCells = z.infer<typeof studyCellsSchema>

export const studyAnswersSchema = z.strictObject({ answers: z.array(answerSchema), warnings: z.array(warningSchema) })
export type StudyAnswers = z.infer<typeof studyAnswersSchema>

/** A study's file as a caller sends it. */
export const studyFileSchema = z.strictObject({
  text: z.string().max(1_000_000),
  /** what errors call it */
  file: z.string().min(1).max(4096),
  /** what its relative paths start from; left out: paths are taken as they are */
  folder: z.string().min(1).max(4096).optional(),
})
export type StudyFile = z.infer<typeof studyFileSchema>

/** What a first look is taken at: generated texts, so many of them as its file says, or as are asked for. */
export const quickstartSchema = z.strictObject({
  texts: z.enum(generatorNames),
  /** enough for a calibration set of one class */
  size: z.int().min(400).max(100_000).optional(),
})
export type Quickstart = z.infer<typeof quickstartSchema>

export const studyHowSchema = z.strictObject({
  /** processes that evaluate at once; left out: one a core */
  workers: z.int().min(1).max(1024).optional(),
  /** also cells that failed before */
  retryFailed: z.boolean().default(false),
  /** measures again what was measured before; models are not trained again */
  force: z.boolean().default(false),
  device: computeDeviceSchema.default('cpu'),
  /** of quantized models; left out: the runtime on the processor, the TensorFlow library on a graphics device */
  engine: engineSchema.optional(),
})
export type StudyHow = z.infer<typeof studyHowSchema>

export const studyRunSchema = studyFileSchema.extend(studyHowSchema.shape)
export type StudyRun = z.infer<typeof studyRunSchema>

const referenceSchema = z.strictObject({ study: z.string().min(1).max(100) })

export const fileProblemSchema = z.strictObject({
  message: z.string().min(1),
  expected: z.string().optional(),
  found: z.string().optional(),
  hint: z.string().optional(),
  next: nextStepSchema.optional(),
  line: z.int().min(1),
  column: z.int().min(1),
})

export const studyCheckedSchema = z.strictObject({
  /** what keeps it from being run; empty where it may be */
  problems: z.array(fileProblemSchema),
  /** what is doubtful */
  doubts: z.array(fileProblemSchema),
  /** cells of its grid; null where it cannot be run */
  cells: z.int().min(0).nullable(),
})
export type StudyChecked = z.infer<typeof studyCheckedSchema>

export const studyPlanSchema = z.strictObject({
  name: datasetNameSchema,
  fingerprint: fingerprintSchema,
  /** `done`: their runs are in the store already */
  cells: z.strictObject({
    total: z.int().min(0),
    float: z.int().min(0),
    quantized: z.int().min(0),
    done: z.int().min(0),
  }),
  trainings: z.strictObject({ total: z.int().min(0), done: z.int().min(0) }),
  /** what is left to compute */
  estimate: z.strictObject({
    training_s: secondsSchema,
    cells_s: secondsSchema,
    workers: z.int().min(1),
    disk_bytes: bytesSchema,
    /** a sentence: whether the seconds come from runs of this home, or are a guess */
    basis: z.string().min(1),
  }),
  warnings: z.array(warningSchema),
})
export type StudyPlan = z.infer<typeof studyPlanSchema>

/** `doneBefore`: nothing was left to do. */
export const studyStartedSchema = z.strictObject({
  study: studySummarySchema,
  job: jobSchema,
  warnings: z.array(warningSchema),
})
export type StudyStarted = z.infer<typeof studyStartedSchema>

/** The result of a job of kind `study`. */
export const studyEndedSchema = z.strictObject({
  study: studySummarySchema,
  /** cells whose run was made now, and trainings that were done now */
  computed: z.strictObject({ cells: z.int().min(0), trainings: z.int().min(0) }),
  duration_s: secondsSchema,
})
export type StudyEnded = z.infer<typeof studyEndedSchema>

export const bundleSchema = z.strictObject({
  study: studySummarySchema,
  file: fileSchema,
  runs: z.int().min(0),
  models: z.int().min(0),
})
export type Bundle = z.infer<typeof bundleSchema>

export const bundleImportedSchema = z.strictObject({
  study: studySummarySchema,
  runs: z.strictObject({ added: z.int().min(0), existing: z.int().min(0) }),
  models: z.strictObject({ added: z.int().min(0), existing: z.int().min(0) }),
  warnings: z.array(warningSchema),
})
export type BundleImported = z.infer<typeof bundleImportedSchema>

const pathSchema = z.string().min(1).max(4096)

export const studyExportSchema = referenceSchema.extend({
  formats: z.array(exportFormatSchema).min(1),
  /** a folder to make; its parent is there */
  out: pathSchema,
  /** left out: the tables that suit the study; none: no table */
  tables: z.array(pivotRequestSchema).max(100).optional(),
  /** left out: the charts that suit the study; none: no chart */
  charts: z.array(chartRequestSchema).max(100).optional(),
  /** replaces the folder of an earlier export */
  overwrite: z.boolean().default(false),
})
export type StudyExport = z.infer<typeof studyExportSchema>

export const studyContract = {
  /** The study of a first look, to be planned and run like any other; changes nothing. `bitgauge quickstart` runs the one of voice commands. */
  quickstart: call.input(quickstartSchema).output(studyFileSchema),
  /** Looks at a file and says everything that is wrong; changes nothing. */
  check: call.input(studyFileSchema).output(studyCheckedSchema),
  /** What a run would do; changes nothing but that a dataset's encoding may be made. Errors: `input-invalid` with the place in the file. */
  plan: call.input(studyRunSchema).output(studyPlanSchema),
  /**
   * Starts a job of kind `study`, which waits while another one of this program runs. What is in the store is not computed again. A study of
   * the same name is planned anew where the file has changed.
   * Errors: `input-invalid` with the place in the file, `conflict` (another program runs it), `not-found`, `device-unavailable`.
   */
  run: call.input(studyRunSchema).output(studyStartedSchema),
  /** Goes on with a study from the file that the store has. Errors: `not-found`, `conflict`. */
  resume: call.input(referenceSchema.extend(studyHowSchema.shape)).output(studyStartedSchema),
  /** Asks a running study to stop; cells under way are finished first, and everything is kept. Errors: `not-found`, `conflict` (it does not run). */
  pause: call.input(referenceSchema).output(studySummarySchema),
  /** Stops a study at once, also one that is paused; what is finished is kept. Errors: `not-found`, `conflict` (it has ended). */
  cancel: call.input(referenceSchema).output(studySummarySchema),
  /** Newest first. */
  list: call.input(z.strictObject({})).output(z.array(studySummarySchema)),
  show: call.input(referenceSchema).output(studyShownSchema),
  /** Every cell's state at a glance. Errors: `not-found`. */
  map: call.input(referenceSchema).output(studyMapSchema),
  /** Some of the cells, in their order, of one state where it is named. Errors: `not-found`. */
  cells: call
    .input(
      referenceSchema.extend({
        state: cellStateSchema.optional(),
        offset: z.int().min(0).default(0),
        limit: z.int().min(1).max(500).default(100),
      }),
    )
    .output(studyCellsSchema),
  /** What its questions are answered, as {@link studyContract.results} has it. Errors: `not-found`, `conflict` (nothing was begun). */
  answers: call.input(referenceSchema).output(studyAnswersSchema),
  /** Takes a study away; its runs and models stay. Errors: `not-found`, `conflict` (it runs). */
  remove: call.input(referenceSchema).output(z.strictObject({ id: idSchema, name: datasetNameSchema })),
  /** Puts a study back that this program has removed, with its id and its cells. Errors: `not-found`, `conflict` (its name is taken again). */
  restore: call.input(z.strictObject({ study: idSchema })).output(studySummarySchema),
  /** The answers alone: of many cells too, since no result is read but the predictions that a question is about. Errors: `not-found`, `store-damaged`. */
  verdicts: call.input(referenceSchema).output(z.array(answerSchema)),
  /** All that its tables and charts are made from, of the cells that are done. Errors: `not-found`. */
  results: call.input(referenceSchema).output(resultsSchema),
  /** Writes tables, charts and a report into a new folder. Errors: `not-found`, `forbidden`, `file-exists`, `input-invalid`, `disk-full`. */
  export: call.input(studyExportSchema).output(exportedSchema),
  /** Writes a study with its runs, arrays and models into one file. Errors: `not-found`, `forbidden`, `file-exists`, `disk-full`. */
  createBundle: call
    .input(referenceSchema.extend({ file: pathSchema, overwrite: z.boolean().default(false) }))
    .output(bundleSchema),
  /** Reads such a file, verifies all of it, and stores what is not there. Errors: `input-invalid`, `hash-mismatch`, `too-large`, `conflict`, `forbidden`. */
  importBundle: call.input(z.strictObject({ file: pathSchema })).output(bundleImportedSchema),
  /** The same as a job of kind `bundle`, which goes on whoever looks; its result is a bundleImported. Errors of the path alone. */
  startImportBundle: call.input(z.strictObject({ file: pathSchema })).output(jobSchema),
}
