import type { RecipePart, Results } from '../contract/results.ts'

/** `mine (preprint-2025, changed)`; the name alone where it says as much. */
export function recipeWords({ recipes }: Pick<Results, 'recipes'>, name: string): string {
  const part = recipes.find((one) => one.name === name)
  if (part === undefined) return name
  const beside = besides(part)
  return beside === '' ? name : `${name} (${beside})`
}

function besides({ name, preset, changed }: RecipePart): string {
  return [name === preset ? '' : preset, changed ? 'changed' : ''].filter((word) => word !== '').join(', ')
}
