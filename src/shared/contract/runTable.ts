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

/** Values in no promised order, and of each row the place of its own among them, uint16; 65535 where the axis does not bear on the row. */
const axisSchema = z.strictObject({ values: z.array(z.string()).max(65_535), codes: numbersSchema })

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
  count: countSchema,
  /** of the runs, 26 characters each, one behind the other; blanks for a cell without a run */
  ids: z.string(),
  /** uint8, places in `cellStates` */
  states: numbersSchema,
  axes: each<PivotAxis, typeof axisSchema>(pivotAxes, axisSchema),
  /** of each value of the axis `bits` */
  bits: z.array(bitsSchema),
  /** float64, NaN where a row has none */
  figures: each<FigureName, typeof numbersSchema>(figureNames, numbersSchema),
  /** what intervals are; `of` each row the place, uint16, 65535 for none */
  bounds: z.strictObject({
    kinds: z.array(z.strictObject({ level: z.number().gt(0).lt(1), method: intervalSchema.shape.method })),
    accuracy: numbersSchema,
    difference: numbersSchema,
  }),
  /** a warning of each code, as one run has it; `sets` of places among them, and of each row its set, uint16 */
  warnings: z.strictObject({
    kinds: z.array(warningSchema),
    sets: z.array(z.array(countSchema)),
    rows: numbersSchema,
  }),
  /** what cells failed by, and of each row the place, uint16, 65535 for none */
  failures: z.strictObject({ kinds: z.array(errorRecordSchema), rows: numbersSchema }),
})
export type RunTable = z.infer<typeof runTableSchema>
