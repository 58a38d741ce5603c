import { encode } from '../../../core/text/encode.ts'
import { createTokenizer } from '../../../core/text/tokenize.ts'
import { noiseText } from '../../../core/dataset/noise/noiseText.ts'
import { selectRows } from '../../../core/dataset/selectRows.ts'
import type { EncodedTexts } from '../../../core/dataset/tokenFile.ts'
import type { Vocabulary } from '../../../core/text/vocabulary.ts'
import type { TrainingParams } from '../../../shared/contract/training.ts'
import type { TrainingTask } from '../../training/trainingTask.ts'
import { readRows, readTokens, readVocabulary } from '../files/readFiles.ts'

export interface LoadedTask {
  task: TrainingTask
  vocabulary: Vocabulary
}

/** The training that the parameters describe, its texts read and verified. Errors: `store-damaged`, `too-large`. */
export async function loadTask(params: TrainingParams): Promise<LoadedTask> {
  const vocabulary = await readVocabulary(params.vocabulary)
  const all = await readTokens(params.training)
  const rows = selectRows(all.labels, params.rows)
  const dev = params.dev === null ? null : await readTokens(params.dev)
  const { spec, options } = params
  const noisyText = await loadNoisyText(params, vocabulary, rows)
  return { vocabulary, task: { spec, options, training: pickRows(all, rows), dev, noisyText } }
}

/** Some of the texts, in the order of their row numbers. */
export function pickRows(texts: EncodedTexts, rows: ArrayLike<number>): EncodedTexts {
  if (rows.length === texts.rows) return texts
  const offsets = new Uint32Array(rows.length + 1)
  const labels = texts.labels.slice(0, rows.length)
  for (let k = 0; k < rows.length; k += 1) {
    const row = rows[k]!
    offsets[k + 1] = offsets[k]! + texts.offsets[row + 1]! - texts.offsets[row]!
    labels[k] = texts.labels[row]!
  }
  const tokens = texts.tokens.slice(0, offsets[rows.length])
  for (let k = 0; k < rows.length; k += 1) {
    tokens.set(texts.tokens.subarray(texts.offsets[rows[k]!], texts.offsets[rows[k]! + 1]), offsets[k])
  }
  return { rows: rows.length, offsets, tokens, labels }
}

/** Noise goes into the raw text, and depends on the training's seed, the epoch and the row's id alone. */
async function loadNoisyText(
  { options, texts, tokenizer, maxLength, spec }: TrainingParams,
  vocabulary: Vocabulary,
  rows: ArrayLike<number>,
): Promise<TrainingTask['noisyText']> {
  if (options.noise === null || texts === null) return undefined
  const { noise } = options.noise
  const raw = await readRows(texts, spec.classes)
  const tokenize = createTokenizer(tokenizer)
  return (row, epoch) => {
    const { id, text } = raw[rows[row]!]!
    const noisy = noiseText(text, noise, options.seed, `training:${epoch}:${id}`)
    return encode(tokenize(noisy), vocabulary, maxLength).ids
  }
}
