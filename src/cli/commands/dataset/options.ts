import { InvalidArgumentError, type Command } from 'commander'
import type { z } from 'zod'
import { encodingOptionsSchema, type EncodingOptions } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'

/** A number that a schema takes; anything else is wrong usage, with the schema's sentence. */
export function numberBy(schema: z.ZodType): (text: string) => number {
  return (text) => {
    const parsed = schema.safeParse(text.trim() === '' ? Number.NaN : Number(text))
    if (parsed.success) return Number(text)
    throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'not a value that it takes')
  }
}

/** Names with commas between. */
export function list(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.includes('')) throw new InvalidArgumentError('expected names with commas between')
  return names
}

/** An option that may be given again. */
export function repeated(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text]
}

const { cap, minFrequency, maxLength } = encodingOptionsSchema.shape

export interface EncodingFlags {
  vocabulary?: number
  minFrequency?: number
  maxLength?: number
}

/** The options by which texts become numbers. */
export function encodingFlags(command: Command): Command {
  return command
    .option('--vocabulary <words>', 'most words that have an id (default: 10000)', numberBy(cap))
    .option('--min-frequency <count>', 'a rarer word has none (default: 2)', numberBy(minFrequency))
    .option('--max-length <words>', 'words of a text past this many are cut off (default: 256)', numberBy(maxLength))
}

export function encodingOf(flags: EncodingFlags): Partial<EncodingOptions> {
  return {
    ...(flags.vocabulary === undefined ? {} : { cap: flags.vocabulary }),
    ...(flags.minFrequency === undefined ? {} : { minFrequency: flags.minFrequency }),
    ...(flags.maxLength === undefined ? {} : { maxLength: flags.maxLength }),
  }
}

/** What the flags say, by the call's schema. Errors: `usage-invalid` with the value's place. */
export function parseUsage<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new AppError(
    'usage-invalid',
    `An option has a value that it does not take: ${issue?.path.map(String).join('.') ?? ''}.`,
    {
      expected: issue?.message.replace(/^expected /, ''),
      hint: 'See --help of this command.',
    },
  )
}
