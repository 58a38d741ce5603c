import { modelSpecSchema, type ModelSpec } from '../../../src/shared/contract/modelRules.ts'
import { parametersOf } from '../../../src/core/model/parameters.ts'
import {
  discriminativeLogits,
  generativeLogLikelihood,
  type ReferenceWeights,
} from '../../../src/core/model/referenceModel.ts'
import type { FloatArray } from '../../../src/core/model/weights.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

const small = { words: 9, classes: 3, embedding: 2, hidden: 4 }

/** Every family and option, small enough for numeric gradients. */
export const smallSpecs: Readonly<Record<string, ModelSpec>> = {
  'discriminative, mean': modelSpecSchema.parse({ ...small, family: 'discriminative', pooling: 'mean', dropout: 0 }),
  'discriminative, last': modelSpecSchema.parse({ ...small, family: 'discriminative', pooling: 'last', dropout: 0 }),
  'generative, shared': modelSpecSchema.parse({ ...small, family: 'generative', labelEmbedding: 2 }),
  'generative, shared, class bias, predicted end': modelSpecSchema.parse({
    ...small,
    family: 'generative',
    labelEmbedding: 2,
    classBias: true,
    predictEnd: true,
  }),
  'generative, independent': modelSpecSchema.parse({ ...small, family: 'generative', head: 'independent' }),
}

/** Weights in [-0.8, 0.8), none of them zero, so that every parameter bears on every result. */
export function sampleWeights(spec: ModelSpec, seed = 1): Map<string, FloatArray> {
  return new Map(
    parametersOf(spec).map(({ name, shape }) => {
      const random = stream(seed, 'sample-weights', name)
      const length = shape.reduce((product, size) => product * size, 1)
      return [name, { shape, data: Float32Array.from({ length }, () => random.uniform() * 1.6 - 0.8) }]
    }),
  )
}

export function inFloat64(weights: ReadonlyMap<string, FloatArray>): Map<string, Float64Array> {
  return new Map([...weights].map(([name, { data }]) => [name, Float64Array.from(data)]))
}

/** Texts of different lengths, one of them empty. */
export const sampleTexts: readonly number[][] = [[4, 5, 6, 7, 8], [5, 5], [], [1, 8, 4], [6]]
export const sampleLabels: readonly number[] = [0, 1, 2, 1, 0]

/** The scores of one text by the float64 reference: logits, or log p(text | class). */
export function referenceScores(spec: ModelSpec, weights: ReferenceWeights, tokens: readonly number[]): number[] {
  if (spec.family === 'discriminative') return [...discriminativeLogits(spec, weights, tokens)]
  return Array.from({ length: spec.classes }, (_, y) => generativeLogLikelihood(spec, weights, tokens, y))
}
