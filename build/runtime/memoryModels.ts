import type { ActivationProfile, PartProfile, SiteProfile } from '../../src/core/calibration/activationProfile.ts'
import { initialWeights } from '../../src/core/model/initialWeights.ts'
import { quantizeModel } from '../../src/core/quantization/quantizeModel.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'
import { findRecipe, presetRecipe } from '../../src/core/quantization/recipes.ts'
import { stream } from '../../src/core/random/randomStream.ts'
import { modelSpecSchema, type ModelSpec } from '../../src/shared/contract/modelRules.ts'
import { completeBits, sites, type Site } from '../../src/shared/contract/quantizationRules.ts'

/** Of the model that the memory targets are about. */
export const sizes = { words: 10_000, embedding: 100, hidden: 100, classes: 4 } as const

/** An untrained model: what memory it needs depends on its sizes and widths alone. */
export function untrainedModel(family: ModelSpec['family'], width: 4 | 8): QuantizedModel {
  const own = family === 'generative' ? { head: 'shared', labelEmbedding: 100, classBias: true } : {}
  const spec = modelSpecSchema.parse({ family, ...sizes, ...own })
  const recipe = presetRecipe(findRecipe('ours'), family, width)
  const logPrior = family === 'generative' ? new Array<number>(sizes.classes).fill(Math.log(1 / sizes.classes)) : null
  const profile: ActivationProfile = { bins: 256, texts: 1, steps: 256, parts: [profileOfAll()] }
  return quantizeModel(
    { spec, weights: initialWeights(spec, 1), logPrior },
    profile,
    recipe,
    completeBits(width, recipe),
  ).model
}

/** Values that are spread evenly. */
function profileOfAll(): PartProfile {
  return Object.fromEntries(sites.map((site) => [site, evenly(reach[site] ?? 1)]))
}

const reach: Partial<Record<Site, number>> = { input: 0.1, cell: 2 }

function evenly(most: number): SiteProfile {
  const histogram = new Uint32Array(256).fill(1)
  return { count: 256, min: -most, max: most, mean: 0, deviation: most / Math.sqrt(3), histogram }
}

/** Texts of so many words each, ids drawn from all that are no reserved ones. */
export function drawnTexts(count: number, words: number): { offsets: Uint32Array; tokens: Uint32Array } {
  const random = stream(1, 'texts of the memory measurement')
  return {
    offsets: Uint32Array.from({ length: count + 1 }, (_, k) => k * words),
    tokens: Uint32Array.from({ length: count * words }, () => 4 + random.below(sizes.words - 4)),
  }
}
