import type { EncodedTexts } from '../../../src/core/dataset/tokenFile.ts'
import { evaluateText, prepareModel, type TextEvaluation } from '../../../src/core/quantization/evaluateText.ts'
import { decodeQuantizedModel } from '../../../src/core/quantization/file/decodeQuantizedModel.ts'
import { randomModel, randomTokens } from '../../../test/core/quantization/randomModel.ts'
import type { ModelTexts } from '../../../test/runtime/support/traceProgram.ts'
import { quantizedFiles, recipeText, type QuantizedFile, type Variant } from '../inference/variants.ts'
import type { Workbench } from '../inference/workbench.ts'

/** Models with texts, and what the reference says of them. */
export interface Compared {
  what: string
  recipe: string
  /** whether everything on the way is compared, or the results alone */
  traced: boolean
  pairs: ModelTexts[]
  /** [pairs][texts] */
  expected: TextEvaluation[][]
}

/** How many models of random shapes, widths, schemes and rules; how many texts of the trained models with a trace, and how many without. */
export interface Counts {
  random: number
  traced: { discriminative: number; generative: number }
  results: { discriminative: number; generative: number }
}

const integerVariants: readonly Variant[] = ['W8 A8 C8', 'W4 A8 C8', 'W2 A8 C8', 'W4 A4 C4']

/** The reference is the slow part: it is asked once, whatever is compared with it. */
export async function comparedTexts(bench: Workbench, counts: Counts): Promise<Compared[]> {
  const random = compared('random models', 'any', true, randomPairs(counts.random))
  const { trained, test } = bench
  if (test === null) return [random]
  const discriminative = await quantizedFiles(trained.discriminative, bench.calibration, integerVariants)
  const generative = await quantizedFiles(trained.generative, bench.few, ['W8 A8 C8'])
  const of = (what: string, file: QuantizedFile, count: number, traced: boolean): Compared[] => {
    const pair = { model: decodeQuantizedModel(file.bytes).model, texts: firstTexts(test, count) }
    return count === 0 ? [] : [compared(what, recipeText(file.variant), traced, [pair])]
  }
  const [disc, gen] = [Object.values(discriminative), Object.values(generative)]
  return [
    random,
    ...disc.flatMap((file) => of('AG News, discriminative', file, counts.traced.discriminative, true)),
    ...gen.flatMap((file) => of('AG News, generative', file, counts.traced.generative, true)),
    ...of('AG News, discriminative', disc[0]!, counts.results.discriminative, false),
    ...of('AG News, generative', gen[0]!, counts.results.generative, false),
  ]
}

function compared(what: string, recipe: string, traced: boolean, pairs: ModelTexts[]): Compared {
  const expected = pairs.map(({ model, texts }) => {
    const prepared = prepareModel(model)
    return texts.map((text) => evaluateText(prepared, text, { trace: traced }))
  })
  return { what, recipe, traced, pairs, expected }
}

function randomPairs(count: number): ModelTexts[] {
  return Array.from({ length: count }, (_, seed) => {
    const model = randomModel(seed + 1, { widths: [2, 3, 4, 5, 6, 7, 8, 16] })
    const lengths = [9, 0, 1, 4, 17]
    return { model, texts: lengths.map((length, k) => randomTokens(1000 * seed + k, model, length)) }
  })
}

function firstTexts({ rows, tokens, offsets }: EncodedTexts, count: number): number[][] {
  return Array.from({ length: Math.min(rows, count) }, (_, row) => [
    ...tokens.subarray(offsets[row]!, offsets[row + 1]!),
  ])
}
