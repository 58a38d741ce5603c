import { z } from 'zod'
import {
  accuracySchema,
  bitsSchema,
  bytesSchema,
  fingerprintSchema,
  idSchema,
  intervalSchema,
  momentSchema,
  secondsSchema,
  shareSchema,
  warningSchema,
} from '../units.ts'
import { errorRecordSchema } from '../errorRecord.ts'
import { call } from './base.ts'
import { boardDifferenceSchema, boardNameSchema, boardReferenceSchema, boardSecretsSchema } from './boardCalls.ts'
import { boardDescriptionSchema, boardLimitsSchema } from './board.ts'
import { datasetNameSchema, splitNameSchema } from './datasetRules.ts'
import { jobSchema } from './jobs.ts'
import { latencyHistogramSchema, windowMarkSchema } from './liveProfile.ts'
import { modelNameSchema, modelReferenceSchema } from './model.ts'
import { exportedSchema } from './results.ts'
import { modelFamilySchema } from './modelRules.ts'

const countSchema = z.int().min(0)
const microsecondsSchema = z.number().min(0)

export const profileSettingsSchema = z.strictObject({
  /** measures little, and says so: 3 windows of 1 s or 10 passes */
  quick: z.boolean().default(false),
  /** texts side by side where throughput is measured; 1: not measured */
  batch: z.int().min(1).max(1024).default(32),
  /** texts of the test split that are timed, the first ones */
  timedTexts: z.int().min(1).max(100_000).default(256),
  /** texts of the test split whose results are compared with the host's, the first ones; null: all; 0: none */
  texts: countSchema.nullable().default(null),
  /** of the order of the variants in each window, and of the bootstrap */
  seed: countSchema.default(1),
  /** the core that is measured; null: the last of the fastest cluster, which has the fewest interrupts */
  core: countSchema.nullable().default(null),
  /** kernels of the runtime by name; null: the fastest that the board has */
  kernels: z.string().min(1).max(64).nullable().default(null),
  /** how the time is shared out, by a run of its own that no latency is taken from */
  shares: z.boolean().default(true),
})
export type ProfileSettings = z.infer<typeof profileSettingsSchema>

export const profileStartInputSchema = z.strictObject({
  /** measured one after the other */
  boards: z.array(boardReferenceSchema).min(1).max(16),
  /** quantized models of the home; float is a width as well */
  models: z.array(modelReferenceSchema).min(1).max(64),
  /** the dataset whose test split is read; left out: that of each model */
  dataset: z.string().min(1).max(100).optional(),
  secrets: boardSecretsSchema.default({}),
  ...profileSettingsSchema.shape,
})
export type ProfileStartInput = z.infer<typeof profileStartInputSchema>

/** A percentile of all samples with its 95 % interval. */
export const percentileSchema = z.strictObject({
  value_us: microsecondsSchema,
  interval: intervalSchema,
  /** the median of the unmarked windows' own percentiles lies more than 5 % away */
  moved: z.boolean(),
})

export const profileWindowSchema = z.strictObject({
  /** from 0 */
  window: countSchema,
  /** of this window among all of the session's, from 0 */
  order: countSchema,
  /** since the first window of this profile began */
  begin_s: secondsSchema,
  duration_s: secondsSchema,
  /** passes over the timed texts */
  passes: z.int().min(1),
  samples: z.int().min(1),
  median_us: microsecondsSchema,
  p99_us: microsecondsSchema,
  /** least and greatest of the core that was measured; null where the board does not say */
  clock_hz: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  temperature_c: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  /** share of the time in which something else had the core */
  foreign: shareSchema.nullable(),
  energy_uj: z.number().min(0).nullable(),
  marks: z.array(windowMarkSchema),
})
export type ProfileWindow = z.infer<typeof profileWindowSchema>

export const latencySchema = z.strictObject({
  /** all of all windows; none is left out */
  samples: z.int().min(1),
  texts: z.int().min(1),
  words: countSchema,
  /** median over the windows of each window's median */
  median_us: microsecondsSchema,
  /** least and greatest window median */
  windows_us: z.strictObject({ low: microsecondsSchema, high: microsecondsSchema }),
  mean_us: microsecondsSchema,
  least_us: microsecondsSchema,
  greatest_us: microsecondsSchema,
  percentiles: z.strictObject({
    p50: percentileSchema,
    p90: percentileSchema,
    p95: percentileSchema,
    p99: percentileSchema,
  }),
  /** what reading the clock took, subtracted from each sample, nanoseconds */
  timer_ns: countSchema,
  histogram: latencyHistogramSchema,
  windows: z.array(profileWindowSchema).min(1),
})
export type Latency = z.infer<typeof latencySchema>

export const throughputResultSchema = z.strictObject({
  batch: z.int().min(2),
  /** median over the windows */
  texts_per_s: z.number().gt(0),
  /** of the windows' median, bootstrap over windows */
  interval: intervalSchema,
  windows: z.array(z.number().gt(0)).min(1),
})

/** At a moment of a profile; one series for all its windows. */
export const conditionSchema = z.strictObject({
  /** since the first window of this profile began */
  at_s: secondsSchema,
  window: countSchema,
  clock_hz: z.number().gt(0).nullable(),
  temperature_c: z.number().nullable(),
  power_w: z.number().min(0).nullable(),
})
export type Condition = z.infer<typeof conditionSchema>

/** Before the first window, and after the last. */
export const surroundingsSchema = z.strictObject({
  clock_hz: z.number().gt(0).nullable(),
  temperature_c: z.number().nullable(),
  governor: z.string().nullable(),
  /** share of all cores' time that was in use */
  busy: shareSchema.nullable(),
  free_bytes: bytesSchema.nullable(),
  /** what the firmware limited; null where it tells nothing of it */
  limits: boardLimitsSchema.nullable().optional(),
})

export const profileEnergySchema = z.discriminatedUnion('known', [
  z.strictObject({
    known: z.literal(true),
    /** median over the windows */
    per_inference_uj: z.number().min(0),
    interval: intervalSchema,
    sensor: z.string().min(1),
    /** what the sensor sees is more than the core */
    scope: z.string().min(1),
  }),
  z.strictObject({ known: z.literal(false), reason: z.string().min(1) }),
])

export const profileMemorySchema = z.strictObject({
  /** largest resident set of the run; null where the system does not say */
  peak_bytes: bytesSchema.nullable(),
  /** of the same program without a model */
  empty_bytes: bytesSchema.nullable(),
  /** what the model takes: the difference */
  net_bytes: bytesSchema.nullable(),
  /** memory that no file stands behind */
  anonymous_bytes: bytesSchema.nullable(),
  /** what the open model holds besides its file */
  private_bytes: bytesSchema,
})

export const profileSizesSchema = z.strictObject({
  model_bytes: bytesSchema,
  program_bytes: bytesSchema,
  /** an empty program by the same compiler and flags; null where none was built */
  empty_bytes: bytesSchema.nullable(),
  net_bytes: bytesSchema.nullable(),
})

/** How a device's results stand to the host's on the same texts. */
export const equalitySchema = z.strictObject({
  /** what is promised: `tolerance` where a matrix product has a float operand */
  class: z.enum(['integer-exact', 'float-exact', 'tolerance']),
  texts: z.int().min(1),
  /** texts with a result that differs in any bit */
  differ: countSchema,
  /** texts with another class */
  otherClass: countSchema,
  /** texts beyond what is promised; 0: the promise is kept */
  broken: countSchema,
  /** largest difference of a score, over the largest score of the text */
  largest: z.number().min(0),
  /** null where nothing is broken */
  first: z
    .strictObject({
      /** line of the split, from 0 */
      text: countSchema,
      /** the word, from 0; null where the trace did not find it */
      step: countSchema.nullable(),
      /** `hidden`, `gate-i`, …, `scores` */
      site: z.string().min(1).nullable(),
      part: countSchema,
      device: z.string(),
      host: z.string(),
    })
    .nullable(),
  /** the host's evaluation */
  host: z.strictObject({ run: idSchema, kernels: z.string().nullable() }),
})
export type Equality = z.infer<typeof equalitySchema>

/** Where the time of an inference goes, each in shares of the whole. */
export const timeSharesSchema = z.strictObject({
  /** `unpacking`, `products`, `non-linearities`, `other` */
  parts: z.array(z.strictObject({ name: z.string().min(1), share: shareSchema, per_inference_us: microsecondsSchema })),
  /** how it was found, and what that cannot tell */
  method: z.string().min(1),
})

export type TimeShares = z.infer<typeof timeSharesSchema>

export const profileResultSchema = z.strictObject({
  id: idSchema,
  created: momentSchema,
  /** profiles of one call have one session */
  session: idSchema,
  board: z.strictObject({ name: boardNameSchema, kind: z.enum(['ssh', 'local']) }),
  /** measured on an imitated processor: its times are no board's */
  emulated: z.boolean(),
  quick: z.boolean(),
  /** the quantized model */
  model: z.strictObject({ name: modelNameSchema, fingerprint: fingerprintSchema }),
  /** that it was made from */
  float: z.strictObject({ name: modelNameSchema, fingerprint: fingerprintSchema }),
  family: modelFamilySchema,
  bits: bitsSchema,
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  split: splitNameSchema,
  settings: profileSettingsSchema,
  program: z.strictObject({
    version: z.string(),
    how: z.enum(['built', 'uploaded']),
    compiler: z.string(),
    kernels: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  /** the core that was measured; null where it could not be pinned */
  core: countSchema.nullable(),
  latency: latencySchema,
  /** null where it was not asked for */
  throughput: throughputResultSchema.nullable(),
  memory: profileMemorySchema,
  sizes: profileSizesSchema,
  energy: profileEnergySchema,
  before: surroundingsSchema,
  after: surroundingsSchema,
  conditions: z.array(conditionSchema),
  /** null where no text was compared */
  accuracy: z
    .strictObject({ n: z.int().min(1), right: countSchema, value: accuracySchema, interval: intervalSchema })
    .nullable(),
  equality: equalitySchema.nullable(),
  shares: timeSharesSchema.nullable(),
  /** the board as it was */
  description: boardDescriptionSchema,
  /** since the profile before this one on the board */
  differences: z.array(boardDifferenceSchema),
  duration_s: secondsSchema,
  warnings: z.array(warningSchema),
})
export type ProfileResult = z.infer<typeof profileResultSchema>

/** A profile as lists show it. */
export const profileEntrySchema = profileResultSchema
  .pick({
    id: true,
    created: true,
    session: true,
    board: true,
    emulated: true,
    quick: true,
    model: true,
    float: true,
    family: true,
    bits: true,
    dataset: true,
    split: true,
    core: true,
    throughput: true,
    memory: true,
    sizes: true,
    energy: true,
    accuracy: true,
    equality: true,
    warnings: true,
  })
  .extend({
    kernels: z.string(),
    latency: latencySchema.pick({ samples: true, median_us: true, windows_us: true, percentiles: true }),
  })
export type ProfileEntry = z.infer<typeof profileEntrySchema>

/** The result of a job of kind `board-profile`; what could not be measured has an error, and the others are stored. */
export const profiledSchema = z.strictObject({
  session: idSchema,
  profiles: z.array(profileEntrySchema),
  failed: z.array(z.strictObject({ board: boardNameSchema, model: z.string().nullable(), error: errorRecordSchema })),
})
export type Profiled = z.infer<typeof profiledSchema>

export const profileSamplesSchema = z.strictObject({
  id: idSchema,
  /** in the order of measurement, the clock's own time subtracted; cut to `limit` */
  samples_us: z.array(microsecondsSchema),
  /** window of each */
  windows: z.array(countSchema),
  total: countSchema,
})
export type ProfileSamples = z.infer<typeof profileSamplesSchema>

export const profileRemovedSchema = z.strictObject({ removed: z.array(idSchema) })

const referenceSchema = z.strictObject({ profile: idSchema })

export const profileListInputSchema = z.strictObject({
  board: boardReferenceSchema.optional(),
  model: modelReferenceSchema.optional(),
  session: idSchema.optional(),
  /** only the newest of each model on each board */
  newest: z.boolean().default(false),
  limit: z.int().min(1).max(10_000).default(500),
})
export type ProfileListInput = z.infer<typeof profileListInputSchema>

export const profileListSchema = z.strictObject({ profiles: z.array(profileEntrySchema), more: z.boolean() })
export type ProfileList = z.infer<typeof profileListSchema>

export const profileExportFormats = ['csv', 'json', 'markdown', 'latex', 'html', 'svg', 'png', 'pdf'] as const

/** Accuracy against what: a picture each. */
export const profileChartSchema = z.strictObject({
  against: z.enum(['latency', 'size']),
  /** the accuracies that are there, instead of all from 0 to 100 % */
  enlarged: z.boolean().default(true),
})
export type ProfileChart = z.infer<typeof profileChartSchema>

/** Which profiles are written, and how: the newest of each model on each board. Pictures want profiles with an accuracy. */
export const profilesShownSchema = z.strictObject({
  boards: z.array(boardReferenceSchema).min(1).max(16),
  formats: z.array(z.enum(profileExportFormats)).min(1),
  /** left out: against latency and against size, both enlarged */
  charts: z.array(profileChartSchema).min(1).max(4).optional(),
})
export type ProfilesShown = z.infer<typeof profilesShownSchema>

export const profileExportSchema = z.strictObject({
  ...profilesShownSchema.shape,
  /** a folder to make; its parent is there */
  out: z.string().min(1).max(4096),
  /** replaces the folder of an earlier export */
  overwrite: z.boolean().default(false),
})
export type ProfileExport = z.infer<typeof profileExportSchema>

export const profileContract = {
  /**
   * Starts a job of kind `board-profile`, whose progress tells of the samples so far (`progress.profile`). Errors: `not-found`, `host-key-unknown`,
   * `host-key-changed`, `authentication-refused`, `host-unreachable`, `board-busy`, `board-failed`, `connection-lost`, `disk-full`.
   */
  start: call.input(profileStartInputSchema).output(z.strictObject({ job: jobSchema })),
  /** Newest first. */
  list: call.input(profileListInputSchema).output(profileListSchema),
  /** Errors: `not-found`. */
  show: call.input(referenceSchema).output(profileResultSchema),
  /** Errors: `not-found`. */
  samples: call
    .input(
      referenceSchema.extend({ offset: countSchema.default(0), limit: z.int().min(1).max(1_000_000).default(100_000) }),
    )
    .output(profileSamplesSchema),
  /** Errors: `not-found` (no profile of these boards), `forbidden`, `file-exists`, `permission-denied`, `disk-full`. */
  export: call.input(profileExportSchema).output(exportedSchema),
  /** Errors: `not-found`. */
  remove: call.input(z.strictObject({ profiles: z.array(idSchema).min(1).max(1000) })).output(profileRemovedSchema),
}
