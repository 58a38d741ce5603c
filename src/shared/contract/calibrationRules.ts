import { z } from 'zod'
import { fingerprintSchema, shareSchema } from '../units.ts'
import { classNameSchema, datasetNameSchema } from './datasetRules.ts'

/**
 * How many texts of each class a calibration set has. `balanced`: as many of each; `natural`: as the train split has them; `unlabelled`: drawn
 * from all texts without a look at the class; shares by class name are taken in proportion (`{World: 1, Sports: 1}` is half and half) and
 * classes that are not named are left out.
 */
export const compositionSchema = z.union([
  z.enum(['balanced', 'natural', 'unlabelled']),
  z.strictObject({ leaveOut: classNameSchema }),
  z.record(classNameSchema, z.number().min(0)).refine((shares) => Object.values(shares).some((share) => share > 0), {
    error: 'at least one class needs a share above 0',
  }),
])
export type Composition = z.infer<typeof compositionSchema>

/** Under which label a generative scorer reads a calibration text: its own, each class in turn, or none (sites that a label reaches are then not seen). */
export const labelHandlingSchema = z.enum(['true', 'all', 'none'])
export type LabelHandling = z.infer<typeof labelHandlingSchema>

/** What was drawn, and from what; a calibration set is wholly made by it. */
export const calibrationManifestSchema = z.strictObject({
  kind: z.literal('calibration-set'),
  version: z.literal(1),
  dataset: z.strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema }),
  /** always the train split: dev and test rows are refused */
  split: z.literal('train'),
  composition: compositionSchema,
  size: z.int().min(1),
  seed: z.int().min(0),
  /** which of the independent draws of this seed, from 0; equal seed and draw of two compositions share their texts class by class */
  draw: z.int().min(0),
  classes: z.array(z.strictObject({ name: classNameSchema, texts: z.int().min(0), share: shareSchema })),
  /** line numbers in the train split, from 0, ascending; `checksum` is the sha256 of the rows' ids in that order, one a line */
  rows: z.array(z.int().min(0)),
  checksum: fingerprintSchema,
})
export type CalibrationManifest = z.infer<typeof calibrationManifestSchema>
