import { z } from 'zod'
import { bytesSchema, fingerprintSchema, idSchema, momentSchema, secondsSchema, warningSchema } from '../units.ts'
import { call } from './base.ts'
import { calibrationManifestSchema } from './calibrationRules.ts'
import { datasetNameSchema } from './datasetRules.ts'
import { jobSchema } from './jobs.ts'
import { modelNameSchema, modelReferenceSchema } from './model.ts'
import { drawOptionsSchema, profileOptionsSchema } from './quantizationInput.ts'
import { siteSummarySchema } from './results.ts'
import { computeDeviceSchema, trainedOnSchema } from './trainingRules.ts'

const countSchema = z.int().min(0)
const keySchema = z.string().regex(/^[0-9a-f]{64}$/)
/** An id, a fingerprint, or at least eight digits that begin one. */
const referenceSchema = z.string().min(1).max(100)

export const calibrationDrawSchema = drawOptionsSchema.extend({ dataset: z.string().min(1).max(100) })
export type CalibrationDrawInput = z.infer<typeof calibrationDrawSchema>

/** A calibration set of the home. */
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

export const calibrationProfileSchema = profileOptionsSchema.extend({
  model: modelReferenceSchema,
  set: referenceSchema,
  device: computeDeviceSchema.default('cpu'),
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
  on: trainedOnSchema,
  warnings: z.array(warningSchema),
})
export type ProfileRecord = z.infer<typeof profileRecordSchema>

/** `done-before`: a run of the same key and its file are in the home. */
export const profileStartedSchema = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('started'), job: jobSchema }),
  z.strictObject({ state: z.literal('done-before'), profile: profileRecordSchema }),
])
export type ProfileStarted = z.infer<typeof profileStartedSchema>

export const calibrationListSchema = z.strictObject({
  sets: z.array(calibrationSetSchema.extend({ manifest: calibrationManifestSchema.omit({ rows: true }) })),
  profiles: z.array(profileRecordSchema),
})
export type CalibrationList = z.infer<typeof calibrationListSchema>

export const calibrationShownSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('set'), set: calibrationSetSchema }),
  z.strictObject({ kind: z.literal('profile'), profile: profileRecordSchema, sites: z.array(siteSummarySchema) }),
])
export type CalibrationShown = z.infer<typeof calibrationShownSchema>

export const calibrationRemovedSchema = z.strictObject({ id: idSchema, kind: z.enum(['set', 'profile']) })
export type CalibrationRemoved = z.infer<typeof calibrationRemovedSchema>

const oneSchema = z.strictObject({ calibration: referenceSchema })

export const calibrationContract = {
  /** Draws a set from the train split, or gives the one that was drawn so before. Errors: `not-found`, `input-invalid`, `store-damaged`. */
  draw: call.input(calibrationDrawSchema).output(calibrationSetSchema),
  /**
   * Takes a set that was drawn elsewhere, by its manifest. Errors: `not-found` (its dataset is not here), `hash-mismatch`, `input-invalid` (a text of
   * it stands in dev or test).
   */
  import: call.input(z.strictObject({ manifest: calibrationManifestSchema })).output(calibrationSetSchema),
  /** Starts a job of kind `profile`. Errors: `not-found`, `conflict`, `device-unavailable`, `store-damaged`. */
  profile: call.input(calibrationProfileSchema).output(profileStartedSchema),
  /** Newest first, at most so many of each. */
  list: call.input(z.strictObject({ limit: z.int().min(1).max(10_000).default(1000) })).output(calibrationListSchema),
  /** A profile's histograms are thinned to what a picture shows. Errors: `not-found`, `conflict` (more than one answers), `store-damaged`. */
  show: call.input(oneSchema).output(calibrationShownSchema),
  /** Takes the run away, and a profile's file with it. Errors: `not-found`, `conflict`. */
  remove: call.input(oneSchema).output(calibrationRemovedSchema),
}
