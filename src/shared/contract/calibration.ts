import { z } from 'zod'
import {
  bytesSchema,
  fileSchema,
  fingerprintSchema,
  idSchema,
  intervalSchema,
  momentSchema,
  secondsSchema,
  shareSchema,
  warningSchema,
} from '../units.ts'
import { call } from './base.ts'
import { calibrationManifestSchema } from './calibrationRules.ts'
import { classNameSchema, datasetNameSchema } from './datasetRules.ts'
import { engineSchema, evaluatedOnSchema } from './engineRules.ts'
import { jobSchema } from './jobs.ts'
import { modelNameSchema, modelReferenceSchema } from './model.ts'
import { drawOptionsSchema, profileOptionsSchema } from './quantizationInput.ts'
import { siteSchema } from './quantizationRules.ts'
import { siteSummarySchema } from './results.ts'
import { computeDeviceSchema } from './trainingRules.ts'

const countSchema = z.int().min(0)
const keySchema = z.string().regex(/^[0-9a-f]{64}$/)
/** What people call a calibration set: unique in a home; all draws of the set have it. */
export const calibrationNameSchema = datasetNameSchema
/** An id, a name, a fingerprint, or at least eight digits that begin one. */
const referenceSchema = z.string().min(1).max(100)
const referencesSchema = z.array(referenceSchema).max(1000)

export const calibrationDrawSchema = drawOptionsSchema.extend({
  dataset: z.string().min(1).max(100),
  /** the set's; draws of one declaration (dataset, composition, size, seed) may share it, others may not */
  name: calibrationNameSchema.optional(),
})
export type CalibrationDrawInput = z.infer<typeof calibrationDrawSchema>

/** One draw of a calibration set, as the home keeps it. */
export const calibrationSetSchema = z.strictObject({
  /** of the run in the store */
  id: idSchema,
  key: keySchema,
  created: momentSchema,
  /** of the manifest without its dataset's name */
  fingerprint: fingerprintSchema,
  manifest: calibrationManifestSchema,
  /** rows of the train split that could not be drawn, because their text stands in dev or test too */
  heldOut: countSchema,
  warnings: z.array(warningSchema),
})
export type CalibrationSet = z.infer<typeof calibrationSetSchema>

/** The same with what people call it, which is no part of what it is. */
export const namedSetSchema = calibrationSetSchema.extend({ name: calibrationNameSchema.nullable() })
export type NamedSet = z.infer<typeof namedSetSchema>

export const calibrationProfileSchema = profileOptionsSchema.extend({
  model: modelReferenceSchema,
  set: referenceSchema,
  device: computeDeviceSchema.default('cpu'),
  /** left out: the runtime on the processor, the TensorFlow library on a graphics device */
  engine: engineSchema.optional(),
  force: z.boolean().default(false),
})
export type CalibrationProfileInput = z.infer<typeof calibrationProfileSchema>

/** How a set was drawn, for those who have its fingerprint alone. */
export const drawnAsSchema = calibrationManifestSchema.pick({ composition: true, size: true, seed: true, draw: true })

/** What a model's sites show of a calibration set: a file of the home, and its `manifest.json`. */
export const profileRecordSchema = z.strictObject({
  kind: z.literal('activation-profile'),
  version: z.literal(1),
  /** of the run in the store */
  id: idSchema,
  key: keySchema,
  created: momentSchema,
  /** sha256 of the profile's file */
  fingerprint: fingerprintSchema,
  model: z.strictObject({ id: idSchema, name: modelNameSchema, fingerprint: fingerprintSchema }),
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  set: drawnAsSchema.extend({ id: idSchema, fingerprint: fingerprintSchema }),
  ...profileOptionsSchema.shape,
  texts: z.int().min(1),
  /** real steps of all texts */
  steps: countSchema,
  file: z.literal('profile.bin'),
  bytes: bytesSchema,
  duration_s: secondsSchema,
  on: evaluatedOnSchema,
  warnings: z.array(warningSchema),
})
export type ProfileRecord = z.infer<typeof profileRecordSchema>

/** `done-before`: a run of the same key and its file are in the home. */
export const profileStartedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('started'), job: jobSchema }),
  z.strictObject({ state: z.literal('done-before'), profile: profileRecordSchema }),
])
export type ProfileStarted = z.infer<typeof profileStartedSchema>

export const calibrationListInputSchema = z.strictObject({ limit: z.int().min(1).max(10_000).default(1000) })

export const calibrationListSchema = z.strictObject({
  sets: z.array(namedSetSchema.extend({ manifest: calibrationManifestSchema.omit({ rows: true }) })),
  profiles: z.array(profileRecordSchema),
})
export type CalibrationList = z.infer<typeof calibrationListSchema>

export const calibrationShownSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('set'), set: namedSetSchema }),
  /** of a name: all draws that have it, in their order */
  z.strictObject({ kind: z.literal('draws'), name: calibrationNameSchema, sets: z.array(namedSetSchema).min(1) }),
  z.strictObject({ kind: z.literal('profile'), profile: profileRecordSchema, sites: z.array(siteSummarySchema) }),
])
export type CalibrationShown = z.infer<typeof calibrationShownSchema>

export const calibrationRemovedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['set', 'profile']), id: idSchema }),
  z.strictObject({ kind: z.literal('draws'), name: calibrationNameSchema, ids: z.array(idSchema).min(1) }),
])
export type CalibrationRemoved = z.infer<typeof calibrationRemovedSchema>

/** `name` null where it was taken away. */
export const calibrationRenamedSchema = z.strictObject({
  name: calibrationNameSchema.nullable(),
  ids: z.array(idSchema).min(1),
})
export type CalibrationRenamed = z.infer<typeof calibrationRenamedSchema>

export const calibrationExportSchema = z.strictObject({
  /** draws; a name stands for all its own */
  sets: referencesSchema.min(1),
  file: z.string().min(1).max(4096),
  overwrite: z.boolean().default(false),
})
export type CalibrationExport = z.infer<typeof calibrationExportSchema>
export const calibrationExportedSchema = z.strictObject({ files: z.array(fileSchema).min(1) })
export type CalibrationExported = z.infer<typeof calibrationExportedSchema>

/** What may be drawn from a dataset. */
export const calibrationPoolSchema = z.strictObject({
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  /** in the order of the classes: texts of the train split, and those of them whose text stands in neither dev nor test */
  classes: z.array(z.strictObject({ name: classNameSchema, texts: countSchema, available: countSchema })),
  heldOut: countSchema,
})
export type CalibrationPool = z.infer<typeof calibrationPoolSchema>

const drawsSchema = z.int().min(1).max(1000)

/** Draws from 0 on of a declaration, which are not stored; or sets of the home, a name standing for all its draws. */
export const calibrationFactsInputSchema = z.union([
  drawOptionsSchema.omit({ draw: true }).extend({ dataset: z.string().min(1).max(100), draws: drawsSchema.default(1) }),
  z.strictObject({ sets: referencesSchema.min(1) }),
])
export type CalibrationFactsInput = z.infer<typeof calibrationFactsInputSchema>

/** What some draws of one size are, looked at together. */
export const calibrationFactsSchema = z.strictObject({
  draws: z.int().min(1),
  /** texts of each class in the draw that has fewest of it, and in the one that has most */
  classes: z.array(z.strictObject({ name: classNameSchema, least: countSchema, most: countSchema })),
  /** fingerprint of each draw's set */
  fingerprints: z.array(fingerprintSchema),
  /** rows that stand in at least one draw */
  distinct: countSchema,
  /** share of its rows that a draw has in common with another one, mean over pairs; null of one draw */
  common: shareSchema.nullable(),
  /** words of a text by the dataset's tokenizer, over all draws' rows */
  words: z.strictObject({ median: countSchema, longest: countSchema }),
  /** rows whose text stands in dev or test too, normalised: equal texts and texts that differ in case, blanks and punctuation */
  overlap: countSchema,
  /** classes that are drawn from and of which every available text is in every draw */
  exhausted: z.array(classNameSchema),
})
export type CalibrationFacts = z.infer<typeof calibrationFactsSchema>

export const calibrationProfileAllSchema = calibrationProfileSchema
  .omit({ set: true })
  .extend({ sets: referencesSchema.min(1) })
export type CalibrationProfileAllInput = z.infer<typeof calibrationProfileAllSchema>

/** What a job over many sets has made, and found made. */
export const profiledAllSchema = z.strictObject({ made: countSchema, doneBefore: countSchema })
export const profileAllStartedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('started'), job: jobSchema }),
  z.strictObject({ state: z.literal('done-before') }),
])
export type ProfileAllStarted = z.infer<typeof profileAllStartedSchema>

export const calibrationCompareSchema = profileOptionsSchema.extend({
  model: modelReferenceSchema,
  /** draws of the set in hand; a name stands for all its draws */
  set: referencesSchema.min(1),
  /** of the reference; none to look at one set alone */
  against: referencesSchema.default([]),
  /** of a model of several language models: which one */
  part: countSchema.default(0),
})
export type CalibrationCompareInput = z.infer<typeof calibrationCompareSchema>

/** Densities over the common bins of both sets, and where the usual calibrator clips. */
const sideSchema = z.strictObject({
  draws: z.int().min(1),
  /** of each bin: mean over draws, lowest and highest draw; for each unit of the value */
  mean: z.array(z.number().min(0)),
  low: z.array(z.number().min(0)),
  high: z.array(z.number().min(0)),
  /** of each draw, in order: the least and the largest value that the grid of eight bits holds */
  clips: z.array(z.strictObject({ low: z.number(), high: z.number() })),
  /** least and largest value seen */
  min: z.number(),
  max: z.number(),
})
export type ComparedSide = z.infer<typeof sideSchema>

export const siteComparisonSchema = z.strictObject({
  site: siteSchema,
  /** equal bins from `from` to `to`, which hold all but at most one in a thousand values of each draw, and every clip range */
  from: z.number(),
  to: z.number(),
  set: sideSchema,
  against: sideSchema.nullable(),
  /** of the reference's eight-bit grid, mean over its draws; of the set's where there is no reference */
  step: z.number().gt(0),
  /** Wasserstein-1 distance from a draw of the reference to the same draw of the set, in steps: mean over draws with Student's interval */
  shift: z
    .strictObject({ mean: z.number().min(0), interval: intervalSchema.nullable(), pairs: z.int().min(1) })
    .nullable(),
  /** the same between two draws of one set: the mean, and what 95 % of the pairs stay below; null where no set has two draws */
  between: z.strictObject({ mean: z.number().min(0), high: z.number().min(0), pairs: z.int().min(1) }).nullable(),
})
export type SiteComparison = z.infer<typeof siteComparisonSchema>

export const calibrationComparisonSchema = z.strictObject({
  model: profileRecordSchema.shape.model,
  parts: z.int().min(1),
  /** sets that this model was not profiled on yet: by id; nothing is compared while there are any */
  missing: z.array(idSchema),
  /** whether draws of both sets share their texts class by class */
  paired: z.boolean(),
  sites: z.array(siteComparisonSchema),
})
export type CalibrationComparison = z.infer<typeof calibrationComparisonSchema>

const oneSchema = z.strictObject({ calibration: referenceSchema })

export const calibrationContract = {
  /**
   * Draws a set from the train split, or gives the one that was drawn so before. Errors: `not-found`, `input-invalid`, `store-damaged`, `conflict` (the
   * name is that of another set, or the set has another name).
   */
  draw: call.input(calibrationDrawSchema).output(namedSetSchema),
  /**
   * Takes a set that was drawn elsewhere, by its manifest. Errors: `not-found` (its dataset is not here), `hash-mismatch`, `input-invalid` (a text of
   * it stands in dev or test), `conflict` as of `draw`.
   */
  import: call
    .input(z.strictObject({ manifest: calibrationManifestSchema, name: calibrationNameSchema.optional() }))
    .output(namedSetSchema),
  /** How many texts of each class can be drawn. Errors: `not-found`, `store-damaged`. */
  pool: call.input(z.strictObject({ dataset: z.string().min(1).max(100) })).output(calibrationPoolSchema),
  /** What draws are, or would be. Errors: `not-found`, `input-invalid` (too few texts, sets of unlike datasets or sizes), `conflict`, `store-damaged`. */
  facts: call.input(calibrationFactsInputSchema).output(calibrationFactsSchema),
  /** Starts a job of kind `profile`. Errors: `not-found`, `conflict`, `device-unavailable`, `store-damaged`. */
  profile: call.input(calibrationProfileSchema).output(profileStartedSchema),
  /** The same for many sets, one job in all: those that were profiled before are passed over. Errors: as of `profile`. */
  profileAll: call.input(calibrationProfileAllSchema).output(profileAllStartedSchema),
  /**
   * How a model's sites stand on one set and on another, from profiles that are there. Errors: `not-found`, `conflict`, `input-invalid` (no such part),
   * `store-damaged`.
   */
  compare: call.input(calibrationCompareSchema).output(calibrationComparisonSchema),
  /** Newest first, at most so many of each. */
  list: call.input(calibrationListInputSchema).output(calibrationListSchema),
  /** A profile's histograms are thinned to what a picture shows. Errors: `not-found`, `conflict` (more than one answers), `store-damaged`. */
  show: call.input(oneSchema).output(calibrationShownSchema),
  /**
   * Writes the manifest of a draw; of several, the document that `bitgauge calibrate --json` prints. Errors: `not-found`, `conflict`,
   * `forbidden` (a path the host does not open), `file-exists`, `disk-full`, `permission-denied`.
   */
  export: call.input(calibrationExportSchema).output(calibrationExportedSchema),
  /** Gives all draws of a set another name, or none. Errors: `not-found`, `conflict` (it is that of another set). */
  rename: call.input(oneSchema.extend({ name: calibrationNameSchema.nullable() })).output(calibrationRenamedSchema),
  /** Takes the run away, all draws of a name, and a profile's file with it. Errors: `not-found`, `conflict`. */
  remove: call.input(oneSchema).output(calibrationRemovedSchema),
}
