import { reserved } from '../text/vocabulary.ts'

/** Some texts side by side for one pass through a model: time-major, each padded behind its end to the longest. */
export interface TextBatch {
  /** T, at least 1 */
  steps: number
  /** B */
  texts: number
  /** [T * B] what the LSTM reads; PAD behind a text's end */
  read: Int32Array
  /** N real positions as `t * B + text`, text by text and in each by time */
  positions: Int32Array
  /** [N] which text each position belongs to */
  owners: Int32Array
  /** [N] the word to predict at each position; empty for a discriminative model */
  targets: Int32Array
  /** [B] real positions of each text */
  lengths: Int32Array
}

/** Texts for a discriminative model, which reads them as they are. */
export function readingBatch(texts: readonly ArrayLike<number>[]): TextBatch {
  return layOut(texts.map((tokens) => ({ read: Array.from(tokens), targets: [] })))
}

/** Texts for a language model: it reads BOS and all words but the last, and predicts all, with EOS at the end where asked for. */
export function predictingBatch(texts: readonly ArrayLike<number>[], predictEnd: boolean): TextBatch {
  return layOut(texts.map((tokens) => predictedText(tokens, predictEnd)))
}

/** What a language model reads and predicts of one text, as many words each. */
export function predictedText(tokens: ArrayLike<number>, predictEnd: boolean): { read: number[]; targets: number[] } {
  const targets = predictEnd ? [...Array.from(tokens), reserved.end] : Array.from(tokens)
  return { read: [reserved.begin, ...targets].slice(0, targets.length), targets }
}

function layOut(rows: readonly { read: number[]; targets: number[] }[]): TextBatch {
  const texts = rows.length
  const steps = rows.reduce((most, { read: words }) => Math.max(most, words.length), 1)
  const read = new Int32Array(steps * texts).fill(reserved.pad)
  const lengths = Int32Array.from(rows, ({ read: words }) => words.length)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  const positions = new Int32Array(total)
  const owners = new Int32Array(total)
  let at = 0
  rows.forEach(({ read: words }, text) => {
    words.forEach((word, t) => {
      read[t * texts + text] = word
      positions[at] = t * texts + text
      owners[at] = text
      at += 1
    })
  })
  return {
    steps,
    texts,
    read,
    positions,
    owners,
    targets: Int32Array.from(rows.flatMap(({ targets }) => targets)),
    lengths,
  }
}
