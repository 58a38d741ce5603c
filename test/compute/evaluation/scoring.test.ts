import { beforeAll, describe, expect, it } from 'vitest'
import { openModel } from '../../../src/compute/models/openModel.ts'
import type { TextScores } from '../../../src/compute/evaluation/textScores.ts'
import type { Tensorflow } from '../../../src/compute/tensorflow/load.ts'
import { offsetRange } from '../../../src/core/evaluation/factoredScores.ts'
import type { ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import type { Weights } from '../../../src/core/model/weights.ts'
import { loadedTensorflow } from '../loadedTensorflow.ts'
import { inFloat64, referenceScores, sampleTexts, sampleWeights, smallSpecs } from '../models/sampleModels.ts'

let tensorflow: Tensorflow
beforeAll(() => {
  tensorflow = loadedTensorflow()
})

async function score(
  spec: ModelSpec,
  weights: Weights,
  texts: readonly number[][],
  prior: number[] | null = null,
): Promise<TextScores> {
  const model = openModel(tensorflow, spec, weights)
  try {
    return await model.score(texts, prior, async () => {})
  } finally {
    model.dispose()
  }
}

function expectClose(found: ArrayLike<number>, expected: readonly number[], share = 1e-5): void {
  const tolerance = share * Math.max(1, ...expected.map(Math.abs))
  expected.forEach((value, k) => expect(Math.abs(found[k]! - value)).toBeLessThanOrEqual(tolerance))
}

describe('scores of texts', () => {
  it.each(Object.entries(smallSpecs))('agree with the float64 reference: %s', async (_name, spec) => {
    const weights = sampleWeights(spec)
    const exact = inFloat64(weights)
    const { scores, logLikelihoods, guarded } = await score(spec, weights, sampleTexts)
    expect(guarded).toBe(0)
    sampleTexts.forEach((tokens, text) => {
      const expected = referenceScores(spec, exact, tokens)
      const row = [...scores.slice(3 * text, 3 * text + 3)]
      if (spec.family === 'discriminative') return expectClose(row, expected)
      expectClose(logLikelihoods!.slice(3 * text, 3 * text + 3), expected)
      // What all classes share is left out of the scores; their differences are those of the likelihoods.
      expectClose(
        row.map((value) => value - row[0]!),
        expected.map((value) => value - expected[0]!),
      )
    })
  })

  it.each(Object.entries(smallSpecs))('do not depend on the texts in the same batch: %s', async (_name, spec) => {
    const weights = sampleWeights(spec)
    const long = Array.from({ length: 60 }, (_, t) => 4 + (t % 5))
    const together = await score(spec, weights, [...sampleTexts, long])
    for (const [text, tokens] of sampleTexts.entries()) {
      const alone = await score(spec, weights, [tokens])
      const withTwin = await score(spec, weights, [tokens, [5]])
      const expected = [...alone.scores]
      expectClose(together.scores.slice(3 * text, 3 * text + 3), expected, 2e-6)
      expectClose(withTwin.scores.slice(0, 3), expected, 2e-6)
    }
  })

  it('take the direct form where the mass of the two factors lies at different words, and say how often', async () => {
    const spec = smallSpecs['generative, shared, class bias, predicted end']!
    const weights = sampleWeights(spec)
    // Word 4 is all that the LSTM expects; each class but the first all but forbids it.
    const bias = weights.get('head.bias')!.data
    bias.fill(0)
    bias[4] = 90
    const offsets = weights.get('head.classBias')!.data
    offsets.fill(0)
    offsets.set([0, -85, -150], 4 * 3)
    const { scores, logLikelihoods, guarded, offsetRange: range } = await score(spec, weights, sampleTexts)
    const words = sampleTexts.reduce((sum, { length }) => sum + length + 1, 0)
    expect(guarded).toBe(2 * words)
    expect(range).toBeGreaterThan(55)
    sampleTexts.forEach((tokens, text) => {
      const expected = referenceScores(spec, inFloat64(weights), tokens)
      expectClose(logLikelihoods!.slice(3 * text, 3 * text + 3), expected)
      expect([...scores.slice(3 * text, 3 * text + 3)].every(Number.isFinite)).toBe(true)
    })
  })

  it('have the prior in them', async () => {
    const spec = smallSpecs['generative, shared']!
    const weights = sampleWeights(spec)
    const uniform = await score(spec, weights, sampleTexts)
    const prior = [Math.log(0.7), Math.log(0.2), Math.log(0.1)]
    const other = await score(spec, weights, sampleTexts, prior)
    expectClose(
      other.scores,
      [...uniform.scores].map((value, k) => value + Math.log(3) + prior[k % 3]!),
    )
  })

  it('leave no tensor behind', async () => {
    const before = tensorflow.tf.memory().numTensors
    for (const spec of Object.values(smallSpecs)) await score(spec, sampleWeights(spec), sampleTexts)
    expect(tensorflow.tf.memory().numTensors).toBe(before)
  })
})

describe('offsetRange', () => {
  it('is the widest row, from its lowest to its highest', () => {
    expect(
      offsetRange([
        [1, 2],
        [-3, 4],
        [0, 0],
      ]),
    ).toBe(7)
  })
})
