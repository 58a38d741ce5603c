import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { recipeSchema, widthsOf, type Recipe } from '../../shared/contract/quantizationRules.ts'
import type { Bits } from '../../shared/units.ts'
import { canonicalJson } from '../run/canonicalJson.ts'
import { recipePresets, withWeightWidths, type RecipePreset } from './recipes.ts'

/**
 * The preset that gives a complete recipe, at the bits that a model of a family was quantized to; null where none does. A run keeps the
 * settings and no name: of two presets that are one there, such as `rewrite-2026` and `brevitas-like` for a model without label vectors, it
 * cannot be known which was meant.
 */
export function presetNameOf(recipe: Recipe, family: ModelSpec['family'], bits: Bits): string | null {
  const written = writtenOut(recipe, family, bits)
  const isSame = (preset: RecipePreset): boolean => writtenOut(presetAt(preset, family, bits), family, bits) === written
  return recipePresets.findLast(isSame)?.name ?? null
}

function presetAt({ settings, families, asWeights }: RecipePreset, family: ModelSpec['family'], bits: Bits): Recipe {
  return withWeightWidths(recipeSchema.parse({ ...settings, ...families[family] }), asWeights, family, bits.weights)
}

/** With the width of every site and array that the model has, so that two ways of writing the same widths are one text. */
function writtenOut(recipe: Recipe, family: ModelSpec['family'], bits: Bits): string {
  const { label, ...widths } = widthsOf(recipe, bits)
  const all = family === 'generative' ? { ...widths, label } : widths
  return canonicalJson({ ...recipe, singleWidth: 'all', widths: all })
}
