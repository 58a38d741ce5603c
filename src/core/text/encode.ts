import { reserved, type Vocabulary } from './vocabulary.ts'

export interface Encoded {
  /** ids of the first `maxLength` words; never PAD, BOS or EOS */
  ids: number[]
  /** words that the text has, cut off or not */
  length: number
}

/** Words as ids. A word that the vocabulary lacks is UNK; words past `maxLength` are left out and show in `length`. */
export function encode(words: readonly string[], vocabulary: Vocabulary, maxLength: number): Encoded {
  const kept = Math.min(words.length, maxLength)
  const ids = new Array<number>(kept)
  for (let index = 0; index < kept; index += 1) {
    ids[index] = vocabulary.ids.get(words[index] as string) ?? reserved.unknown
  }
  return { ids, length: words.length }
}
