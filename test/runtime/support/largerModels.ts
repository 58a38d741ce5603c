import { sumRows } from '../../../src/core/quantization/product.ts'
import type { QuantizedModel, QuantizedPart } from '../../../src/core/quantization/quantizedModel.ts'
import { stream, type RandomStream } from '../../../src/core/random/randomStream.ts'
import type { Width } from '../../../src/shared/units.ts'
import { randomMatrix, randomModel, type RandomModelOptions } from '../../core/quantization/randomModel.ts'

/** A random model of more words than its other sizes: heads of more than a block of rows, lane sums of more than one. */
export function modelOfWords(seed: number, words: number, options: RandomModelOptions): QuantizedModel {
  const model = randomModel(seed, { ...options, sharedEmbedding: false, fixed: { embedding: 8, ...options.fixed } })
  const random = stream(seed, 'words of a larger model')
  const spec = { ...model.spec, words }
  return { ...model, spec, parts: model.parts.map((part) => widened(random, part, spec, model.widths.head)) }
}

function widened(
  random: RandomStream,
  { lstm, sites, head }: QuantizedPart,
  { words, embedding, hidden, classes }: QuantizedModel['spec'],
  width: Width,
): QuantizedPart {
  const matrix = randomMatrix(random, words, embedding, 8)
  const wider = { ...lstm, words, embedding: { shared: false as const, matrix } }
  if (head.kind === 'discriminative') return { lstm: wider, sites, head }
  const drawn = (count: number, reach: number): Float32Array =>
    new Float32Array(count).map(() => (2 * random.uniform() - 1) * reach)
  const labelTable = head.labelTable === null ? null : drawn(classes * words, 3)
  const rows = randomMatrix(random, words, hidden, width)
  return { lstm: wider, sites, head: { ...head, matrix: rows, bias: drawn(words, 1), labelTable } }
}

/**
 * A generative model whose logits are known: the head's integers are zero, so that its bias is what it says of every word.
 *
 * @param s     [words]
 * @param table row-major [classes, words]
 */
export function modelOfLogits(s: Float32Array, table: Float32Array): QuantizedModel {
  const words = s.length
  const model = randomModel(1, { family: 'generative', head: 'shared', predictEnd: false, widths: [8], size: 3 })
  const spec = { ...model.spec, words, classes: table.length / words }
  const part = model.parts[0]!
  const zeros = (cols: number) => ({
    kind: 'integer' as const,
    rows: words,
    cols,
    width: 8 as const,
    codes: new Int8Array(words * cols),
    scales: new Float32Array(words).fill(1),
    rowSums: sumRows(new Int8Array(words * cols), words),
  })
  const lstm = { ...part.lstm, words, embedding: { shared: false as const, matrix: zeros(spec.embedding) } }
  const logPrior = Array.from({ length: spec.classes }, () => -Math.log(spec.classes))
  const head = { kind: 'generative' as const, matrix: zeros(spec.hidden), bias: s, labelTable: table }
  return { ...model, spec, logPrior, parts: [{ ...part, lstm, head }] }
}
