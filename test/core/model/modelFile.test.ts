import { describe, expect, it } from 'vitest'
import { initialWeights } from '../../../src/core/model/initialWeights.ts'
import { decodeModel, encodeModel, type ModelDescription } from '../../../src/core/model/modelFile.ts'
import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'
import { decodeSafetensors, encodeSafetensors } from '../../../src/core/model/safetensors.ts'
import { weightsFingerprint } from '../../../src/core/model/weights.ts'
import { vocabularyOf, toVocabularyFile } from '../../../src/core/text/vocabulary.ts'

const words = ['pump', 'valve', 'leak']
const spec = modelSpecSchema.parse({
  family: 'generative',
  words: 7,
  classes: 2,
  embedding: 2,
  hidden: 2,
  labelEmbedding: 2,
})
const description: ModelDescription = {
  kind: 'model',
  version: 1,
  spec,
  gateOrder: 'i,f,g,o',
  classes: ['normal', '<img onerror=alert(1)>'],
  logPrior: [Math.log(0.5), Math.log(0.5)],
  vocabulary: { fingerprint: vocabularyOf(words).fingerprint, file: toVocabularyFile(words) },
  tokenizer: null,
  maxLength: 40,
  training: null,
}
const weights = initialWeights(spec, 7)

describe('a model file', () => {
  it('gives back description and weights', () => {
    const back = decodeModel(encodeModel(description, weights))
    expect(back.description).toEqual(description)
    expect(weightsFingerprint(back.weights)).toBe(weightsFingerprint(weights))
  })

  it('is a safetensors file that others can read', () => {
    expect([...decodeSafetensors(encodeModel(description, weights)).tensors.keys()]).toEqual([...weights.keys()])
  })

  const change = (part: object): ModelDescription => ({ ...description, ...part })
  const wrong: [string, ModelDescription][] = [
    ['a later version', change({ version: 2 })],
    ['another gate order', change({ gateOrder: 'i,g,f,o' })],
    ['a key that this version does not know', change({ more: 1 })],
    ['class names for another number of classes', change({ classes: ['a', 'b', 'c'] })],
    ['a prior for another number of classes', change({ logPrior: [0] })],
    ['no prior', change({ logPrior: null })],
    [
      'a vocabulary of another size',
      change({ vocabulary: { ...description.vocabulary, file: toVocabularyFile(['one']) } }),
    ],
    ['weights of another shape', change({ spec: { ...spec, hidden: 3 } })],
    ['weights of another family', change({ spec: { ...spec, head: 'independent' } })],
  ]
  it.each(wrong)('is refused: %s', (_name, described) => {
    const bytes = encodeSafetensors(weights, { bitgauge: JSON.stringify(described) })
    expect(() => decodeModel(bytes)).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/^(input-invalid|shape-mismatch)$/) }),
    )
  })

  it('is refused without a description, and says what to do', () => {
    expect(() => decodeModel(encodeSafetensors(weights))).toThrowError(
      expect.objectContaining({ code: 'input-invalid', hint: expect.stringContaining('PyTorch') }),
    )
  })
})

describe('initialWeights', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(weightsFingerprint(initialWeights(spec, 7))).toBe(weightsFingerprint(weights))
    expect(weightsFingerprint(initialWeights(spec, 8))).not.toBe(weightsFingerprint(weights))
  })

  it('stay within their limits, with a bias of one for the forget gate alone', () => {
    expect([...weights.get('lstm.bias')!.data]).toEqual([0, 0, 1, 1, 0, 0, 0, 0])
    expect(weights.get('embedding')!.data.every((value) => Math.abs(value) <= 0.1)).toBe(true)
    const kernel = weights.get('lstm.kernel')!.data
    expect(kernel.every((value) => Math.abs(value) <= 1 / Math.SQRT2 + 1e-7)).toBe(true)
    expect(new Set(kernel).size).toBe(kernel.length)
  })
})
