import { AppError } from '../../shared/errors.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { QuantizedStore } from '../../store/quantization/index.ts'

/**
 * The name of a new model: the wanted one, or one made from what it comes from, with a number where that is taken.
 *
 * @throws AppError `conflict` where the wanted name is taken
 */
export async function chooseModelName(store: ModelStore, wanted: string | undefined, from: string): Promise<string> {
  return chooseFree((await store.list()).models, wanted, from)
}

/** The same for a quantized model. */
export async function chooseQuantizedName(
  store: QuantizedStore,
  wanted: string | undefined,
  from: string,
): Promise<string> {
  return chooseFree((await store.list()).stored, wanted, from)
}

function chooseFree(there: readonly { record: { name: string } }[], wanted: string | undefined, from: string): string {
  const taken = new Set(there.map(({ record }) => record.name))
  if (wanted !== undefined && !taken.has(wanted)) return wanted
  if (wanted !== undefined) {
    throw new AppError('conflict', `There is a model called ${wanted} already.`, {
      hint: 'Choose another name, or remove that model first.',
    })
  }
  const base = nameFrom(from)
  let number = 1
  while (taken.has(numbered(base, number))) number += 1
  return numbered(base, number)
}

function nameFrom(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/\.safetensors$/, '')
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  return plain === '' ? 'model' : plain.slice(0, 56)
}

function numbered(base: string, number: number): string {
  return number === 1 ? base : `${base}-${number}`
}
