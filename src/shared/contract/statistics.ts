import { z } from 'zod'
import { shareSchema } from '../units.ts'
import { call } from './base.ts'
import { contrastSchema } from './results.ts'
import { pairedTableSchema, runEntrySchema } from './run.ts'
import { questionSchema } from './studyRules.ts'

const referencesSchema = z.array(z.string().min(1).max(100)).min(1).max(1000)

/** Evaluations against evaluations; each side is runs by id or key, or a tag that evaluations have. */
export const compareInputSchema = z.strictObject({
  first: referencesSchema,
  /** as many as the first, or one for all */
  second: referencesSchema,
  /** `text`: each pair by itself, on the same texts; `draw` and `seed`: all pairs together */
  unit: questionSchema.shape.unit.default('text'),
  /** left out: `mcnemar` for texts, `sign-flip` for draws and seeds */
  test: questionSchema.shape.test.optional(),
  correct: questionSchema.shape.correct,
  smallest: questionSchema.shape.smallest,
  level: z.number().gt(0.5).lt(1).default(0.95),
})
export type CompareInput = z.infer<typeof compareInputSchema>

/** Two evaluations of the same texts. */
export const pairedRunsSchema = z.strictObject({
  first: runEntrySchema,
  second: runEntrySchema,
  /** texts by whose class was right; null where they are of other texts */
  table: pairedTableSchema.nullable(),
  /** share of texts that have the same class from both; null where they are of other texts */
  agreement: shareSchema.nullable(),
})

export const comparisonSchema = z.strictObject({
  unit: questionSchema.shape.unit,
  test: questionSchema.shape.test,
  pairs: z.array(pairedRunsSchema),
  verdict: z.enum(['held', 'not-held', 'undecided', 'not-testable', 'depends']),
  sentence: z.string().min(1),
  /** what the verdict is limited to */
  limits: z.array(z.string()),
  /** of texts: one a pair, in their order; else one of all pairs */
  contrasts: z.array(contrastSchema),
})
export type Comparison = z.infer<typeof comparisonSchema>

export const statisticsContract = {
  /** Errors: `not-found`, `input-invalid` (runs that are no evaluations, or of other texts), `store-damaged`. */
  compare: call.input(compareInputSchema).output(comparisonSchema),
}
