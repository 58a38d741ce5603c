import type { SharedRows } from '../evaluation/wordScores.ts'

/**
 * The different rows of a matrix: at few bits many hidden vectors are the same integers, where a model is dead all of them, and what follows
 * from a row need be computed once.
 *
 * @param values [rows, width] row-major, no NaN; rows are the same where their words are, so that -0 is not 0
 * @param rows   of `values` that count
 * @returns `first`: [count] the first row of each kind, ascending
 */
export function distinctRows(values: Float32Array, rows: number, width: number): SharedRows & { first: Int32Array } {
  const words = new Int32Array(values.buffer, values.byteOffset, rows * width)
  const kinds = new Map<number, number[]>()
  const first: number[] = []
  const of = new Int32Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const hash = hashOf(words, row, width)
    const candidates = kinds.get(hash) ?? []
    let kind = candidates.find((one) => sameRow(words, first[one]!, row, width))
    if (kind === undefined) {
      kind = first.push(row) - 1
      kinds.set(hash, [...candidates, kind])
    }
    of[row] = kind
  }
  return { count: first.length, of, first: Int32Array.from(first) }
}

/** FNV-1a over words in place of bytes; what it confuses is compared word by word. */
function hashOf(words: Int32Array, row: number, width: number): number {
  let hash = 0x811c9dc5
  for (let k = row * width; k < (row + 1) * width; k += 1) {
    hash = Math.imul(hash ^ words[k]!, 0x01000193)
    hash ^= hash >>> 15
  }
  return hash
}

function sameRow(words: Int32Array, a: number, b: number, width: number): boolean {
  for (let k = 0; k < width; k += 1) if (words[a * width + k] !== words[b * width + k]) return false
  return true
}
