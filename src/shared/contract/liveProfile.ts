import { z } from 'zod'
import { bitsSchema, secondsSchema } from '../units.ts'
import { boardNameSchema } from './boardCalls.ts'
import { modelFamilySchema } from './modelRules.ts'

const countSchema = z.int().min(0)

/**
 * `throttled`: the clock fell by more than 5 % below the highest of the profile, or the board says that it throttles. `noisy`: the window's median lies
 * more than 5 % from the median of all windows. `foreign`: something else had the core for more than 1 % of the time.
 */
export const windowMarkSchema = z.enum(['throttled', 'noisy', 'foreign'])
export type WindowMark = z.infer<typeof windowMarkSchema>

/** Latencies in equal bins: bin k holds those in [low_us + k * width_us, low_us + (k + 1) * width_us). What lies beyond is in `below` and `above`. */
export const latencyHistogramSchema = z.strictObject({
  low_us: z.number().min(0),
  width_us: z.number().gt(0),
  /** samples of unmarked windows */
  counts: z.array(countSchema).min(1).max(512),
  /** samples of marked windows */
  marked: z.array(countSchema).min(1).max(512),
  below: countSchema,
  above: countSchema,
})
export type LatencyHistogram = z.infer<typeof latencyHistogramSchema>

/** What is known of a profile while it is measured. */
export const liveProfileSchema = z.strictObject({
  board: boardNameSchema,
  phase: z.enum([
    'connecting',
    'reconnecting',
    'describing',
    'preparing',
    'comparing',
    'warming-up',
    'measuring',
    'sharing-out',
    'storing',
  ]),
  /** null before the first model */
  variant: z
    .strictObject({
      name: z.string().min(1),
      family: modelFamilySchema,
      bits: bitsSchema,
      /** among the session's, from 0 */
      index: countSchema,
      of: z.int().min(1),
    })
    .nullable(),
  /** the window under way, from 0, of this variant; null outside */
  window: countSchema.nullable(),
  windows: z.int().min(1),
  /** marks of the windows that have ended, in their order, as far as these windows alone decide them */
  marks: z.array(z.array(windowMarkSchema)),
  /** of the windows that have ended, then of the one under way once it has samples */
  medians_us: z.array(z.number().min(0)).default([]),
  /** of the window under way */
  elapsed_s: secondsSchema,
  /** of this variant */
  samples: countSchema,
  p50_us: z.number().min(0).nullable(),
  p90_us: z.number().min(0).nullable(),
  p95_us: z.number().min(0).nullable().default(null),
  p99_us: z.number().min(0).nullable(),
  histogram: latencyHistogramSchema.nullable(),
  /** the newest 200: seconds since the variant's first window, Hz, degrees Celsius */
  series: z
    .array(
      z.strictObject({ at_s: secondsSchema, clock_hz: z.number().nullable(), temperature_c: z.number().nullable() }),
    )
    .max(200),
})
export type LiveProfile = z.infer<typeof liveProfileSchema>
