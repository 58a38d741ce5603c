import type { RecipePart } from '../../shared/contract/results.ts'
import { canonicalJson } from '../run/canonicalJson.ts'
import { resolveRecipe, type ResolvedRecipe, type ResolvedStudy } from './resolveStudy.ts'

/** What the study's names for its recipes stand for, in its order: a run keeps the settings, and the name of none. */
export function recipeParts({ recipes }: Pick<ResolvedStudy, 'recipes'>): RecipePart[] {
  return Object.entries(recipes).map(([name, recipe]) => {
    const { preset } = recipe
    return { name, preset, changed: settingsOf(recipe) !== settingsOf(resolveRecipe(preset)) }
  })
}

function settingsOf({ families, asWeights }: ResolvedRecipe): string {
  return canonicalJson({ families, asWeights: [...asWeights] })
}
