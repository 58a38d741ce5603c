import { AppError } from '../../src/shared/errors.ts'
import { modelSpecSchema, type ModelSpec } from '../../src/shared/contract/modelRules.ts'
import { completeBits, recipeSchema, type Recipe } from '../../src/shared/contract/quantizationRules.ts'
import { encodeSections } from '../../src/core/quantization/file/container.ts'
import { decodeQuantizedModel } from '../../src/core/quantization/file/decodeQuantizedModel.ts'
import { encodeDescription } from '../../src/core/quantization/file/description.ts'
import { sectionKinds } from '../../src/core/quantization/file/sectionKinds.ts'
import { descriptionOf, sectionsOf, viewOf } from './modelFiles.ts'

/** `bg_status` of include/bitgauge.h, as far as a reader gives them. */
export const statuses = {
  ok: 0,
  cannotRead: 2,
  notThisFormat: 3,
  unsupportedVersion: 4,
  damaged: 5,
  invalid: 6,
  tooLarge: 7,
  nonFinite: 8,
} as const

/** Beginnings of the messages that name a class of their own among the errors with `input-invalid`. */
const classes: readonly (readonly [string, number])[] = [
  ['The file is no ', statuses.notThisFormat],
  ['The quantized model is of another version', statuses.unsupportedVersion],
  ['The token file is of another version', statuses.unsupportedVersion],
  ['The file of the quantized model is damaged', statuses.damaged],
  ['The token file is damaged', statuses.damaged],
]

/** The status that the runtime has for an error of this package's readers. */
export function statusOf(error: unknown): number {
  if (!(error instanceof AppError)) throw error
  if (error.code === 'too-large') return statuses.tooLarge
  if (error.code === 'non-finite-value') return statuses.nonFinite
  return classes.find(([beginning]) => error.message.startsWith(beginning))?.[1] ?? statuses.invalid
}

/**
 * What the runtime has to say of a model's file: the status of this package's reader. The runtime reads no JSON; where it is the description that
 * is refused, the file counts with the description that its structure asks for, and is invalid where no description can ask for it.
 */
export function expectedStatus(bytes: Uint8Array): number {
  try {
    decodeQuantizedModel(bytes)
    return statuses.ok
  } catch (error) {
    if (!isOfDescription(error)) return statusOf(error)
  }
  const described = redescribed(bytes)
  if (described === null) return statuses.invalid
  try {
    decodeQuantizedModel(described)
    return statuses.ok
  } catch (error) {
    return statusOf(error)
  }
}

function isOfDescription(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'input-invalid') return false
  return error.message.startsWith('The description') || error.found === 'another structure than its description has'
}

/** The file with the description of its structure; null where there is none. */
function redescribed(bytes: Uint8Array): Uint8Array | null {
  const sections = sectionsOf(bytes)
  const structure = sections.find(({ kind }) => kind === sectionKinds.structure)!.bytes
  const found = describe(structure)
  if (found === null) return null
  const description = sections.find(({ kind }) => kind === sectionKinds.description)!
  const bits = completeBits(8, found.recipe)
  description.bytes = encodeDescription({ ...found, bits }, descriptionOf(found.spec.classes))
  return encodeSections(sections)
}

function describe(structure: Uint8Array): { spec: ModelSpec; recipe: Recipe } | null {
  const [family, pooling, head, predictEnd, rounding, zeroPoint, cellRounds] = structure
  const view = viewOf(structure)
  const [words, embedding, hidden, count] = [12, 16, 20, 24].map((at) => view.getUint32(at, true))
  const sizes = { words, embedding, hidden, classes: count }
  const spec = modelSpecSchema.safeParse(
    family === 1
      ? { family: 'generative', ...sizes, head: head === 1 ? 'independent' : 'shared', predictEnd: predictEnd === 1 }
      : { family: 'discriminative', ...sizes, pooling: pooling === 1 ? 'last' : 'mean' },
  )
  const recipe = recipeSchema.safeParse({
    rounding: rounding === 1 ? 'divide' : 'reciprocal',
    zeroPoint: zeroPoint === 1 ? 'before' : 'after',
    cellRounds,
  })
  return spec.success && recipe.success ? { spec: spec.data, recipe: recipe.data } : null
}
