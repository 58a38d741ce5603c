import { z } from 'zod'

/** A part of a whole, 0 to 1. Per cent exists only in text for people. */
export const shareSchema = z.number().min(0).max(1)

/** A fraction of texts classified rightly, 0 to 1. */
export const accuracySchema = shareSchema

/** A confidence interval; `level` is its nominal coverage (0.95), `method` names how it was found (`wilson`, `bootstrap-bca`, …). */
export const intervalSchema = z
  .strictObject({
    low: z.number(),
    high: z.number(),
    level: z.number().gt(0).lt(1),
    method: z.string().min(1),
  })
  .refine((interval) => interval.low <= interval.high, { error: 'low must not exceed high' })
export type Interval = z.infer<typeof intervalSchema>

/** Seconds. Fields that hold a time end in `_s` (or `_ms`, `_us` where their name says so). */
export const secondsSchema = z.number().min(0)

/** Bytes. Fields that hold a size end in `_bytes`. */
export const bytesSchema = z.int().min(0)

/** A moment in UTC, ISO 8601 with milliseconds. */
export const momentSchema = z.iso.datetime({ precision: 3 })

/** 26 characters of Crockford's base 32: a ULID. */
export const idSchema = z.string().regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'expected a ULID: 26 characters of base 32')

export const fingerprintSchema = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hexadecimal digits')

export const fileSchema = z.strictObject({
  path: z.string().min(1),
  format: z.string().min(1),
  bytes: bytesSchema,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** The bits of one weight tensor or activation site: 2 to 8, 16, or float32 left as it is. */
export const widthSchema = z.union([
  z.literal(2),
  z.literal(3),
  z.literal(4),
  z.literal(5),
  z.literal(6),
  z.literal(7),
  z.literal(8),
  z.literal(16),
  z.literal('float'),
])
export type Width = z.infer<typeof widthSchema>

/** One width for all weights and for each activation site of the LSTM cell and its head. */
export const bitsSchema = z.strictObject({
  weights: widthSchema,
  input: widthSchema,
  hidden: widthSchema,
  gates: widthSchema,
  sigmoid: widthSchema,
  tanh: widthSchema,
  cell: widthSchema,
  head: widthSchema,
  label: z.string().min(1),
})
export type Bits = z.infer<typeof bitsSchema>

const activationSites = ['input', 'hidden', 'gates', 'sigmoid', 'tanh', 'head'] as const

/**
 * The label that stands wherever a person reads widths: `W4 A8 C8` where all activation sites but the cell agree, otherwise every
 * site by its name (`W4 input8 hidden8 gates16 sigmoid8 tanh8 head8 C16`), so that "4-bit" is never printed for a mixture.
 */
export function bitsLabel(bits: Omit<Bits, 'label'>): string {
  const sites = activationSites.map((site) => bits[site])
  const uniform = sites.every((width) => width === sites[0])
  const activations = uniform ? `A${sites[0]}` : activationSites.map((site) => `${site}${bits[site]}`).join(' ')
  return `W${bits.weights} ${activations} C${bits.cell}`
}

/** Noise on the input text; clean input is `{kind: 'none', level: 0}`. */
export const noiseSchema = z
  .strictObject({
    kind: z.enum(['none', 'qwerty', 'insertion', 'deletion', 'swap', 'word-drop']),
    level: shareSchema,
  })
  .refine((noise) => noise.kind !== 'none' || noise.level === 0, { error: 'clean input has level 0' })
export type Noise = z.infer<typeof noiseSchema>

/** Warnings are results: stored with the measurement, shown beside it, exported with it. */
export const warningSchema = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  message: z.string().min(1),
  subject: z.string(),
})
export type Warning = z.infer<typeof warningSchema>
