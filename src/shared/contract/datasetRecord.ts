import { z } from 'zod'
import { bytesSchema, fingerprintSchema, idSchema, momentSchema, shareSchema, warningSchema } from '../units.ts'
import {
  classNameSchema,
  datasetNameSchema,
  encodingOptionsSchema,
  generatorOptionsSchema,
  layoutSchema,
  splitNameSchema,
  splitRuleSchema,
  tokenizerRulesSchema,
} from './datasetRules.ts'

const countSchema = z.int().min(0)
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/)

/** Why a row is not in the dataset. */
export const dropReasons = [
  'column-count', // other than the header has, or than the columns that are asked for need
  'not-json', // a line that is no JSON object
  'not-text', // a text or label that is neither text nor a number
  'no-label',
  'no-text',
  'unknown-label',
  'also-in-dev', // the text, normalised, occurs in the dev split
  'also-in-test',
] as const
export const dropReasonSchema = z.enum(dropReasons)
export type DropReason = z.infer<typeof dropReasonSchema>

/** What was left out and why: all are counted, and the first rows of each reason are named. */
export const dropReportSchema = z.strictObject({
  total: countSchema,
  reasons: z.array(
    z.strictObject({
      reason: dropReasonSchema,
      count: countSchema,
      /** at most 100; `row` counts the file's records from 1, a header not among them */
      rows: z.array(z.strictObject({ source: z.string(), row: z.int().min(1) })),
    }),
  ),
})
export type DropReport = z.infer<typeof dropReportSchema>

/** Texts that occur more than once; ids are those of the rows. */
export const overlapSchema = z.strictObject({
  within: z.array(
    z.strictObject({
      split: splitNameSchema,
      /** rows whose text has stood in an earlier row of the split */
      repeatedRows: countSchema,
      /** different texts that carry more than one label in this split */
      conflictingTexts: countSchema,
    }),
  ),
  across: z.array(
    z.strictObject({
      split: splitNameSchema,
      alsoIn: splitNameSchema,
      /** rows of `split` whose text occurs in `alsoIn` */
      rows: countSchema,
      sameLabel: countSchema,
      otherLabel: countSchema,
      /** at most 100 */
      examples: z.array(z.strictObject({ row: z.string(), other: z.string(), sameLabel: z.boolean() })),
    }),
  ),
})
export type Overlap = z.infer<typeof overlapSchema>

export const leakageSchema = z.strictObject({
  exact: overlapSchema,
  /** after lower case, punctuation left out and blanks made one */
  normalised: overlapSchema,
})
export type Leakage = z.infer<typeof leakageSchema>

export const sourceSchema = z.strictObject({
  /** begins the id of each of its rows: `train:17` */
  key: z.string(),
  split: splitNameSchema,
  /** the file's name without its folders */
  name: z.string(),
  bytes: bytesSchema,
  /** of the file as it lay there, packed where it was packed */
  sha256: sha256Schema,
  rows: countSchema,
})
export type Source = z.infer<typeof sourceSchema>

export const originSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('import'),
    preset: z.string().nullable(),
    layout: layoutSchema,
    sources: z.array(sourceSchema),
    split: z.strictObject({ dev: splitRuleSchema, test: splitRuleSchema, seed: countSchema }),
  }),
  z.strictObject({ type: z.literal('generated'), version: z.int().min(1), options: generatorOptionsSchema }),
])
export type Origin = z.infer<typeof originSchema>

export const splitRecordSchema = z.strictObject({
  split: splitNameSchema,
  rows: countSchema,
  /** rows of each class, in the order of `classes` */
  perClass: z.array(countSchema),
  file: z.string(),
  /** as it lies there, packed */
  bytes: bytesSchema,
  /** of the unpacked content */
  sha256: sha256Schema,
})
export type SplitRecord = z.infer<typeof splitRecordSchema>

/** A dataset's `manifest.json`. */
export const datasetRecordSchema = z.strictObject({
  kind: z.literal('dataset'),
  version: z.literal(1),
  id: idSchema,
  name: datasetNameSchema,
  created: momentSchema,
  /** sha256 of the canonical JSON of `{kind, version, classes, splits: {<split>: {rows, sha256}}}` */
  fingerprint: fingerprintSchema,
  origin: originSchema,
  classes: z.array(classNameSchema).min(2),
  tokenizer: tokenizerRulesSchema,
  splits: z.array(splitRecordSchema).min(1).max(3),
  drops: dropReportSchema,
  leakage: leakageSchema,
  warnings: z.array(warningSchema),
})
export type DatasetRecord = z.infer<typeof datasetRecordSchema>

export const encodedSplitSchema = z.strictObject({
  split: splitNameSchema,
  rows: countSchema,
  file: z.string(),
  bytes: bytesSchema,
  sha256: sha256Schema,
  /** words kept, over all rows */
  tokens: countSchema,
  /** rows that were longer than `maxLength` */
  truncatedRows: countSchema,
  /** share of all words, those cut off included, that have no id of their own */
  unknownShare: shareSchema,
  /** words of a text before cutting: median, 90th and 99th percentile, longest */
  lengths: z.strictObject({ p50: countSchema, p90: countSchema, p99: countSchema, max: countSchema }),
})
export type EncodedSplit = z.infer<typeof encodedSplitSchema>

/** An encoding's `encoding.json`: one dataset under one tokenizer and one vocabulary. */
export const encodingRecordSchema = z.strictObject({
  kind: z.literal('encoding'),
  version: z.literal(1),
  /** sha256 of the canonical JSON of `{kind, version, dataset, tokenizer, options}` */
  fingerprint: fingerprintSchema,
  dataset: fingerprintSchema,
  tokenizer: tokenizerRulesSchema,
  options: encodingOptionsSchema,
  vocabulary: z.strictObject({
    fingerprint: fingerprintSchema,
    words: countSchema,
    /** different words in the counted rows, before the cap */
    types: countSchema,
    file: z.string(),
  }),
  splits: z.array(encodedSplitSchema),
})
export type EncodingRecord = z.infer<typeof encodingRecordSchema>
