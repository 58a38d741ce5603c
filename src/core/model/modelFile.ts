import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { fingerprintSchema } from '../../shared/units.ts'
import { vocabularyFileSchema } from '../text/vocabulary.ts'
import { tokenizerRulesSchema } from '../../shared/contract/datasetRules.ts'
import { modelSpecSchema } from '../../shared/contract/modelRules.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { assertWeights, type Weights } from './weights.ts'

/** How float weights came about; null in a description of weights from elsewhere. */
export const trainingRecordSchema = z.strictObject({
  /** every setting of the training, defaults filled in */
  options: z.record(z.string(), z.json()),
  /** fingerprints of the texts that were trained on and chosen by */
  training: fingerprintSchema,
  dev: fingerprintSchema.nullable(),
  epochs: z.int().min(0),
  bestEpoch: z.int().min(0),
  steps: z.int().min(0),
  device: z.string(),
  threads: z.int().min(1),
  tensorflow: z.string(),
})

/** What a model file says of its weights; version 1 of `docs/format/model.md`. */
export const modelDescriptionSchema = z.strictObject({
  kind: z.literal('model'),
  version: z.literal(1),
  spec: modelSpecSchema,
  /** the order in which the blocks of `lstm.kernel` and `lstm.bias` stand */
  gateOrder: z.literal('i,f,g,o'),
  /** class names by their number */
  classes: z.array(z.string().min(1).max(1000)).min(2),
  /** log p(y) of a generative model, null for a discriminative one */
  logPrior: z.array(z.number().max(0)).nullable(),
  vocabulary: z.strictObject({ fingerprint: fingerprintSchema, file: vocabularyFileSchema.nullable() }),
  tokenizer: tokenizerRulesSchema.nullable(),
  /** words after which a text is cut off */
  maxLength: z.int().min(1).nullable(),
  training: trainingRecordSchema.nullable(),
})
export type ModelDescription = z.infer<typeof modelDescriptionSchema>

const metadataKey = 'bitgauge'

/** One file that holds all of a model: its weights as safetensors, its description as JSON in the metadata. */
export function encodeModel(description: ModelDescription, weights: Weights): Uint8Array {
  assertConsistent(description)
  assertWeights(description.spec, weights)
  return encodeSafetensors(weights, { format: 'bitgauge-model/1', [metadataKey]: JSON.stringify(description) })
}

/**
 * @throws AppError `input-invalid` where the file is none of Bitgauge's or its parts do not belong together, `too-large`,
 *         `shape-mismatch`, `non-finite-value`
 */
export function decodeModel(bytes: Uint8Array): { description: ModelDescription; weights: Weights } {
  const { tensors, metadata } = decodeSafetensors(bytes)
  const text = metadata[metadataKey]
  if (text === undefined) {
    throw new AppError('input-invalid', 'The file holds weights, but no description of a model.', {
      hint: "Name its layout, PyTorch's or Keras', when you import it.",
    })
  }
  const description = parseDescription(text)
  assertConsistent(description)
  assertWeights(description.spec, tensors)
  return { description, weights: tensors }
}

function parseDescription(text: string): ModelDescription {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new AppError('input-invalid', 'The description of the model is not JSON.')
  }
  const parsed = modelDescriptionSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AppError('input-invalid', 'The description of the model is not one that this version reads.', {
    expected: issue?.message,
    found: `at ${issue?.path.join('.') ?? 'its root'}`,
  })
}

function assertConsistent({ spec, classes, logPrior, vocabulary }: ModelDescription): void {
  const complain = (what: string): never => {
    throw new AppError('input-invalid', `The description of the model contradicts itself: ${what}.`)
  }
  if (classes.length !== spec.classes) complain(`${classes.length} class names for ${spec.classes} classes`)
  if ((logPrior === null) !== (spec.family === 'discriminative')) complain('a prior belongs to generative models alone')
  if (logPrior !== null && logPrior.length !== spec.classes)
    complain(`a prior of ${logPrior.length} classes for ${spec.classes}`)
  const words = vocabulary.file?.words.length
  if (words !== undefined && words + 4 !== spec.words) complain(`a vocabulary of ${words} words for ${spec.words} ids`)
}
