import { z } from 'zod'
import { pivotAxes, type PivotAxis } from '../charts/axes.ts'
import { figureNames, type FigureName } from '../charts/runColumns.ts'
import { errorRecordSchema } from '../errorRecord.ts'
import { bitsSchema, idSchema, intervalSchema, warningSchema } from '../units.ts'
import { classNameSchema, datasetNameSchema } from './datasetRules.ts'
import { studyStateSchema } from './study.ts'

const countSchema = z.int().min(0)

/** Numbers of one kind, little-endian, as base64: a hundred thousand of them are one text, which takes no time to parse. */
const numbersSchema = z.string()

/**
 * Places among some values, in base64: a byte for each row, 255 for none, or two bytes, little-endian, 65535 for none. One byte alone is the place
 * of every row.
 */
const codesSchema = z.string()

/** Values in no promised order, and of each row the place of its own among them; none where the axis does not bear on the row. */
const axisSchema = z.strictObject({ values: z.array(z.string()).max(65_535), codes: codesSchema })

/** Float64, NaN where a row has none: of each row, or of many rows with few figures the different ones and the place of each row's among them. */
const figureSchema = z.strictObject({ values: numbersSchema, codes: codesSchema.nullable() })

function each<Name extends string, Schema extends z.ZodType>(names: readonly Name[], schema: Schema) {
  return z.strictObject(Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>)
}

/**
 * Evaluations as columns: of a study, a row a cell in its order; else all of the home, oldest first. `src/shared/charts/readRunTable.ts` reads it.
 */
export const runTableSchema = z.strictObject({
  study: z
    .strictObject({
      id: idSchema,
      name: datasetNameSchema,
      state: studyStateSchema,
      classes: z.array(classNameSchema),
      cells: z.strictObject({ total: countSchema, done: countSchema, failed: countSchema }),
    })
    .nullable(),
  /** stands for what the table is now: asked `since` it, the host tells what has changed */
  version: z.string().max(64),
  /** rows of the whole table */
  total: countSchema,
  /** the rows that are told, ascending, uint32; null: all of them. Values that stay are at the places that they had. */
  rows: numbersSchema.nullable(),
  /** rows that are told */
  count: countSchema,
  /** of the runs, 26 characters each, one behind the other; blanks for a cell without a run */
  ids: z.string(),
  /** places in `cellStates` */
  states: codesSchema,
  axes: each<PivotAxis, typeof axisSchema>(pivotAxes, axisSchema),
  /** of each value of the axis `bits` */
  bits: z.array(bitsSchema),
  figures: each<FigureName, typeof figureSchema>(figureNames, figureSchema),
  /** what intervals are, and of each row the place */
  bounds: z.strictObject({
    kinds: z.array(z.strictObject({ level: z.number().gt(0).lt(1), method: intervalSchema.shape.method })),
    accuracy: codesSchema,
    difference: codesSchema,
  }),
  /** a warning of each code, as one run has it; `sets` of places among them, and of each row its set */
  warnings: z.strictObject({
    kinds: z.array(warningSchema),
    sets: z.array(z.array(countSchema)),
    rows: codesSchema,
  }),
  /** what cells failed by, and of each row the place */
  failures: z.strictObject({ kinds: z.array(errorRecordSchema), rows: codesSchema }),
})
export type RunTable = z.infer<typeof runTableSchema>

/** `since`: the version of a table that was told before; what has changed is told alone where the host still knows that version. */
export const runTableInputSchema = z.strictObject({
  study: z.string().min(1).max(100).optional(),
  since: z.string().max(64).optional(),
})
export type RunTableInput = z.output<typeof runTableInputSchema>
