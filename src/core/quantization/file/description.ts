import { z } from 'zod'
import { tokenizerRulesSchema } from '../../../shared/contract/datasetRules.ts'
import { modelSpecSchema } from '../../../shared/contract/modelRules.ts'
import { recipeSchema } from '../../../shared/contract/quantizationRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { bitsSchema, fingerprintSchema } from '../../../shared/units.ts'
import { inspectJson } from '../../model/inspectJson.ts'
import { canonicalJson } from '../../run/canonicalJson.ts'
import { vocabularyFileSchema } from '../../text/vocabulary.ts'
import type { QuantizedModel } from '../quantizedModel.ts'

export const descriptionLimits = { json_bytes: 64 * 1024 * 1024, depth: 32 } as const

/** What a quantized model's file says beside the model itself. */
export const quantizedDescriptionSchema = z.strictObject({
  /** class names by their number */
  classes: z.array(z.string().min(1).max(1000)).min(2),
  vocabulary: z.strictObject({ fingerprint: fingerprintSchema, file: vocabularyFileSchema.nullable() }),
  tokenizer: tokenizerRulesSchema.nullable(),
  /** words after which a text is cut off */
  maxLength: z.int().min(1).nullable(),
  /** what it was made of: fingerprints of the float model and the calibration set, versions; none of it bears on a result */
  origin: z.record(z.string(), z.json()),
})
export type QuantizedDescription = z.infer<typeof quantizedDescriptionSchema>

const storedSchema = quantizedDescriptionSchema.extend({
  kind: z.literal('quantized-model'),
  version: z.literal(1),
  spec: modelSpecSchema,
  recipe: recipeSchema,
  bits: bitsSchema,
})

type Described = Pick<QuantizedModel, 'spec' | 'recipe' | 'bits'>

/** Canonical JSON, so that one model has one file. */
export function encodeDescription({ spec, recipe, bits }: Described, description: QuantizedDescription): Uint8Array {
  assertConsistent(spec, description)
  const { vocabulary, ...rest } = description
  const json = canonicalJson({ kind: 'quantized-model', version: 1, spec, recipe, bits, ...rest })
  const [before, own] = [new TextEncoder().encode(`${json.slice(0, -1)},"vocabulary":`), vocabularyJson(vocabulary)]
  const bytes = new Uint8Array(before.length + own.length + 1)
  bytes.set(before)
  bytes.set(own, before.length)
  bytes[bytes.length - 1] = closingBrace
  assertLength(bytes)
  return bytes
}

type Vocabulary = QuantizedDescription['vocabulary']

/** Canonical JSON of vocabularies: a model's is written with each of its quantizations, and nobody may change it. */
const vocabularies = new WeakMap<Vocabulary, Uint8Array>()

const closingBrace = 0x7d

/** The key `vocabulary` is the last of all, so that it can be put behind the others. */
function vocabularyJson(vocabulary: Vocabulary): Uint8Array {
  const json = vocabularies.get(vocabulary) ?? new TextEncoder().encode(canonicalJson(vocabulary))
  vocabularies.set(vocabulary, json)
  return json
}

/** @throws AppError `input-invalid`, `too-large` */
export function decodeDescription(bytes: Uint8Array): Described & { description: QuantizedDescription } {
  assertLength(bytes)
  const parsed = storedSchema.safeParse(parseJson(bytes))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new AppError('input-invalid', 'The description of the quantized model is not one that this version reads.', {
      expected: issue?.message,
      found: `at ${issue?.path.join('.') ?? 'its root'}`,
    })
  }
  const { spec, recipe, bits, classes, vocabulary, tokenizer, maxLength, origin } = parsed.data
  const description = { classes, vocabulary, tokenizer, maxLength, origin }
  assertConsistent(spec, description)
  return { spec, recipe, bits, description }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const { depth, repeated } = inspectJson(text)
    if (depth <= descriptionLimits.depth && repeated === undefined) return JSON.parse(text)
  } catch {
    // told below
  }
  throw new AppError('input-invalid', 'The description of the quantized model is not JSON that can be read.', {
    expected: `UTF-8, at most ${descriptionLimits.depth} levels, no name twice in an object`,
  })
}

function assertConsistent(spec: Described['spec'], { classes, vocabulary }: QuantizedDescription): void {
  const complain = (expected: string, found: string): never => {
    throw new AppError('input-invalid', 'The description of the quantized model contradicts itself.', {
      expected,
      found,
    })
  }
  if (classes.length !== spec.classes) complain(`${spec.classes} class names`, String(classes.length))
  const words = vocabulary.file?.words.length
  if (words !== undefined && words + 4 !== spec.words)
    complain(`a vocabulary of ${spec.words - 4} words`, String(words))
}

function assertLength({ length }: Uint8Array): void {
  if (length <= descriptionLimits.json_bytes) return
  throw new AppError('too-large', 'The description of the quantized model is too long.', {
    expected: `at most ${descriptionLimits.json_bytes} bytes`,
    found: String(length),
  })
}
