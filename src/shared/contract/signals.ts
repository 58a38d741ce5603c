import { z } from 'zod'
import { shareSchema } from '../units.ts'
import { siteSchema } from './quantizationRules.ts'

const countSchema = z.int().min(0)

/** What a quantized model gave at a site over texts of one input: `SignalCounts` of `core/quantization/deadSignals.ts`. */
export const signalCountsSchema = z.strictObject({
  count: countSchema,
  min: z.number(),
  max: z.number(),
  distinct: countSchema,
  /** share of the integers at either end of their grid; null where the site is float */
  atEnds: shareSchema.nullable(),
})

/** Of each part, its sites. */
export const signalsSchema = z.array(z.partialRecord(siteSchema, signalCountsSchema))
export type Signals = z.infer<typeof signalsSchema>
