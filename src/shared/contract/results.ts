import { z } from 'zod'
import { errorRecordSchema } from '../errorRecord.ts'
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
  shareSchema,
  warningSchema,
} from '../units.ts'
import { classNameSchema, datasetNameSchema, splitNameSchema } from './datasetRules.ts'
import { shiftSchema } from './evaluation.ts'
import { modelFamilySchema } from './modelRules.ts'
import { siteSchema, weightNameSchema } from './quantizationRules.ts'
import { axisSchema, questionSchema } from './studyRules.ts'

/**
 * One evaluated cell as tables, charts and people see it. A float model is a row without recipe, composition and draw; its bits are all
 * `float`.
 */
export const resultRowSchema = z.strictObject({
  /** of the run in the store */
  id: idSchema,
  /** the study's name for it */
  model: z.string().min(1),
  family: modelFamilySchema,
  /** of the training */
  seed: z.int().min(0).nullable(),
  recipe: z.string().nullable(),
  bits: bitsSchema,
  composition: z.string().nullable(),
  draw: z.int().min(0).nullable(),
  noise: noiseSchema,
  shift: shiftSchema.nullable(),
  split: splitNameSchema,
  n: z.int().min(1),
  accuracy: accuracySchema,
  interval: intervalSchema,
  macroF1: shareSchema,
  nll: z.number().nullable(),
  /** expected calibration error */
  ece: shareSchema,
  /** share of texts with the class that the float model gave on the same input; null for the float model itself */
  agreement: shareSchema.nullable(),
  /** accuracy minus that of the float model on the same texts, paired */
  difference: z.strictObject({ value: z.number(), interval: intervalSchema }).nullable(),
  /** recall of each class, null where it has no texts */
  recalls: z.array(shareSchema.nullable()),
  /** `confusion[truth][predicted]`, texts */
  confusion: z.array(z.array(z.int().min(0))),
  /** of the quantized model's file, or the float model's */
  model_bytes: bytesSchema,
  duration_s: secondsSchema,
  warnings: z.array(warningSchema),
})
export type ResultRow = z.infer<typeof resultRowSchema>

/** A cell that no row has, by the same coordinates. */
export const missingCellSchema = z.strictObject({
  /** its place in the study, from 0 */
  number: z.int().min(0),
  ...resultRowSchema.pick({
    model: true,
    seed: true,
    recipe: true,
    bits: true,
    composition: true,
    draw: true,
    noise: true,
    shift: true,
  }).shape,
  /** what it failed by; null where it was not run yet */
  error: errorRecordSchema.nullable(),
})
export type MissingCell = z.infer<typeof missingCellSchema>

/** What a study's name for a recipe stands for. */
export const recipePartSchema = z.strictObject({
  name: z.string().min(1),
  /** the recipe of the program that it begins with */
  preset: z.string().min(1),
  /** whether the study lays settings of its own over that */
  changed: z.boolean(),
})
export type RecipePart = z.infer<typeof recipePartSchema>

/** How far quantization moved one array of weights, or one gate's part of it. */
export const adjustmentSchema = z.strictObject({
  weight: weightNameSchema,
  /** null for the whole array */
  gate: z.enum(['i', 'f', 'g', 'o']).nullable(),
  /** mean of |dW|, and of |dW| in steps of its row's scale */
  meanAbsolute: z.number().min(0),
  meanSteps: z.number().min(0),
  largestSteps: z.number().min(0),
  /** Wasserstein-1 distance between the weights before and after */
  wasserstein: z.number().min(0),
  /** norm after over norm before */
  normRatio: z.number().min(0).nullable(),
  /** share of codes at the ends of the grid */
  atEnds: shareSchema,
  /** of dW in steps, equal bins over [-0.5, 0.5], values beyond them in the outer bins */
  histogram: z.array(z.int().min(0)),
})
export type Adjustment = z.infer<typeof adjustmentSchema>

/** Values of one array of weights, or of one site, before and after quantization. */
export const beforeAfterSchema = z.strictObject({
  part: z.int().min(0),
  name: z.union([weightNameSchema, siteSchema]),
  min: z.number(),
  max: z.number(),
  /** counts in equal bins over [min, max], the same for both */
  before: z.array(z.int().min(0)).min(1).max(256),
  after: z.array(z.int().min(0)).min(1).max(256),
})
export type BeforeAfter = z.infer<typeof beforeAfterSchema>

/** What a table of adjustments or of activations is about. */
const subjectSchema = z.strictObject({
  model: z.string().min(1),
  seed: z.int().min(0).nullable(),
  recipe: z.string().nullable(),
  bits: z.string().nullable(),
  composition: z.string().nullable(),
  draw: z.int().min(0).nullable(),
})

/** A site's distribution on a calibration set, thinned for drawing. */
export const siteSummarySchema = z.strictObject({
  part: z.int().min(0),
  site: siteSchema,
  count: z.int().min(1),
  min: z.number(),
  max: z.number(),
  mean: z.number(),
  deviation: z.number().min(0),
  /** equal bins over [min, max] */
  histogram: z.array(z.int().min(0)).min(1).max(256),
})
export type SiteSummary = z.infer<typeof siteSummarySchema>

/** One comparison of a question, with what it rests on. */
export const contrastSchema = z.strictObject({
  /** the values of the question's `within` axes */
  within: z.partialRecord(axisSchema, z.string()),
  value: z.string(),
  against: z.string(),
  /** accuracy with `value` minus accuracy with `against` */
  difference: z.number().nullable(),
  interval: intervalSchema.nullable(),
  statistic: z.number().nullable(),
  p: shareSchema.nullable(),
  /** after the correction over the question's contrasts */
  pCorrected: shareSchema.nullable(),
  /** pairs of the declared unit */
  pairs: z.int().min(0),
  /** smallest difference that so many pairs show with a power of 0.8; null where it cannot be said */
  detectable: z.number().min(0).nullable(),
  verdict: z.enum(['held', 'not-held', 'undecided', 'not-testable', 'identical']),
  sentence: z.string().min(1),
})
export type Contrast = z.infer<typeof contrastSchema>

export const answerSchema = z.strictObject({
  question: questionSchema,
  /** cells that the question still waits for; it is answered when there are none */
  missing: z.int().min(0),
  verdict: z.enum(['held', 'not-held', 'undecided', 'not-testable', 'depends', 'waiting']),
  sentence: z.string().min(1),
  /** what the verdict is limited to, a sentence each: "For these models.", draws too few, … */
  limits: z.array(z.string()),
  contrasts: z.array(contrastSchema),
})
export type Answer = z.infer<typeof answerSchema>

/** All that tables, charts and reports of a study are made from. */
export const resultsSchema = z.strictObject({
  study: z.strictObject({
    id: idSchema,
    name: datasetNameSchema,
    /** sha256 of the study with all defaults filled in, as canonical JSON */
    fingerprint: fingerprintSchema,
    yaml: z.string(),
    seed: z.int().min(0),
  }),
  dataset: z.strictObject({
    name: datasetNameSchema,
    fingerprint: fingerprintSchema,
    classes: z.array(classNameSchema),
  }),
  /** what made it: names and versions, sorted by name; no time, no machine */
  versions: z.record(z.string(), z.string()),
  cells: z.strictObject({ total: z.int().min(0), done: z.int().min(0), failed: z.int().min(0) }),
  rows: z.array(resultRowSchema),
  /** cells without a row, at most 500 that failed, then at most 500 that were not run; `cells` counts all of them */
  missing: z.array(missingCellSchema).default([]),
  /** in the order of the study; none in a document that is older than the field */
  recipes: z.array(recipePartSchema).default([]),
  answers: z.array(answerSchema),
  adjustments: z.array(subjectSchema.extend({ adjustments: z.array(adjustmentSchema) })),
  profiles: z.array(subjectSchema.extend({ texts: z.enum(['own', 'common']), sites: z.array(siteSummarySchema) })),
  warnings: z.array(warningSchema),
})
export type Results = z.infer<typeof resultsSchema>

export const exportFormats = ['csv', 'json', 'markdown', 'latex', 'html', 'svg', 'png', 'pdf', 'report'] as const
export const exportFormatSchema = z.enum(exportFormats)
export type ExportFormat = z.infer<typeof exportFormatSchema>
/** What a quantized model is exported as; studies have {@link exportFormats}. */
export const modelExportFormats = ['runtime'] as const

/** When an export was made stands beside it, never in its bytes. */
export const exportedSchema = z.strictObject({
  made: momentSchema,
  files: z.array(
    z.strictObject({
      path: z.string().min(1),
      format: z.string().min(1),
      bytes: bytesSchema,
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type Exported = z.infer<typeof exportedSchema>
