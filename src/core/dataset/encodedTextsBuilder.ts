import type { EncodedSplit } from '../../shared/contract/datasetRecord.ts'
import { AppError } from '../../shared/errors.ts'
import { encode } from '../text/encode.ts'
import { reserved, reservedCount, type Vocabulary } from '../text/vocabulary.ts'
import type { EncodedTexts } from './tokenFile.ts'

export type EncodedFigures = Pick<EncodedSplit, 'rows' | 'tokens' | 'truncatedRows' | 'unknownShare' | 'lengths'>

/** Gathers encoded texts in typed arrays that grow, with the figures that the record of the encoding holds. */
export class EncodedTextsBuilder {
  readonly #vocabulary: Vocabulary
  readonly #maxLength: number
  readonly #classes: number
  #tokens: Uint16Array | Uint32Array
  #used = 0
  readonly #ends: number[] = []
  readonly #labels: number[] = []
  readonly #lengths: number[] = []
  #unknown = 0
  #words = 0

  constructor(vocabulary: Vocabulary, maxLength: number, classes: number) {
    this.#vocabulary = vocabulary
    this.#maxLength = maxLength
    this.#classes = classes
    this.#tokens = vocabulary.words.length + reservedCount <= 0x1_0000 ? new Uint16Array(4096) : new Uint32Array(4096)
  }

  /** @throws AppError `too-large` from 2^32 words in all on */
  add(words: readonly string[], label: number): void {
    const { ids, length } = encode(words, this.#vocabulary, this.#maxLength)
    this.#reserve(ids.length)
    this.#tokens.set(ids, this.#used)
    this.#used += ids.length
    this.#ends.push(this.#used)
    this.#labels.push(label)
    this.#lengths.push(length)
    this.#words += length
    this.#unknown += ids.filter((id) => id === reserved.unknown).length
    for (let index = ids.length; index < length; index += 1) {
      if (!this.#vocabulary.ids.has(words[index] as string)) this.#unknown += 1
    }
  }

  texts(): EncodedTexts {
    const rows = this.#ends.length
    const offsets = new Uint32Array(rows + 1)
    offsets.set(this.#ends, 1)
    const labels = this.#classes <= 256 ? Uint8Array.from(this.#labels) : Uint16Array.from(this.#labels)
    return { rows, offsets, tokens: this.#tokens.slice(0, this.#used), labels }
  }

  figures(): EncodedFigures {
    return {
      rows: this.#ends.length,
      tokens: this.#used,
      truncatedRows: this.#lengths.filter((length) => length > this.#maxLength).length,
      unknownShare: this.#words === 0 ? 0 : this.#unknown / this.#words,
      lengths: lengthFigures(this.#lengths),
    }
  }

  #reserve(more: number): void {
    const needed = this.#used + more
    if (needed > 0xffff_ffff) throw new AppError('too-large', 'A split holds more than 2^32 words.')
    if (needed <= this.#tokens.length) return
    const grown = new (this.#tokens.constructor as typeof Uint32Array)(Math.max(needed, this.#tokens.length * 2))
    grown.set(this.#tokens.subarray(0, this.#used))
    this.#tokens = grown
  }
}

/** The smallest length that at least that share of the texts does not exceed; 0 for no texts. */
export function lengthFigures(lengths: readonly number[]): EncodedSplit['lengths'] {
  const sorted = Uint32Array.from(lengths).sort()
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 }
}
