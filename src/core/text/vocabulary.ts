import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { EncodingOptions } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { canonicalJson } from '../run/canonicalJson.ts'
import { compareCodePoints } from './compareCodePoints.ts'

/**
 * Ids that are the same in every vocabulary. PAD fills a batch, UNK stands for a word outside the vocabulary, BOS is what a generative
 * model reads before the first word, EOS what it may predict after the last. Stored texts hold words and UNK alone; a model
 * that needs BOS or EOS adds them.
 */
export const reserved = { pad: 0, unknown: 1, begin: 2, end: 3 } as const
export const reservedCount = 4

/** Words in the order of their ids: `words[i]` has id `i + 4`. */
export interface Vocabulary {
  words: readonly string[]
  ids: ReadonlyMap<string, number>
  /** sha256 of the canonical JSON of `{kind, version, reserved, words}` */
  fingerprint: string
}

export const vocabularyFileSchema = z.strictObject({
  kind: z.literal('vocabulary'),
  version: z.literal(1),
  reserved: z.strictObject({ pad: z.literal(0), unknown: z.literal(1), begin: z.literal(2), end: z.literal(3) }),
  words: z.array(z.string().min(1)).max(1_000_000),
})

/**
 * The most frequent words, at most `cap` of them, none rarer than `minFrequency`: by falling frequency, and words of one frequency by
 * their code points, so that the order of the counts' entries plays no part.
 */
export function buildVocabulary(
  counts: ReadonlyMap<string, number>,
  options: Pick<EncodingOptions, 'cap' | 'minFrequency'>,
): Vocabulary {
  const frequent = [...counts].filter(([, count]) => count >= options.minFrequency)
  frequent.sort(([a, countA], [b, countB]) => countB - countA || compareCodePoints(a, b))
  return vocabularyOf(frequent.slice(0, options.cap).map(([word]) => word))
}

/** @throws AppError `input-invalid` where a word stands there twice */
export function vocabularyOf(words: readonly string[]): Vocabulary {
  const ids = new Map(words.map((word, index) => [word, index + reservedCount]))
  if (ids.size !== words.length) throw new AppError('input-invalid', 'A vocabulary holds a word twice.')
  const digest = createHash('sha256')
    .update(canonicalJson(toVocabularyFile(words)), 'utf8')
    .digest('hex')
  return { words, ids, fingerprint: `sha256:${digest}` }
}

/** What is written as `vocabulary.json`. */
export function toVocabularyFile(words: readonly string[]): z.infer<typeof vocabularyFileSchema> {
  return { kind: 'vocabulary', version: 1, reserved: { ...reserved }, words: [...words] }
}

/** Adds a text's words to the counts. */
export function countWords(words: readonly string[], counts: Map<string, number>): void {
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
}
