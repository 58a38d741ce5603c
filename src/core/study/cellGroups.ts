import type { StudyCell } from './expandStudy.ts'

/** Neighbouring cells of one model, seed and recipe. */
export interface NeighbouringCells extends Pick<StudyCell, 'model' | 'seed' | 'recipe'> {
  /** number of the first of them */
  first: number
  count: number
}

/** Runs of cells that have model, seed and recipe alike; a study's order puts those beside one another. */
export function cellGroups(cells: readonly Pick<StudyCell, 'model' | 'seed' | 'recipe'>[]): NeighbouringCells[] {
  const groups: NeighbouringCells[] = []
  cells.forEach(({ model, seed, recipe }, number) => {
    const last = groups.at(-1)
    if (last?.model === model && last.seed === seed && last.recipe === recipe) last.count += 1
    else groups.push({ model, seed, recipe, first: number, count: 1 })
  })
  return groups
}
