import { ProfileCollector, RangeCollector } from '../../../core/calibration/profileCollector.ts'
import type { ActivationProfile } from '../../../core/calibration/activationProfile.ts'
import { parametersOf } from '../../../core/model/parameters.ts'
import type { Weights } from '../../../core/model/weights.ts'
import type { QuantizedModel } from '../../../core/quantization/quantizedModel.ts'
import { quantizeModel } from '../../../core/quantization/quantizeModel.ts'
import { findRecipe, presetRecipe } from '../../../core/quantization/recipes.ts'
import { stream } from '../../../core/random/randomStream.ts'
import { modelSpecSchema, type ModelSpec } from '../../../shared/contract/modelRules.ts'
import { completeBits, sites, type BitsInput, type Recipe } from '../../../shared/contract/quantizationRules.ts'

export const proofClasses = ['a', 'b', 'c'] as const

/** Sizes that fill no register of any machine to its end. */
const size = { words: 40, classes: proofClasses.length, embedding: 21, hidden: 35 }

const discriminative = modelSpecSchema.parse({ ...size, family: 'discriminative', pooling: 'mean', dropout: 0 })
const generative = modelSpecSchema.parse({ ...size, family: 'generative', labelEmbedding: 5 })

/** Texts of word ids, one without words. */
export const proofTexts: readonly number[][] = [7, 0, 1, 19, 33].map((length, text) => {
  const random = stream(text, 'proof-text')
  return Array.from({ length }, () => 4 + Math.floor(random.uniform() * (size.words - 4)))
})

/** Both families, static and dynamic scales, bytes and less; all operands of the matrix products are integers. */
export function proofModels(): QuantizedModel[] {
  const dynamic = { scale: 'dynamic', sharedInputHidden: false } as const
  return [
    proofModel(discriminative, 'ours', 8),
    proofModel(discriminative, 'ours', 3),
    proofModel(discriminative, 'brevitas-like', 4),
    proofModel(generative, 'ours', 4),
    proofModel(generative, 'ours', 8, dynamic),
  ]
}

function proofModel(spec: ModelSpec, preset: string, bits: BitsInput, more: Partial<Recipe> = {}): QuantizedModel {
  const recipe = { ...presetRecipe(findRecipe(preset), spec.family, bits), ...more }
  const prior = spec.family === 'generative' ? proofClasses.map((_, y) => -1 - y / 8) : null
  const weights = proofWeights(spec)
  return quantizeModel({ spec, weights, logPrior: prior }, proofProfile(), recipe, completeBits(bits, recipe)).model
}

function proofWeights(spec: ModelSpec): Weights {
  return new Map(
    parametersOf(spec).map(({ name, shape }) => {
      const random = stream(1, 'proof-weights', name)
      const length = shape.reduce((product, one) => product * one, 1)
      return [name, { shape, data: Float32Array.from({ length }, () => random.uniform() * 1.2 - 0.6) }]
    }),
  )
}

/** Every site has the same values, those of a sigmoid but for the sign: which range a site has does not matter here. */
function proofProfile(): ActivationProfile {
  const values = Float32Array.from({ length: 401 }, (_, k) => (k - 150) / 100)
  const ranges = new RangeCollector()
  for (const site of sites) ranges.add(site, values)
  const profile = new ProfileCollector(ranges.ranges(), 256)
  for (const site of sites) profile.add(site, values)
  return { bins: 256, texts: 1, steps: 10, parts: [profile.profile()] }
}
