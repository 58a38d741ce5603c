import { describe, expect, it } from 'vitest'
import { arrangeWords } from '../../../src/core/model/arrangeWords.ts'
import { initialWeights } from '../../../src/core/model/initialWeights.ts'
import { modelSpecSchema, type ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import {
  discriminativeLogits,
  generativeLogLikelihood,
  type ReferenceWeights,
} from '../../../src/core/model/referenceModel.ts'
import type { Weights } from '../../../src/core/model/weights.ts'
import { reserved, vocabularyOf } from '../../../src/core/text/vocabulary.ts'

const rows = ['the', '<unk>', 'pump', '<pad>', 'leaks', '<s>']
const special = { pad: '<pad>', unknown: '<unk>', begin: '<s>' }
const sizes = { words: 6, classes: 2, embedding: 3, hidden: 4, labelEmbedding: 2 }
const discriminative = modelSpecSchema.parse({
  family: 'discriminative',
  words: 6,
  classes: 2,
  embedding: 3,
  hidden: 4,
})
const generative = modelSpecSchema.parse({ family: 'generative', ...sizes, classBias: true })
const exact = (weights: Weights): ReferenceWeights =>
  new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))

describe('arrangeWords', () => {
  it('puts PAD, UNK, BOS and EOS first and keeps the order of the other words', () => {
    const { words, spec, weights } = arrangeWords(generative, initialWeights(generative, 1), rows, special)
    expect(words).toEqual(['the', 'pump', 'leaks'])
    expect(spec.words).toBe(7)
    expect(weights.get('embedding')!.shape).toEqual([7, 3])
    expect([...weights.get('embedding')!.data.subarray(reserved.end * 3, reserved.end * 3 + 3)]).toEqual([0, 0, 0])
  })

  it('leaves the logits of a discriminative model as they were', () => {
    const before = initialWeights(discriminative, 2)
    const after = arrangeWords(discriminative, before, rows, special)
    const { ids } = vocabularyOf(after.words)
    const logits = (spec: ModelSpec, weights: Weights, tokens: number[]) =>
      discriminativeLogits(spec as Extract<ModelSpec, { family: 'discriminative' }>, exact(weights), tokens)
    const ours = ['the', 'pump', 'leaks'].map((word) => ids.get(word)!)
    expect(logits(after.spec, after.weights, ours)).toEqual(logits(discriminative, before, [0, 2, 4]))
  })

  it('gives a word that the model never knew next to no probability', () => {
    const before = initialWeights(generative, 3)
    const { spec, weights } = arrangeWords(generative, before, rows, special)
    const of = (token: number): number =>
      Math.exp(
        generativeLogLikelihood(spec as Extract<ModelSpec, { family: 'generative' }>, exact(weights), [token], 0),
      )
    const all = Array.from({ length: 7 }, (_, token) => of(token))
    expect(all.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6)
    expect(all[reserved.end]).toBeLessThan(1e-12)
    expect(Math.min(...all.filter((_, token) => token !== reserved.end))).toBeGreaterThan(0.01)
  })

  it.each([
    ['another number of words', rows.slice(1), special, 'shape-mismatch'],
    ['a word twice', ['the', 'the', ...rows.slice(2)], {}, 'input-invalid'],
    ['a special word that is not there', rows, { end: '</s>' }, 'input-invalid'],
  ])('refuses %s', (_name, given, names, code) => {
    const act = () => arrangeWords(discriminative, initialWeights(discriminative, 1), given, names)
    expect(act).toThrowError(expect.objectContaining({ code }))
  })
})
