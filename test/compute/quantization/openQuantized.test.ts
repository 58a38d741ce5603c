import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openModel } from '../../../src/compute/models/openModel.ts'
import { collectProfile } from '../../../src/compute/quantization/collectProfile.ts'
import { openQuantized } from '../../../src/compute/quantization/openQuantized.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { evaluateText, prepareModel, type TextEvaluation } from '../../../src/core/quantization/evaluateText.ts'
import type { QuantizedModel } from '../../../src/core/quantization/quantizedModel.ts'
import { quantizeModel } from '../../../src/core/quantization/quantizeModel.ts'
import { stream } from '../../../src/core/random/randomStream.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { completeBits, recipeSchema } from '../../../src/shared/contract/quantizationRules.ts'
import { randomModel, randomTokens, type RandomModelOptions } from '../../core/quantization/randomModel.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { sampleTexts, sampleWeights, smallSpecs } from '../models/sampleModels.ts'
import { compareTraces, emptyComparison } from './compareTraces.ts'

let tensorflow: Tensorflow
let before = 0
beforeAll(() => {
  tensorflow = loadedTensorflow()
})
beforeEach(() => {
  before = tensorflow.tf.memory().numTensors
})
afterEach(() => {
  expect(tensorflow.tf.memory().numTensors).toBe(before)
})

const integers = [2, 3, 4, 5, 6, 7, 8] as const
const lengths = [7, 0, 1, 12, 3]

function textsOf(seed: number, model: QuantizedModel): number[][] {
  return lengths.map((length, k) => randomTokens(10 * seed + k, model, length))
}

/** Compares all integers of some models, text by text, with those of the reference. */
function compare(models: readonly QuantizedModel[]) {
  const total = emptyComparison()
  models.forEach((model, seed) => {
    const open = openQuantized(tensorflow, model)
    const texts = textsOf(seed, model)
    const traces = open.trace(texts)
    open.dispose()
    const prepared = prepareModel(model)
    texts.forEach((text, k) => {
      compareTraces(total, evaluateText(prepared, text, { trace: true }).trace!, traces[k]!)
    })
  })
  return total
}

function models(count: number, first: number, options: RandomModelOptions): QuantizedModel[] {
  return Array.from({ length: count }, (_, k) => randomModel(first + k, options))
}

describe('the integers of a quantized model', () => {
  it.each<[string, number, RandomModelOptions]>([
    ['every recipe and shape', 12, { widths: integers }],
    ['static scales', 6, { widths: integers, scale: 'static' }],
    ['dynamic scales', 6, { widths: integers, scale: 'dynamic' }],
    ['a cell that is quantized three times, integer biases', 6, { widths: integers, cellRounds: 3, bias: 'int32' }],
    ['16-bit vectors', 6, { widths: [16], fixed: { 'lstm-x': 8, 'lstm-h': 8, head: 8 } }],
    ['16-bit weights', 6, { widths: integers, fixed: { 'lstm-x': 16, 'lstm-h': 16, head: 16 } }],
    [
      'float sites between integer products',
      10,
      {
        widths: ['float'],
        fixed: { input: 8, hidden: 8, 'head-input': 8, 'lstm-x': 8, 'lstm-h': 8, head: 8, embedding: 8 },
      },
    ],
    ['quantized logits', 8, { widths: integers, fixed: { 'head-output': 8 } }],
    ['120 units', 2, { widths: integers, size: 240 }],
  ])('are those of the reference, one by one: %s', (what, count, options) => {
    const found = compare(models(count, 100, options))
    console.info(
      `${what}: ${found.cells} cells, ${found.sites} sites, ${found.integers} integers, ${found.accumulators} accumulators, ${found.floats} float32 values, ${found.different} different`,
    )
    expect(found.first).toBeNull()
    expect(found.different).toBe(0)
    expect(found.integers).toBeGreaterThan(1000)
    expect(found.accumulators).toBeGreaterThan(1000)
  })

  it('are refused where a product cannot be exact, and nothing is left behind', () => {
    const model = randomModel(1, { widths: [16] })
    expect(() => openQuantized(tensorflow, model)).toThrow(expect.objectContaining({ code: 'bit-width-unsupported' }))
  })

  it('are refused for a text whose sum over time may not be exact', async () => {
    const model = randomModel(3, {
      family: 'discriminative',
      pooling: 'mean',
      widths: [8],
      scale: 'static',
      fixed: { hidden: 16 },
    })
    const open = openQuantized(tensorflow, model)
    await expect(open.score([randomTokens(1, model, 600)], null, async () => {})).rejects.toMatchObject({
      code: 'too-large',
    })
    open.dispose()
  })
})

function scoresOf(evaluation: TextEvaluation): number[] {
  return [...(evaluation.family === 'discriminative' ? evaluation.logits : evaluation.scores)]
}

describe('scores of a quantized model', () => {
  it.each<[string, RandomModelOptions]>([
    ['discriminative', { family: 'discriminative' }],
    ['discriminative, quantized logits', { family: 'discriminative', fixed: { 'head-output': 8 } }],
  ])('are the logits of the reference, bit for bit: %s', async (_what, options) => {
    for (const model of models(8, 200, { widths: integers, ...options })) {
      const open = openQuantized(tensorflow, model)
      const texts = textsOf(1, model)
      const { scores } = await open.score(texts, null, async () => {})
      open.dispose()
      const prepared = prepareModel(model)
      expect([...scores]).toEqual(texts.flatMap((text) => scoresOf(evaluateText(prepared, text))))
    }
  })

  it.each<[string, RandomModelOptions]>([
    ['shared', { head: 'shared' }],
    ['shared, quantized logits', { head: 'shared', fixed: { 'head-output': 8 } }],
    ['independent', { head: 'independent' }],
    ['independent, quantized logits', { head: 'independent', fixed: { 'head-output': 6 } }],
  ])('are those of the reference within 1e-5: generative, %s', async (_what, options) => {
    for (const model of models(6, 300, { family: 'generative', widths: integers, ...options })) {
      const open = openQuantized(tensorflow, model)
      const texts = textsOf(2, model)
      const found = await open.score(texts, model.logPrior, async () => {})
      open.dispose()
      const prepared = prepareModel(model)
      const references = texts.map((text) => evaluateText(prepared, text))
      const expected = references.flatMap(scoresOf)
      const limit = 1e-5 * Math.max(1, ...expected.map(Math.abs))
      expected.forEach((score, k) => expect(Math.abs(found.scores[k]! - score)).toBeLessThan(limit))
      expect(found.offsetRange === null).toBe(
        references[0]!.family === 'generative' && references[0]!.form === 'direct',
      )
      references.forEach((reference, k) => {
        if (reference.family !== 'generative') return
        const whole = [...reference.relative].map((relative) => relative + reference.common)
        const { classes } = found
        whole.forEach((sum, y) =>
          expect(Math.abs(found.logLikelihoods![k * classes + y]! - sum)).toBeLessThan(2 * limit),
        )
      })
    }
  })

  it.each([
    ['disc', { family: 'discriminative' }],
    ['shared', { family: 'generative', head: 'shared' }],
    ['independent', { family: 'generative', head: 'independent' }],
    ['dynamic', { scale: 'dynamic', family: 'generative', head: 'shared' }],
  ] as const)('do not depend on the texts beside them, bit for bit: %s', async (_what, options) => {
    const model = randomModel(400, { widths: [8], size: 8, ...options })
    const random = stream(1, 'lengths')
    const texts = Array.from({ length: 12 }, (_, k) => randomTokens(k, model, random.below(12)))
    const all = await scoresIn(model, texts, 64)
    for (const batch of [1, 5, 12]) expect(await scoresIn(model, texts, batch)).toEqual(all)
    const reversed = await scoresIn(model, texts.toReversed(), 9)
    const { classes } = model.spec
    texts.forEach((_, k) => {
      const at = (texts.length - 1 - k) * classes
      expect(reversed.slice(at, at + classes)).toEqual(all.slice(k * classes, (k + 1) * classes))
    })
  })

  it.each(Object.entries(smallSpecs))(
    'are those of the float model where nothing is quantized: %s',
    async (_name, spec) => {
      const weights = sampleWeights(spec)
      const model = await quantized(spec, 'float')
      const float = openModel(tensorflow, spec, weights)
      const expected = await float.score(sampleTexts, null, async () => {})
      float.dispose()
      const open = openQuantized(tensorflow, model)
      const found = await open.score(sampleTexts, null, async () => {})
      open.dispose()
      const limit = 1e-5 * Math.max(...[...expected.scores].map(Math.abs))
      expected.scores.forEach((score, k) => expect(Math.abs(found.scores[k]! - score)).toBeLessThanOrEqual(limit))
    },
  )

  it('count the words that take the direct form', async () => {
    const spec = smallSpecs['generative, shared']!
    const model = await quantized(spec, 8)
    const head = model.parts[0]!.head
    if (head.kind !== 'generative') throw new Error('another head')
    // Word 4 is all that the LSTM expects; each class but the first all but forbids it.
    head.bias.fill(0)[4] = 90
    head.labelTable!.fill(0)
    head.labelTable![spec.words + 4] = -85
    head.labelTable![2 * spec.words + 4] = -150
    const open = openQuantized(tensorflow, model)
    const { guarded, scores, offsetRange } = await open.score(sampleTexts, null, async () => {})
    open.dispose()
    expect(guarded).toBe(2 * 11)
    expect(offsetRange).toBe(150)
    const prepared = prepareModel(model)
    const expected = sampleTexts.flatMap((text) => scoresOf(evaluateText(prepared, text)))
    expected.forEach((score, k) => expect(Math.abs(scores[k]! - score)).toBeLessThan(1e-3))
  })
})

async function scoresIn(model: QuantizedModel, texts: readonly number[][], batch: number): Promise<number[]> {
  const open = openQuantized(tensorflow, model, batch)
  const { scores } = await open.score(texts, model.logPrior, async () => {})
  open.dispose()
  return [...scores]
}

async function quantized(spec: ModelSpec, width: 8 | 'float'): Promise<QuantizedModel> {
  const weights = sampleWeights(spec)
  const offsets = [0]
  for (const { length } of sampleTexts) offsets.push(offsets.at(-1)! + length)
  const texts = {
    rows: sampleTexts.length,
    offsets: Uint32Array.from(offsets),
    tokens: Uint16Array.from(sampleTexts.flat()),
    labels: new Uint8Array(sampleTexts.length),
  }
  const options = { bins: 512, labelHandling: 'all' as const, headOutput: false }
  const profile = await collectProfile(tensorflow, { spec, weights }, texts, options, async () => {})
  const recipe = recipeSchema.parse({})
  const logPrior = spec.family === 'generative' ? new Array<number>(spec.classes).fill(-Math.log(spec.classes)) : null
  return quantizeModel({ spec, weights, logPrior }, profile, recipe, completeBits(width, recipe)).model
}

describe('the signals of a quantized model', () => {
  it('are what the sites of the reference give', async () => {
    for (const model of models(6, 500, { widths: [4, 8], family: 'discriminative' })) {
      const texts = textsOf(3, model)
      const open = openQuantized(tensorflow, model)
      const [signals] = await open.signals(texts, async () => {})
      open.dispose()
      const prepared = prepareModel(model)
      const steps = texts.flatMap((text) => evaluateText(prepared, text, { trace: true }).trace![0]!.steps)
      for (const site of ['input', 'gate-f', 'sigmoid-o', 'tanh-c', 'cell', 'hidden'] as const) {
        const values = steps.flatMap((step) => [...step.sites[site].values])
        const codes = steps.flatMap((step) => {
          const { codes: all, grid } = step.sites[site].integers!
          return Array.from(all, (code) => code === grid.low || code === grid.high)
        })
        expect(signals![site]).toEqual({
          count: values.length,
          min: Math.min(...values) + 0,
          max: Math.max(...values) + 0,
          distinct: Math.min(256, new Set(values.map((value) => value + 0)).size),
          atEnds: codes.filter(Boolean).length / codes.length,
        })
      }
      expect(signals!['head-input']!.count).toBe(texts.length * model.spec.hidden)
      expect(signals!['head-output']!.atEnds).toBeNull()
    }
  })

  it('are counted on all texts where a site has one value in those that were looked at', async () => {
    const spec = smallSpecs['discriminative, last']!
    const model = await quantized(spec, 8)
    // A gate that is shut: nothing but 0 gets out.
    const sites = {
      ...model.parts[0]!.sites,
      'sigmoid-o': { ...model.parts[0]!.sites['sigmoid-o'], scale: 2 ** 40, reciprocal: 2 ** -40 },
    }
    const shut = { ...model, parts: [{ ...model.parts[0]!, sites }] } as QuantizedModel
    const texts = Array.from({ length: 600 }, (_, k) => sampleTexts[k % 5]!)
    const open = openQuantized(tensorflow, shut)
    const [signals] = await open.signals(texts, async () => {})
    open.dispose()
    expect(signals!.hidden).toMatchObject({ count: 120 * 11 * 4, min: 0, max: 0, distinct: 1 })
    expect(signals!.cell!.count).toBeLessThan(120 * 11 * 4)
    expect(signals!.cell!.distinct).toBeGreaterThan(2)
  })
})
