import { findRecipe, presetRecipe } from '../../core/quantization/recipes.ts'
import { presetOf, recipeFor, resolveRecipe } from '../../core/study/resolveStudy.ts'
import type { ModelFamily } from '../../shared/contract/model.ts'
import type { RecipeInput } from '../../shared/contract/quantizationInput.ts'
import { completeBits, type BitsInput, type Recipe } from '../../shared/contract/quantizationRules.ts'
import { studyRecipeSchema } from '../../shared/contract/studyRules.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Bits } from '../../shared/units.ts'

/**
 * The complete recipe and the eight widths that an input stands for, for a family of models.
 *
 * @throws AppError `not-found` for a name that no recipe has, `input-invalid` for settings that a recipe does not have
 */
export function resolveRecipeInput(
  input: RecipeInput,
  family: ModelFamily,
  given: BitsInput,
): { recipe: Recipe; bits: Bits } {
  const preset = findRecipe(presetOf(input))
  if (typeof input === 'string') {
    const recipe = presetRecipe(preset, family, given)
    return { recipe, bits: completeBits(given, recipe) }
  }
  assertSettings(input)
  const resolved = resolveRecipe(input)
  const bits = completeBits(given, resolved.families[family])
  return { recipe: recipeFor(resolved, family, bits), bits }
}

function assertSettings(input: unknown): void {
  const parsed = studyRecipeSchema.safeParse(input)
  if (parsed.success) return
  const issue = deepest(parsed.error.issues)
  throw new AppError('input-invalid', 'The recipe has a setting that no recipe has.', {
    expected: issue?.message,
    found: issue?.path.map(String).join('.'),
    hint: nextStep('show-recipe'),
  })
}

interface Issue {
  path: PropertyKey[]
  message: string
  errors?: Issue[][]
}

/** Of a union's branches the one that came furthest says what was meant. */
function deepest(issues: readonly unknown[]): Issue | undefined {
  const flat = (all: readonly unknown[], at: readonly PropertyKey[]): Issue[] =>
    (all as Issue[]).flatMap(({ path, message, errors = [] }) => {
      const whole = [...at, ...path]
      return [{ path: whole, message }, ...errors.flatMap((branch) => flat(branch, whole))]
    })
  return flat(issues, []).sort((a, b) => b.path.length - a.path.length)[0]
}
