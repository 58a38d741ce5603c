import { describe, expect, it } from 'vitest'
import { effectiveBits } from '../../../src/core/quantization/effectiveBits.ts'
import { presetNameOf } from '../../../src/core/quantization/presetName.ts'
import { findRecipe, presetRecipe, recipePresets } from '../../../src/core/quantization/recipes.ts'
import { completeBits, recipeSchema, sites, widthsOf } from '../../../src/shared/contract/quantizationRules.ts'

const cases = recipePresets.flatMap((preset) => preset.widths.map((bits) => [preset.name, bits] as const))

describe('recipe presets', () => {
  it('are found by name, and a near name is hinted at', () => {
    expect(findRecipe('ours').name).toBe('ours')
    expect(() => findRecipe('brevitas')).toThrowError(expect.objectContaining({ code: 'not-found' }))
    expect(() => findRecipe('ort-dynamic')).toThrowError(
      expect.objectContaining({ hint: expect.stringContaining('ort-dynamic-like') }),
    )
  })

  it('have one sentence each, and say what differs from what they are named for', () => {
    for (const { name, summary, differences } of recipePresets) {
      expect(summary).toMatch(/^[A-Z].*[a-z0-9]\.$/)
      expect(differences.length > 0).toBe(name !== 'ours')
    }
  })

  it.each(cases)('%s at %j is a complete recipe in both families', (name, bits) => {
    for (const family of ['generative', 'discriminative'] as const) {
      const recipe = presetRecipe(findRecipe(name), family, bits)
      expect(recipeSchema.parse(recipe)).toEqual(recipe)
      const { label } = completeBits(bits, recipe)
      expect(effectiveBits(recipe, completeBits(bits, recipe)).label.startsWith(label)).toBe(true)
    }
  })

  it('keeps every activation inside the LSTM at eight bits in preprint-2025, and takes the percentile of the family', () => {
    const preset = findRecipe('preprint-2025')
    const bits = preset.widths.at(-1)!
    const [generative, discriminative] = (['generative', 'discriminative'] as const).map((family) =>
      presetRecipe(preset, family, bits),
    )
    const widths = widthsOf(generative!, completeBits(bits, generative!))
    expect(widths).toMatchObject({ 'lstm-x': 3, 'lstm-h': 3, head: 3, embedding: 3, label: 3, 'head-input': 3 })
    for (const site of sites.slice(0, 12)) expect(widths[site]).toBe(8)
    expect(generative!.activations.calibrator).toEqual({ name: 'percentile', q: 0.9999 })
    expect(discriminative!.activations.calibrator).toEqual({ name: 'percentile', q: 0.999 })
  })

  it('gives the arrays of labels a width in generative models alone, which have them', () => {
    const of = (family: 'generative' | 'discriminative'): unknown =>
      presetRecipe(findRecipe('rewrite-2026'), family, 4).widths
    expect([of('generative'), of('discriminative')]).toEqual([{ label: 4 }, {}])
  })

  it.each([8, 4] as const)(
    'keeps what ONNX Runtime leaves in float in float, even when asked for %i bits everywhere',
    (width) => {
      const recipe = presetRecipe(findRecipe('ort-dynamic-like'), 'generative', width)
      const widths = widthsOf(recipe, completeBits(width, recipe))
      const integer = Object.entries(widths).flatMap(([name, of]) => (of === 'float' ? [] : [name]))
      expect(integer).toEqual(['input', 'hidden', 'lstm-x', 'lstm-h'])
    },
  )
})

describe('effectiveBits', () => {
  it('says of a fixed width what the given bits would hide', () => {
    const recipe = presetRecipe(findRecipe('tflite-micro-like'), 'generative', 8)
    expect(completeBits(8, recipe).label).toBe('W8 A8 C8')
    expect(effectiveBits(recipe, completeBits(8, recipe)).label).toBe(
      'W8 input8 hidden8 gates16 sigmoid16 tanh16 head8 C16',
    )
  })

  it('names each site and array that is not as its group', () => {
    const recipe = recipeSchema.parse({ widths: { 'gate-f': 16, embedding: 'float', 'head-output': 8, label: 4 } })
    const bits = effectiveBits(recipe, completeBits(4, recipe))
    expect(bits.label).toBe('W4 A4 C4 gate-f16 head-output8 embeddingfloat label4')
    expect(bits.gates).toBe(4)
  })

  it('leaves bits alone that a recipe does not touch', () => {
    const recipe = recipeSchema.parse({})
    const bits = completeBits({ weights: 4, cell: 16 }, recipe)
    expect(effectiveBits(recipe, bits)).toEqual(bits)
  })
})

describe('the name of a recipe', () => {
  it.each(recipePresets.map(({ name }) => name))('is found again in its settings: %s', (name) => {
    for (const family of ['discriminative', 'generative'] as const) {
      for (const given of findRecipe(name).widths) {
        const recipe = presetRecipe(findRecipe(name), family, given)
        const bits = completeBits(given, recipe)
        const found = [recipe, { ...recipe, singleWidth: 'all' as const, widths: widthsOf(recipe, bits) }].map((one) =>
          presetNameOf(one, family, bits),
        )
        // Without label vectors these two are one recipe.
        const expected = name === 'rewrite-2026' && family === 'discriminative' ? 'brevitas-like' : name
        expect(found).toEqual([expected, expected])
      }
    }
  })

  it.each([
    ['preprint-2025', { widths: { embedding: 4, label: 4 } }],
    ['preprint-2025', { widths: { embedding: 4 } }],
    [null, { widths: { embedding: 8 } }],
    [null, { rounding: 'reciprocal' }],
  ] as const)('is %s of a discriminative model with %j', (name, change) => {
    const recipe = presetRecipe(findRecipe('preprint-2025'), 'discriminative', 4)
    expect(presetNameOf({ ...recipe, ...change }, 'discriminative', completeBits(4, recipe))).toBe(name)
  })
})
