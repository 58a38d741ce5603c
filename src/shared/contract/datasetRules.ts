import { z } from 'zod'
import { shareSchema } from '../units.ts'

/** The three parts of a dataset. The test split is opened by evaluation alone. */
export const splitNames = ['train', 'dev', 'test'] as const
export const splitNameSchema = z.enum(splitNames)
export type SplitName = z.infer<typeof splitNameSchema>

/** What people call a dataset: unique in a home, and safe as part of a file's name. */
export const datasetNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'expected 1 to 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first')

export const classNameSchema = z.string().min(1).max(200)

/**
 * How a text becomes words, as data: two runs tokenize alike exactly if their rules are equal. `version` is raised when the meaning
 * of a rule changes.
 */
export const tokenizerRulesSchema = z.strictObject({
  version: z.literal(1),
  /** by Unicode's default mapping, whatever the machine's language */
  lowerCase: z.boolean(),
  /**
   * `whole`: `&quot;`, `&#39;`, `&#x27;` become the characters they stand for. `bare`: also entities that lost their ampersand
   * (` quot;`, `#39;`, ` lt;`), as in the files of AG News.
   */
  entities: z.enum(['keep', 'whole', 'bare']),
  /** `strip` takes out `<b>`, `</a>`, `<font face=…>` after entities are repaired */
  tags: z.enum(['keep', 'strip']),
  /** `break`: a backslash is a lost line break and parts two words */
  backslash: z.enum(['keep', 'break']),
  /** `split`: runs of letters, runs of digits, and every other character by itself; `keep`: what white space parts */
  punctuation: z.enum(['keep', 'split']),
})
export type TokenizerRules = z.infer<typeof tokenizerRulesSchema>

/** What holds where neither a preset nor the user says otherwise. */
export const defaultTokenizer: TokenizerRules = {
  version: 1,
  lowerCase: true,
  entities: 'whole',
  tags: 'keep',
  backslash: 'keep',
  punctuation: 'split',
}

/** Which rows of a split: all, the first ones in file order, or a seeded draw that keeps the classes' shares. */
export const subsetSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('first'), rows: z.int().min(1) }),
  z.strictObject({ kind: z.literal('stratified'), rows: z.int().min(1), seed: z.int().min(0) }),
])
export type Subset = z.infer<typeof subsetSchema>

/** How texts become numbers: the words that have an id, and how many of a text's words are kept. */
export const encodingOptionsSchema = z.strictObject({
  /** most words in the vocabulary, the four reserved ids not counted */
  cap: z.int().min(1).max(1_000_000).default(10_000),
  /** a word that is rarer in the counted rows has no id of its own */
  minFrequency: z.int().min(1).max(1_000_000).default(2),
  /** words of a text past this many are cut off, and counted */
  maxLength: z.int().min(1).max(4096).default(256),
  /** the rows of the train split whose words are counted */
  countedRows: subsetSchema.default({ kind: 'all' }),
})
export type EncodingOptions = z.infer<typeof encodingOptionsSchema>

/** Where a split's rows come from when no file is given for it. */
export const splitRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** the last rows of the train files, in file order */
  z.strictObject({ kind: z.literal('last'), rows: z.int().min(1) }),
  /** a seeded draw that keeps the classes' shares, and texts that are the same after normalisation together */
  z.strictObject({ kind: z.literal('share'), share: shareSchema.gt(0).lt(1) }),
])
export type SplitRule = z.infer<typeof splitRuleSchema>

/** A column by the name in the header (or the key of a JSON line), or by its number from 1. */
export const columnSchema = z.union([z.string().min(1).max(1000), z.int().min(1).max(1000)])
export type Column = z.infer<typeof columnSchema>

/** How the files are written. */
export const layoutSchema = z.strictObject({
  /** `auto` goes by the file's name: `.csv`, `.tsv`, `.jsonl`, `.ndjson`, each also with `.gz` */
  format: z.enum(['auto', 'csv', 'tsv', 'jsonl']),
  header: z.boolean(),
  /** `none`: a double quote is a character like any other, and a field cannot hold the separator */
  quote: z.enum(['double', 'none']),
  /** columns that make up the text, in order */
  text: z.array(columnSchema).min(1).max(100),
  label: columnSchema,
  /** stands between the text columns */
  join: z.string().max(100),
  /** the classes in the order of their numbers; null: what the train files hold, in order */
  classes: z.array(classNameSchema).min(2).max(1000).nullable(),
  /** labels are numbers into `classes`, the first class having this one; null: labels are the classes' names */
  labelBase: z.union([z.literal(0), z.literal(1)]).nullable(),
})
export type Layout = z.infer<typeof layoutSchema>

/** What holds where neither a preset nor the user says otherwise; TSV is read without quotes. */
export const defaultLayout: Layout = {
  format: 'auto',
  header: true,
  quote: 'double',
  text: ['text'],
  label: 'label',
  join: ' ',
  classes: null,
  labelBase: null,
}

/** Bounds against files that are broken or meant to do harm. */
export const importLimitsSchema = z.strictObject({
  /** of one record as it stands in the file */
  record_bytes: z.int().min(100).default(1_048_576),
  rows: z.int().min(1).max(20_000_000).default(5_000_000),
  columns: z.int().min(1).default(1000),
  classes: z.int().min(2).max(1000).default(1000),
  /** of all sources together, unpacked */
  source_bytes: z.int().min(1).default(17_179_869_184),
  /** unpacked bytes over packed bytes, looked at from 8 MiB unpacked on */
  gzipRatio: z.number().min(1).default(100),
  /** of what the import writes */
  disk_bytes: z.int().min(1).default(34_359_738_368),
  /** different words in the train split */
  wordTypes: z.int().min(1).max(16_000_000).default(8_000_000),
})
export type ImportLimits = z.infer<typeof importLimitsSchema>

export const generatorNames = ['maintenance-log', 'voice-commands'] as const
export const generatorOptionsSchema = z.strictObject({
  generator: z.enum(generatorNames),
  /** 2 to 8 */
  classes: z.int().min(2).max(8).default(4),
  /** texts in all splits together; 70 % train, 10 % dev, 20 % test */
  size: z.int().min(40).max(1_000_000).default(10_000),
  /** largest class over smallest; the classes between lie on a geometric line */
  imbalance: z.number().min(1).max(1000).default(1),
  /** share of the texts whose class no bag of words can tell from another one; 0 is easy, 1 is hard */
  difficulty: shareSchema.default(0.8),
  /** share of the words that are coined and occur in one text alone, below 0.5 */
  outOfVocabulary: z.number().min(0).lt(0.5).default(0.02),
  seed: z.int().min(0).default(1),
})
export type GeneratorOptions = z.infer<typeof generatorOptionsSchema>
export type GeneratorName = GeneratorOptions['generator']
