import { createHash } from 'node:crypto'
import type { DatasetRecord } from '../../shared/contract/datasetRecord.ts'
import type { EncodingOptions, TokenizerRules } from '../../shared/contract/datasetRules.ts'
import { canonicalJson } from '../run/canonicalJson.ts'

/**
 * What a dataset is, apart from its name, its id and how it came here: the classes and, of each split, the number of rows and the hash
 * of their lines.
 */
export function datasetFingerprint({ classes, splits }: Pick<DatasetRecord, 'classes' | 'splits'>): string {
  const content = Object.fromEntries(splits.map(({ split, rows, sha256 }) => [split, { rows, sha256 }]))
  return hash({ kind: 'dataset', version: 1, classes: [...classes], splits: content })
}

/** The encoding of a dataset under a tokenizer and options, known before it is made. */
export function encodingFingerprint(dataset: string, tokenizer: TokenizerRules, options: EncodingOptions): string {
  return hash({ kind: 'encoding', version: 1, dataset, tokenizer: { ...tokenizer }, options: { ...options } })
}

function hash(value: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(value), 'utf8').digest('hex')}`
}
