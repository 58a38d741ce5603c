import { createHash } from 'node:crypto'
import { AppError } from '../../shared/errors.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { parametersOf } from './parameters.ts'
import { encodeSafetensors } from './safetensors.ts'

/** An array of float32 with its shape, row-major. */
export interface FloatArray {
  shape: readonly number[]
  data: Float32Array
}

/** A model's parameters by name; `parameters.ts` lists names and shapes. */
export type Weights = ReadonlyMap<string, FloatArray>

/**
 * Checks that the weights are those of such a model: every parameter, no other, of the right shape, finite.
 *
 * @throws AppError `input-invalid` for a missing or an unknown name, `shape-mismatch`, `non-finite-value`
 */
export function assertWeights(spec: ModelSpec, weights: Weights): void {
  const expected = parametersOf(spec)
  for (const { name, shape } of expected) {
    const found = weights.get(name)
    if (found === undefined) throw new AppError('input-invalid', `The weights lack \`${name}\`.`)
    if (found.shape.join() !== shape.join()) throw shapeError(name, shape, found.shape)
    if (!allFinite(found.data)) {
      throw new AppError('non-finite-value', `\`${name}\` holds a number that is not finite.`)
    }
  }
  const names = new Set(expected.map(({ name }) => name))
  const unknown = [...weights.keys()].find((name) => !names.has(name))
  if (unknown !== undefined)
    throw new AppError('input-invalid', `The weights hold \`${unknown}\`, which this model has not.`)
}

/**
 * By the words: what is not finite has all bits of the exponent, and one more of them makes the word negative. Whole numbers take a tenth of the time
 * that a question for each number would.
 */
function allFinite({ buffer, byteOffset, length }: Float32Array): boolean {
  const words = new Int32Array(buffer, byteOffset, length)
  let all = 0
  for (let k = 0; k < length; k += 1) all |= (words[k]! & 0x7fff_ffff) + 0x0080_0000
  return all >= 0
}

/** `sha256:` and the digest of the weights as a safetensors file without metadata, parameters in their own order. */
export function weightsFingerprint(weights: Weights): string {
  return `sha256:${createHash('sha256').update(encodeSafetensors(weights)).digest('hex')}`
}

export function shapeError(name: string, expected: readonly number[], found: readonly number[]): AppError {
  return new AppError('shape-mismatch', `\`${name}\` has another shape than its model says.`, {
    expected: JSON.stringify(expected),
    found: JSON.stringify(found),
  })
}
