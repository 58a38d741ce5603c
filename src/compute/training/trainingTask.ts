import { createHash } from 'node:crypto'
import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import type { TrainingOptions } from '../../shared/contract/trainingRules.ts'
import { AppError } from '../../shared/errors.ts'

/** A training, complete: the same task on the same machine and number of threads gives the same weights. */
export interface TrainingTask {
  spec: ModelSpec
  options: TrainingOptions
  training: EncodedTexts
  /** what the best epoch is chosen by; null: the last epoch is taken */
  dev: EncodedTexts | null
  /**
   * The ids of a training text with the noise of the options in it, tokenized anew. Asked for where the options have noise; must depend on
   * its arguments alone.
   */
  noisyText?: ((row: number, epoch: number) => ArrayLike<number>) | undefined
}

/** @throws AppError `input-invalid` for texts that the model has no ids or classes for, or for none at all */
export function assertTask({ spec, options, training, dev, noisyText }: TrainingTask): void {
  if (training.rows === 0) throw new AppError('input-invalid', 'There are no texts to train on.')
  if (options.noise !== null && noisyText === undefined) throw new Error('noise without noisyText')
  for (const texts of dev === null ? [training] : [training, dev]) {
    for (const id of texts.tokens) if (id >= spec.words) throw outside('word id', id, spec.words)
    for (const label of texts.labels) if (label >= spec.classes) throw outside('label', label, spec.classes)
  }
}

/** `sha256:` and a digest that stands for everything the weights depend on but machine, threads and versions. */
export function taskFingerprint({ spec, options, training, dev }: TrainingTask): string {
  const parts = {
    spec,
    options,
    training: textsFingerprint(training),
    dev: dev === null ? null : textsFingerprint(dev),
  }
  return `sha256:${createHash('sha256').update(canonicalJson(parts)).digest('hex')}`
}

export function textsFingerprint({ offsets, tokens, labels }: EncodedTexts): string {
  const hash = createHash('sha256')
  for (const part of [offsets, Uint32Array.from(tokens), Uint32Array.from(labels)]) {
    hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  }
  return `sha256:${hash.digest('hex')}`
}

export function textAt({ tokens, offsets }: EncodedTexts, row: number): ArrayLike<number> {
  return tokens.subarray(offsets[row]!, offsets[row + 1]!)
}

export function textsOf(texts: EncodedTexts): ArrayLike<number>[] {
  return Array.from({ length: texts.rows }, (_, row) => textAt(texts, row))
}

function outside(what: string, found: number, limit: number): AppError {
  return new AppError('input-invalid', `A ${what} of the texts is none of the model's.`, {
    expected: `below ${limit}`,
    found: String(found),
    hint: 'Train on the dataset that the vocabulary was built from.',
  })
}
