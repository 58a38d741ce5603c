import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { collectProfile } from '../../../src/compute/quantization/collectProfile.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { parseRow, type Row } from '../../../src/core/dataset/rowsFile.ts'
import { decodeModel, type ModelDescription } from '../../../src/core/model/modelFile.ts'
import { decodeQuantizedModel } from '../../../src/core/quantization/file/decodeQuantizedModel.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { findRecipe, presetRecipe } from '../../../src/core/quantization/recipes.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import { encode } from '../../../src/core/text/encode.ts'
import { createTokenizer } from '../../../src/core/text/tokenize.ts'
import { vocabularyOf } from '../../../src/core/text/vocabulary.ts'
import { defaultTokenizer } from '../../../src/shared/contract/datasetRules.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { completeBits } from '../../../src/shared/contract/quantizationRules.ts'
import { widthSchema } from '../../../src/shared/units.ts'

export interface FileOptions {
  rows?: string | undefined
  bits: readonly string[]
  recipe: string
  /** texts of each model */
  texts: number
}

export interface QuantizedFileTexts {
  name: string
  model: QuantizedModel
  texts: number[][]
}

/** Texts that a float model is calibrated on, the last ones. */
const calibrated = 128

/** The quantized models of files, each with some texts of the split: float ones once for each number of bits. */
export async function quantizedFiles(
  tensorflow: Tensorflow,
  files: readonly string[],
  options: FileOptions,
): Promise<QuantizedFileTexts[]> {
  const made: QuantizedFileTexts[] = []
  for (const file of files) {
    const bytes = readFileSync(file)
    if (file.endsWith('.bgq')) {
      const { model, description } = decodeQuantizedModel(bytes)
      made.push({ name: basename(file), model, texts: textsOf({ ...description, spec: model.spec }, options) })
    } else made.push(...(await quantizeFile(tensorflow, file, bytes, options)))
  }
  return made
}

async function quantizeFile(
  tensorflow: Tensorflow,
  file: string,
  bytes: Buffer,
  options: FileOptions,
): Promise<QuantizedFileTexts[]> {
  const { description, weights } = decodeModel(bytes)
  const { spec, logPrior } = description
  const all = textsOf(description, { ...options, texts: options.texts + calibrated })
  const read = { bins: 4096, labelHandling: 'all' as const, headOutput: false }
  const calibration = joined(all.slice(options.texts))
  const profile = await collectProfile(tensorflow, { spec, weights }, calibration, read, async () => {})
  return options.bits.map((given) => {
    const width = widthSchema.parse(given === 'float' ? given : Number(given))
    const recipe = presetRecipe(findRecipe(options.recipe), spec.family, width)
    const bits = completeBits(width, recipe)
    const { model } = quantizeModel({ spec, weights, logPrior }, profile, recipe, bits)
    const name = `${file}, ${spec.family}, ${options.recipe}, ${model.bits.label}`
    return { name, model, texts: all.slice(0, options.texts) }
  })
}

function textsOf(
  description: Pick<ModelDescription, 'spec' | 'vocabulary' | 'tokenizer' | 'maxLength'>,
  options: FileOptions,
): number[][] {
  const { rows, texts } = options
  const { file } = description.vocabulary
  if (rows === undefined || file === null) return drawnTexts(description.spec, texts)
  const tokenize = createTokenizer(description.tokenizer ?? defaultTokenizer)
  const vocabulary = vocabularyOf(file.words)
  return readRows(rows)
    .slice(0, texts)
    .map(({ text }) => [...encode(tokenize(text), vocabulary, description.maxLength ?? 256).ids])
}

function drawnTexts({ words }: ModelSpec, texts: number): number[][] {
  const random = stream(1, 'texts of the exactness study')
  return Array.from({ length: texts }, () =>
    Array.from({ length: random.below(60) }, () => 4 + random.below(words - 4)),
  )
}

function readRows(file: string): Row[] {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').slice(0, -1)
  return lines.map((line) => parseRow(line, 65_536))
}

function joined(texts: readonly number[][]): EncodedTexts {
  const offsets = new Uint32Array(texts.length + 1)
  texts.forEach(({ length }, k) => (offsets[k + 1] = offsets[k]! + length))
  return { rows: texts.length, offsets, tokens: Uint32Array.from(texts.flat()), labels: new Uint8Array(texts.length) }
}
