import { reserved } from '../../core/text/vocabulary.ts'

/**
 * Texts side by side without padding, the longest first, so that those which have a t-th word are the first ones: a step reads fewer and fewer of
 * them.
 */
export interface PrefixBatch {
  texts: number
  /** [texts], falling */
  lengths: Int32Array
  /** at each step the word ids of the texts that have one */
  words: Int32Array[]
}

/** @param texts word ids, the longest first */
export function prefixBatch(texts: readonly ArrayLike<number>[]): PrefixBatch {
  const lengths = Int32Array.from(texts, ({ length }) => length)
  if (lengths.some((length, text) => length > (lengths[text - 1] ?? Infinity))) throw new Error('texts out of order')
  let active = texts.length
  const words = Array.from({ length: lengths[0] ?? 0 }, (_, t) => {
    while (active > 0 && lengths[active - 1]! <= t) active -= 1
    return Int32Array.from({ length: active }, (_, text) => texts[text]![t]!)
  })
  return { texts: texts.length, lengths, words }
}

/** What a language model reads, and what it predicts from that, step by step: N real positions by time, and in each by text. */
export interface PredictingPrefixes {
  batch: PrefixBatch
  /** [N] */
  targets: Int32Array
  /** [N] */
  owners: Int32Array
}

/** As core's `predictingBatch`: BOS and all words but the last are read, all are predicted, with EOS at the end where asked for. */
export function predictingPrefixes(texts: readonly ArrayLike<number>[], predictEnd: boolean): PredictingPrefixes {
  const predicted = texts.map((words) => (predictEnd ? [...Array.from(words), reserved.end] : Array.from(words)))
  const read = predicted.map((words) => [reserved.begin, ...words].slice(0, words.length))
  const batch = prefixBatch(read)
  const atSteps = batch.words.map(({ length }, t) => Array.from({ length }, (_, text) => predicted[text]![t]!))
  const owners = batch.words.flatMap(({ length }) => Array.from({ length }, (_, text) => text))
  return { batch, targets: Int32Array.from(atSteps.flat()), owners: Int32Array.from(owners) }
}
