import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

export const words = 64

/**
 * So many texts with at least one word, drawn without putting back, in the order of their rows.
 *
 * @throws Error where there are fewer
 */
export function drawTexts(from: EncodedTexts, count: number, name: string): EncodedTexts {
  const random = stream(1, 'bench', name)
  const rows = Array.from({ length: from.rows }, (_, row) => row).filter((row) => lengthOf(from, row) > 0)
  if (rows.length < count) throw new Error(`${rows.length} texts where ${count} are wanted`)
  for (let k = 0; k < count; k += 1) {
    const other = k + random.below(rows.length - k)
    ;[rows[k], rows[other]] = [rows[other]!, rows[k]!]
  }
  const drawn = rows.slice(0, count).sort((a, b) => a - b)
  return joined(
    drawn.map((row) => [...from.tokens.subarray(from.offsets[row]!, from.offsets[row + 1]!)]),
    drawn.map((row) => from.labels[row]!),
  )
}

/** The same texts with {@link words} words each: a longer one is cut off, a shorter one goes on from its start. */
export function ofOneLength(from: EncodedTexts): EncodedTexts {
  const texts = Array.from({ length: from.rows }, (_, row) => {
    const [start, length] = [from.offsets[row]!, lengthOf(from, row)]
    return Array.from({ length: words }, (_, k) => from.tokens[start + (k % length)]!)
  })
  return joined(texts, [...from.labels])
}

/** Words of no language, for a machine without texts. */
export function madeUpTexts(count: number, vocabulary: number, classes: number, name: string): EncodedTexts {
  const random = stream(1, 'bench', name)
  const texts = Array.from({ length: count }, () =>
    Array.from({ length: words }, () => 4 + random.below(vocabulary - 4)),
  )
  return joined(
    texts,
    texts.map(() => random.below(classes)),
  )
}

function lengthOf({ offsets }: EncodedTexts, row: number): number {
  return offsets[row + 1]! - offsets[row]!
}

function joined(texts: readonly number[][], labels: readonly number[]): EncodedTexts {
  const offsets = new Uint32Array(texts.length + 1)
  texts.forEach(({ length }, k) => (offsets[k + 1] = offsets[k]! + length))
  return { rows: texts.length, offsets, tokens: Uint32Array.from(texts.flat()), labels: Uint8Array.from(labels) }
}
