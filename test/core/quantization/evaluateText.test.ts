import { describe, expect, it } from 'vitest'
import { argmax } from '../../../src/core/evaluation/predictions.ts'
import {
  discriminativeLogits,
  generativeLogLikelihood,
  type ReferenceWeights,
} from '../../../src/core/model/referenceModel.ts'
import type { CellStep } from '../../../src/core/quantization/cell.ts'
import { evaluateText, prepareModel } from '../../../src/core/quantization/evaluateText.ts'
import { staticGrid } from '../../../src/core/quantization/grid.ts'
import type { Matrix, QuantizedModel, QuantizedPart } from '../../../src/core/quantization/quantizedModel.ts'
import type { SiteVector } from '../../../src/core/quantization/siteVector.ts'
import { golden, goldenModel, type GoldenPart, type GoldenStep, type GoldenVector } from './goldenVectors.ts'
import { randomModel, randomTokens, type RandomModelOptions } from './randomModel.ts'

const list = (values: ArrayLike<number> | null): number[] | null => values && Array.from(values)

function plainVector({ integers, values }: SiteVector): GoldenVector {
  const { scale = null, zero = null } = integers?.grid ?? {}
  return { codes: integers && list(integers.codes), scale, zero, values: list(values)! }
}

function plainStep({ accumulatorsX, accumulatorsH, preActivations, sites, products }: CellStep): GoldenStep {
  return {
    accX: list(accumulatorsX),
    accH: list(accumulatorsH),
    pre: list(preActivations)!,
    sites: Object.fromEntries(Object.entries(sites).map(([site, vector]) => [site, plainVector(vector)])),
    products: products && { forget: plainVector(products.forget), input: plainVector(products.input) },
  }
}

/** A whole evaluation, the trace of all sites included, in the form of the golden file. */
function plainEvaluation(model: QuantizedModel, tokens: readonly number[], tables = true): unknown {
  const { trace, ...rest } = evaluateText(prepareModel(model, { tables }), tokens, { trace: true })
  const figures = Object.entries(rest).map(([key, value]) => [
    key,
    ArrayBuffer.isView(value) ? list(value as Float64Array) : value,
  ])
  const parts = trace!.map(({ steps, pooled, head }): GoldenPart => ({
    steps: steps.map(plainStep),
    pooled: list(pooled),
    head: head.map(({ input, accumulators, values, outputs }) => ({
      input: plainVector(input),
      acc: list(accumulators),
      values: list(values)!,
      outputs: outputs.map(plainVector),
    })),
  }))
  return { ...Object.fromEntries(figures), trace: parts }
}

describe('evaluateText', () => {
  it.each(golden.models)("gives NumPy's integers, accumulators and scores at every site: $name", ({ model, texts }) => {
    for (const { tokens, expected } of texts) expect(plainEvaluation(goldenModel(model), tokens)).toEqual(expected)
  })

  it('is the same by tables and by the sequences, over random models', () => {
    for (let seed = 0; seed < 80; seed += 1) {
      const model = randomModel(seed, { size: 9 })
      const tokens = randomTokens(seed, model, seed % 6)
      expect(plainEvaluation(model, tokens, false)).toEqual(plainEvaluation(model, tokens))
    }
  })

  it('gives finite scores and the same ones each time, whatever was evaluated in between', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const model = randomModel(seed, { size: 9 })
      const prepared = prepareModel(model)
      const tokens = randomTokens(seed, model, 4)
      const first = evaluateText(prepared, tokens)
      evaluateText(prepared, randomTokens(seed + 1, model, 7))
      expect(evaluateText(prepared, tokens)).toEqual(first)
      const scores = first.family === 'discriminative' ? first.logits : first.scores
      expect(scores.every(Number.isFinite)).toBe(true)
      expect(first.predicted).toBe(argmax(scores))
    }
  })

  it('leaves the trace away unless it is asked for', () => {
    const model = randomModel(1)
    expect(evaluateText(prepareModel(model), [1, 2]).trace).toBeNull()
  })

  it('takes the head of a vector of zeros for a text without words', () => {
    for (const pooling of ['mean', 'last'] as const) {
      const model = randomModel(5, { family: 'discriminative', pooling, widths: [8], scale: 'static' })
      const { trace, ...found } = evaluateText(prepareModel(model), [], { trace: true })
      expect(trace![0]!.pooled!.every((value) => value === 0)).toBe(true)
      const { head } = model.parts[0]!
      expect(found).toMatchObject({ logits: head.bias, predicted: argmax(head.bias) })
    }
  })

  it('leaves a generative model nothing but its prior for a text without words and without EOS', () => {
    const model = randomModel(7, { family: 'generative', predictEnd: false })
    const found = evaluateText(prepareModel(model), [])
    const prior = Float64Array.from(model.logPrior!)
    expect(found).toMatchObject({ relative: new Float64Array(prior.length), common: 0, guarded: 0, scores: prior })
  })

  it('scores a quantized head output directly, and almost as the factored form where it has many bits', () => {
    const float = randomModel(11, { family: 'generative', head: 'shared', widths: [8], scale: 'dynamic' })
    const [part] = float.parts
    const rules = { width: 16, scheme: 'affine', powerOfTwo: false, symmetricDivisor: 'narrow' } as const
    const fine: QuantizedModel = {
      ...float,
      widths: { ...float.widths, 'head-output': 16 },
      parts: [{ ...part!, sites: { ...part!.sites, 'head-output': staticGrid({ min: -9, max: 9 }, rules) } }],
    }
    const tokens = randomTokens(2, float, 6)
    const [factored, direct] = [float, fine].map((model) => evaluateText(prepareModel(model), tokens))
    if (factored?.family !== 'generative' || direct?.family !== 'generative') throw new Error('of the other family')
    expect([factored.form, direct.form, direct.common]).toEqual(['factored', 'direct', 0])
    direct.relative.forEach((value, y) => expect(value).toBeCloseTo(factored.relative[y]! + factored.common, 3))
  })

  it.each([-1, 1.5, 99])('refuses the word %d of a model that has fewer', (word) => {
    const prepared = prepareModel(randomModel(1))
    expect(() => evaluateText(prepared, [1, word])).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('a model without quantizers', () => {
  const float: RandomModelOptions = { widths: ['float'], bias: 'float' }

  it.each(['mean', 'last'] as const)('gives the float64 logits within a millionth of the largest: %s', (pooling) => {
    for (let seed = 0; seed < 10; seed += 1) {
      const model = randomModel(seed, { ...float, family: 'discriminative', pooling })
      const tokens = randomTokens(seed, model, 12)
      const found = evaluateText(prepareModel(model), tokens)
      if (model.spec.family !== 'discriminative' || found.family !== 'discriminative')
        throw new Error('of the other family')
      const exact = discriminativeLogits(model.spec, referenceWeights(model), tokens)
      expectNear(found.logits, exact)
    }
  })

  it.each(['shared', 'independent'] as const)(
    'gives the float64 likelihoods within 1e-5 of the largest: %s',
    (head) => {
      for (let seed = 0; seed < 10; seed += 1) {
        const model = randomModel(seed, { ...float, family: 'generative', head })
        const tokens = randomTokens(seed, model, 12)
        const found = evaluateText(prepareModel(model), tokens)
        if (model.spec.family !== 'generative' || found.family !== 'generative') throw new Error('of the other family')
        const spec = { ...model.spec, labelEmbedding: 1, classBias: true }
        const weights = referenceWeights(model)
        const exact = model.logPrior!.map((_, y) => generativeLogLikelihood(spec, weights, tokens, y))
        expectNear(
          found.relative.map((value) => value + found.common),
          exact,
        )
      }
    },
  )
})

function expectNear(found: Float32Array | Float64Array, exact: ArrayLike<number>): void {
  const size = Math.max(...Array.from(exact, Math.abs))
  found.forEach((value, k) => expect(Math.abs(value - exact[k]!)).toBeLessThan(2e-6 * size))
}

/** The parameters that a float model stands for; the table of classes becomes the biases of words in classes, beside label vectors of zeros. */
function referenceWeights({ spec, parts }: QuantizedModel): ReferenceWeights {
  const weights = new Map<string, Float64Array>()
  parts.forEach((part, y) => {
    const prefix = parts.length > 1 ? `class.${y}.` : ''
    for (const [name, values] of partWeights(part)) weights.set(prefix + name, Float64Array.from(values))
  })
  weights.set('head.label', new Float64Array(spec.words))
  weights.set('label', new Float64Array(spec.classes))
  return weights
}

function partWeights({ lstm, head }: QuantizedPart): [string, Float32Array][] {
  const { inputs, hidden, words, embedding, wx, wh } = lstm
  if (embedding.shared) throw new Error('a float model has an embedding of its own')
  const kernel = new Float32Array((inputs + hidden) * 4 * hidden).map((_, k) => {
    const [row, column] = [Math.floor(k / (4 * hidden)), k % (4 * hidden)]
    return row < inputs ? dataOf(wx)[column * inputs + row]! : dataOf(wh)[column * hidden + row - inputs]!
  })
  const weights: [string, Float32Array][] = [
    ['embedding', dataOf(embedding.matrix)],
    ['lstm.kernel', kernel],
    ['lstm.bias', lstm.bias],
    [head.kind === 'generative' ? 'head.hidden' : 'head.kernel', dataOf(head.matrix)],
    ['head.bias', head.bias],
  ]
  if (head.kind === 'discriminative' || head.labelTable === null) return weights
  const table = head.labelTable
  const classes = table.length / words
  const byWord = table.map((_, k) => table[(k % classes) * words + Math.floor(k / classes)]!)
  return [...weights, ['head.classBias', byWord]]
}

function dataOf(matrix: Matrix): Float32Array {
  if (matrix.kind === 'integer') throw new Error('a float model has no integers')
  return matrix.data
}
