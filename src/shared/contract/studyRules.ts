import { z } from 'zod'
import { noiseSchema } from '../units.ts'
import { compositionSchema, labelHandlingSchema } from './calibrationRules.ts'
import { datasetImportSchema } from './dataset.ts'
import { datasetNameSchema, encodingOptionsSchema, generatorOptionsSchema, subsetSchema } from './datasetRules.ts'
import { shiftSchema } from './evaluation.ts'
import { modelReferenceSchema } from './model.ts'
import { discriminativeOptionsSchema, generativeOptionsSchema } from './modelRules.ts'
import { bitsInputSchema, recipeSchema } from './quantizationRules.ts'
import { trainingOptionsSchema } from './trainingRules.ts'

/** What people call a part of a study: a model, a recipe, a composition, a question. */
export const partNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._+-]{0,63}$/,
    'expected 1 to 64 letters, digits, blanks or ". _ + -", a letter or digit first',
  )

const studyDatasetSchema = z.union([
  /** a dataset of the home, by name, id or fingerprint */
  z.strictObject({ id: z.string().min(1).max(100) }),
  /** generated where the home has none of this content */
  z.strictObject({ generate: generatorOptionsSchema, name: datasetNameSchema.optional() }),
  /** imported where the home has none of this content; paths are relative to the study's file */
  datasetImportSchema
    .omit({ train: true, encoding: true })
    .extend({ file: z.string().min(1).max(4096), name: datasetNameSchema.optional() }),
])

/** Options of a training but its seed, which is the model's `seeds`; the learning rate left out is the family's usual one. */
const studyTrainingSchema = trainingOptionsSchema
  .omit({ seed: true })
  .partial()
  .extend({
    seeds: z.array(z.int().min(0)).min(1).max(100).default([1]),
    rows: subsetSchema.optional(),
    encoding: encodingOptionsSchema.omit({ countedRows: true }).partial().optional(),
  })

const train = { train: studyTrainingSchema.prefault({}) }

export const studyModelSchema = z.union([
  discriminativeOptionsSchema.extend(train),
  generativeOptionsSchema.extend(train),
  /** one that the home has already */
  z.strictObject({ model: modelReferenceSchema }),
])

/** A recipe of the program by its name, with settings of one's own over it; or a whole one. */
export const studyRecipeSchema = z.union([
  z.string().min(1).max(64),
  z.strictObject({ preset: z.string().min(1).max(64).default('ours'), ...recipeSchema.partial().shape }),
])

const some = <T extends z.ZodType>(item: T) => z.union([z.literal('all'), z.array(item).min(1).max(1000)])

export const axes = ['model', 'seed', 'recipe', 'bits', 'composition', 'draw', 'noise', 'shift'] as const
export const axisSchema = z.enum(axes)
export type Axis = z.infer<typeof axisSchema>

/** A claim to be tested, declared before its cells are there (methods.md section 2). */
export const questionSchema = z.strictObject({
  name: partNameSchema,
  /** the axis whose values are compared, each with `against` */
  compare: axisSchema,
  against: z.union([z.string(), z.number()]),
  /** in each combination of these */
  within: z.array(axisSchema).default([]),
  /** values that the question is about; axes left out: all */
  only: z.partialRecord(axisSchema, z.array(z.union([z.string(), z.number()])).min(1)).default({}),
  unit: z.enum(['text', 'draw', 'seed']),
  test: z.enum(['mcnemar', 'mcnemar-exact', 'sign-flip', 'wilcoxon', 'tost']),
  correct: z.enum(['holm', 'benjamini-hochberg', 'benjamini-yekutieli', 'none']).default('holm'),
  /** smallest difference of accuracy that matters, a fraction */
  smallest: z.number().gt(0).lt(1).default(0.005),
})
export type Question = z.infer<typeof questionSchema>

/** A study's file; `docs/format/study.md`. */
export const studySchema = z.strictObject({
  bitgauge: z.literal('study/1'),
  name: datasetNameSchema,
  /** of calibration draws and noise */
  seed: z.int().min(0).default(1),
  dataset: studyDatasetSchema,
  /** which texts the cells are measured on */
  split: z.enum(['dev', 'test']).default('test'),
  models: z.record(partNameSchema, studyModelSchema),
  calibration: z.strictObject({
    size: z.int().min(1).max(1_000_000).default(512),
    draws: z.int().min(1).max(1000).default(12),
    /** true: the text's own label; false: none */
    labels: z.union([z.boolean(), labelHandlingSchema]).default(true),
    compositions: z.record(partNameSchema, compositionSchema),
    /** of the histograms */
    bins: z.int().min(256).max(65_536).default(8192),
  }),
  recipes: z.record(partNameSchema, studyRecipeSchema).default({ ours: 'ours' }),
  grid: z.strictObject({
    model: some(partNameSchema).default('all'),
    recipe: some(partNameSchema).default('all'),
    bits: z.array(bitsInputSchema).min(1).max(1000),
    composition: some(partNameSchema).default('all'),
    noise: z
      .array(noiseSchema)
      .min(1)
      .max(100)
      .default([{ kind: 'none', level: 0 }]),
    shift: z.array(shiftSchema.nullable()).min(1).max(100).default([null]),
  }),
  /** cells that all of the named values fit are left out */
  exclude: z
    .array(z.partialRecord(axisSchema, z.union([z.string(), z.number(), z.record(z.string(), z.json())])))
    .default([]),
  questions: z.array(questionSchema).default([]),
})
/** As written, defaults filled in. */
export type Study = z.infer<typeof studySchema>
