import { AppError } from '../../shared/errors.ts'
import { reserved, reservedCount } from '../text/vocabulary.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { assertWeights, type FloatArray, type Weights } from './weights.ts'

/** What another vocabulary calls the reserved ids; undefined where it has no such word. */
export type SpecialWords = Partial<Record<keyof typeof reserved, string>>

export interface ArrangedModel {
  /** words in the order of their ids, without the reserved ones: what `vocabularyOf` takes */
  words: string[]
  spec: ModelSpec
  weights: Map<string, FloatArray>
}

/** Below every bias of the model, so that a word which it never knew gets next to no probability: exp(-30) is 1e-13. */
const belowAll = 30

/**
 * A model whose word ids are those of another vocabulary, with its rows put where ours has them: PAD, UNK, BOS, EOS, then the other words in
 * their order. A reserved id that the other vocabulary lacks gets a vector of zeros, and in the head of a generative model a bias below all
 * others.
 *
 * @param rows `rows[i]` is the word of id i in the model as it is
 * @throws AppError `shape-mismatch` where there are not as many words as rows, `input-invalid` for a word that stands there twice or a
 *         special one that does not stand there; as `assertWeights` does
 */
export function arrangeWords(
  spec: ModelSpec,
  weights: Weights,
  rows: readonly string[],
  special: SpecialWords,
): ArrangedModel {
  assertWeights(spec, weights)
  const order = orderOf(spec.words, rows, special)
  const arranged = new Map<string, FloatArray>()
  const hasRowAWord = (name: string): boolean =>
    byWord.test(name) || (spec.family === 'generative' && isBias.test(name))
  for (const [name, array] of weights) arranged.set(name, hasRowAWord(name) ? arrange(name, array, order) : array)
  const words = order.slice(reservedCount).map((row) => rows[row as number]!)
  return { words, spec: { ...spec, words: order.length }, weights: arranged }
}

/** Which row each of our ids has in the model as it is; null where it has none. */
function orderOf(count: number, rows: readonly string[], special: SpecialWords): (number | null)[] {
  if (rows.length !== count) {
    throw new AppError('shape-mismatch', 'The vocabulary is not that of the model.', {
      expected: `${count} words`,
      found: String(rows.length),
    })
  }
  const rowOf = new Map(rows.map((word, row) => [word, row]))
  if (rowOf.size !== rows.length) throw new AppError('input-invalid', 'The vocabulary holds a word twice.')
  const names = Object.keys(reserved) as (keyof typeof reserved)[]
  const first = names.map((name) => {
    const word = special[name]
    if (word === undefined) return null
    const row = rowOf.get(word)
    if (row === undefined) throw new AppError('input-invalid', `The vocabulary has no word ${JSON.stringify(word)}.`)
    return row
  })
  const taken = new Set(first)
  return [...first, ...[...rows.keys()].filter((row) => !taken.has(row))]
}

const byWord = /(^|\.)(embedding|head\.hidden|head\.label|head\.classBias)$/
const isBias = /(^|\.)head\.bias$/

function arrange(name: string, array: FloatArray, order: readonly (number | null)[]): FloatArray {
  const width = array.shape[1] ?? 1
  const data = new Float32Array(order.length * width)
  const missing = isBias.test(name)
    ? array.data.reduce((least, value) => Math.min(least, value), Infinity) - belowAll
    : 0
  order.forEach((row, id) => {
    if (row === null) data.fill(missing, id * width, (id + 1) * width)
    else data.set(array.data.subarray(row * width, (row + 1) * width), id * width)
  })
  return { shape: array.shape.with(0, order.length), data }
}
