import { describe, expect, it } from 'vitest'
import type { ActivationProfile, SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import type { Weights } from '../../../src/core/model/weights.ts'
import { beforeAndAfter } from '../../../src/core/quantization/beforeAndAfter.ts'
import { presetRecipe, recipePresets } from '../../../src/core/quantization/recipes.ts'
import { modelSpecSchema } from '../../../src/shared/contract/modelRules.ts'
import { completeBits, sites } from '../../../src/shared/contract/quantizationRules.ts'

const spec = modelSpecSchema.parse({ family: 'discriminative', embedding: 2, hidden: 1, words: 5, classes: 2 })
const array = (shape: number[], data: number[]) => ({ shape, data: Float32Array.from(data) })
const weights: Weights = new Map([
  ['embedding', array([5, 2], [0, 0, 1, -1, 0.5, -0.5, 0.25, 0.75, -0.25, 1])],
  ['lstm.kernel', array([3, 4], [1, 0.4, 0.6, -1, -0.5, 0.2, 0.1, 0.3, 0.7, -0.7, 0.9, 0.8])],
  ['lstm.bias', array([4], [0, 1, 0, 0])],
  ['head.kernel', array([2, 1], [1, -0.3])],
  ['head.bias', array([2], [0, 0])],
])

/** Four values, one in the middle of each quarter of [-1, 1]. */
const seen: SiteProfile = {
  ...{ count: 4, min: -1, max: 1, mean: 0, deviation: 0.56 },
  histogram: Uint32Array.of(1, 1, 1, 1),
}
const profile: ActivationProfile = {
  ...{ bins: 4, texts: 1, steps: 1 },
  parts: [Object.fromEntries(sites.map((site) => [site, seen]))],
}
const recipeOf = (name: string, bits: 2 | 8) =>
  presetRecipe(
    recipePresets.find((preset) => preset.name === name)!,
    'discriminative',
    bits,
  )
const at = (bits: 2 | 8) => {
  const recipe = recipeOf('ours', bits)
  return beforeAndAfter({ spec, weights }, profile, recipe, completeBits(bits, recipe))
}
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
const taken = (counts: readonly number[]) => counts.filter((count) => count > 0).length

describe('beforeAndAfter', () => {
  it('has every weight before and after, in the same bins', () => {
    const { weights: found } = at(8)
    expect(found.map(({ name, before, after }) => [name, sum(before), sum(after)])).toEqual([
      ['embedding', 10, 10],
      ['lstm-x', 8, 8],
      ['lstm-h', 4, 4],
      ['head', 2, 2],
    ])
  })

  it('leaves of an array at two bits what the integers stand for: -s, 0 and s of each row', () => {
    // Rows of one weight each: s is its magnitude, so that nothing moves.
    const one = at(2).weights.find(({ name }) => name === 'lstm-h')!
    expect(one.after).toEqual(one.before)
    // The embedding on one grid of the input's range: three values at most, of the eight that there were.
    const embedding = at(2).weights.find(({ name }) => name === 'embedding')!
    expect(taken(embedding.before)).toBe(8)
    expect(taken(embedding.after)).toBeLessThanOrEqual(4)
  })

  it('puts what a site had through its quantizer', () => {
    const hidden = (bits: 2 | 8) => at(bits).activations.find(({ name }) => name === 'hidden')!
    // In 64 bins over [-1, 1]: -0.75, -0.25, 0.25 and 0.75 begin bins 8, 24, 40 and 56.
    expect(hidden(8).before.flatMap((count, bin) => (count > 0 ? [bin] : []))).toEqual([8, 24, 40, 56])
    expect([taken(hidden(8).after), taken(hidden(2).after)]).toEqual([4, expect.toSatisfy((n: number) => n < 4)])
    expect(sum(hidden(2).after)).toBe(4)
  })

  it('has no activations where no calibration made a grid', () => {
    const recipe = recipeOf('ort-dynamic-like', 8)
    const found = beforeAndAfter({ spec, weights }, null, recipe, completeBits(8, recipe))
    expect(found.activations).toEqual([])
    expect(found.weights.length).toBeGreaterThan(0)
  })
})
