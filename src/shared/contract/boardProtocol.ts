import { z } from 'zod'
import { bytesSchema } from '../units.ts'
import { modelFamilySchema } from './modelRules.ts'

/** Version of docs/format/board-protocol.md that this program reads. */
export const boardProtocol = 3

const countSchema = z.int().min(0)
const someSchema = z.int().min(1)
const bytesOrNullSchema = bytesSchema.nullable()

/** A word of 64 bits, highest digit first. */
const wordSchema = z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits')
const wordCell = new DataView(new ArrayBuffer(8))

/** A finite float64, sent as its word. */
const float64Schema = wordSchema.transform((word, context) => {
  wordCell.setBigUint64(0, BigInt(`0x${word}`))
  const value = wordCell.getFloat64(0)
  if (Number.isFinite(value)) return value
  context.addIssue({ code: 'custom', message: 'must be a finite number' })
  return z.NEVER
})

export const boardHelloSchema = z.strictObject({
  type: z.literal('hello'),
  protocol: z.literal(boardProtocol),
  version: z.string().min(1).max(64),
  kernels: z.string().min(1).max(64),
  /** fastest first */
  usable: z.array(z.string().min(1).max(64)).min(1).max(64),
  arch: z.enum(['x86_64', 'i386', 'aarch64', 'arm', 'riscv64', 'riscv32', 'ppc64', 'unknown']),
  machine: z.string().max(256).nullable(),
  system: z.string().max(256).nullable(),
  /** what the kernel runs in the program's place, such as `qemu-aarch64`; null: the program itself, or not known */
  translator: z.string().min(1).max(256).nullable(),
  pointer_bits: z.union([z.literal(32), z.literal(64)]),
  little_endian: z.boolean(),
  compiler: z.string().min(1).max(256),
  cores: someSchema,
  page_bytes: someSchema,
  /** resolution of the clock */
  clock_ns: countSchema,
  /** what one reading of it takes */
  timer_ns: countSchema,
  /** null where a machine is probed without a model */
  model: z
    .strictObject({
      family: modelFamilySchema,
      independent: z.boolean(),
      words: someSchema,
      inputs: someSchema,
      hidden: someSchema,
      classes: someSchema,
      parts: someSchema,
      offset_range: float64Schema.nullable(),
      /** memory that the open model holds besides its file */
      private_bytes: bytesSchema,
    })
    .nullable(),
  options: z
    .strictObject({
      batch: someSchema,
      threads: someSchema,
      input_table: z.boolean(),
      pack_head: z.boolean(),
      warmup: countSchema,
      repeat: countSchema,
      /** timed passes go on until so much time has gone by */
      least_ms: countSchema,
      /** the only core that is used; null: any */
      core: countSchema.nullable(),
    })
    .nullable(),
  texts: z.strictObject({ texts: countSchema, words: countSchema, longest: countSchema }).nullable(),
})
export type BoardHello = z.infer<typeof boardHelloSchema>

export const boardPredictionSchema = z.strictObject({
  type: z.literal('prediction'),
  index: countSchema,
  predicted: countSchema,
  guarded: countSchema,
  common: float64Schema,
  /** [classes] */
  scores: z.array(float64Schema).min(1),
})
export type BoardPrediction = z.infer<typeof boardPredictionSchema>

const boardSamplesSchema = z
  .strictObject({
    type: z.literal('samples'),
    pass: countSchema,
    /** text that the first batch begins with */
    first: countSchema,
    /** of each batch */
    ns: z.array(countSchema).min(1),
    words: z.array(countSchema).min(1),
  })
  .refine(({ ns, words }) => ns.length === words.length, 'must have as many words as ns')

const boardPassSchema = z.strictObject({
  type: z.literal('pass'),
  pass: countSchema,
  ns: countSchema,
  /** time of the processor in the same while, all threads together */
  cpu_ns: countSchema,
  texts: countSchema,
  words: countSchema,
  checksum: wordSchema,
})

/** Numbers that were read between two timed blocks. */
const boardWatchSchema = z.strictObject({
  type: z.literal('watch'),
  /** since the first timed pass began */
  ns: countSchema,
  /** in the order of `--watch`; null where a file has no whole number */
  values: z.array(z.number().nullable()).min(1).max(16),
})

export const boardSharesSchema = z.strictObject({
  type: z.literal('shares'),
  texts: countSchema,
  /** of the quickest pass over these texts, as they are always evaluated */
  ns: countSchema,
  /** of the quickest pass that was taken apart, to which the parts belong; without what looking costs */
  apart_ns: countSchema,
  /** functions that were timed in it */
  calls: countSchema,
  unpacking_ns: countSchema,
  products_ns: countSchema,
  nonlinearities_ns: countSchema,
  scores_ns: countSchema,
})
export type BoardShares = z.infer<typeof boardSharesSchema>

export const boardTraceSchema = z.strictObject({
  type: z.literal('trace'),
  site: z.string().min(1).max(40),
  part: countSchema,
  step: countSchema,
  label: countSchema,
  count: countSchema,
  checksum: wordSchema,
})
export type BoardTrace = z.infer<typeof boardTraceSchema>

export const boardErrorCodes = [
  'usage',
  'no-memory',
  'cannot-read',
  'not-this-format',
  'unsupported-version',
  'damaged',
  'invalid',
  'too-large',
  'non-finite',
  'unknown-kernels',
  'bad-argument',
  'unknown-word',
  'other-vocabulary',
  'interrupted',
  'internal',
] as const

/** A line of the board program, float64 words read. */
export const boardLineSchema = z.discriminatedUnion('type', [
  boardHelloSchema,
  boardPredictionSchema,
  z.strictObject({
    type: z.literal('checksum'),
    texts: countSchema,
    /** texts whose label was predicted; null where the token file has no labels, or those of other classes */
    right: countSchema.nullable(),
    guarded: countSchema,
    checksum: wordSchema,
  }),
  boardSamplesSchema,
  boardPassSchema,
  boardWatchSchema,
  boardSharesSchema,
  boardTraceSchema,
  z.strictObject({
    type: z.literal('memory'),
    peak_rss_bytes: bytesOrNullSchema,
    rss_bytes: bytesOrNullSchema,
    /** memory that no file stands behind */
    anonymous_bytes: bytesOrNullSchema,
  }),
  z.strictObject({ type: z.literal('end'), ok: z.literal(true), lines: someSchema }),
  z.strictObject({ type: z.literal('error'), code: z.enum(boardErrorCodes), message: z.string().min(1).max(4096) }),
])
export type BoardLine = z.infer<typeof boardLineSchema>
