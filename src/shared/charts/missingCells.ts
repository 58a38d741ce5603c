import type { MissingCell, Results } from '../contract/results.ts'
import type { ErrorRecord } from '../errors.ts'
import { bitsValue, clean, noiseValue, shiftValue, valueWords } from './axes.ts'
import { counted } from './figures.ts'

export type CellPlace = Omit<MissingCell, 'number' | 'error'>

/** `disc, seed 1, ours, W4 A4 C4, balanced, draw 3, qwerty 0.05`; clean input goes without saying. */
export function cellWords({ model, seed, recipe, bits, composition, draw, noise, shift }: CellPlace): string {
  const changes = [noiseValue(noise), shiftValue(shift)].filter((value) => value !== clean)
  const parts = [
    model,
    seed === null ? null : valueWords('seed', String(seed)),
    recipe,
    bitsValue(bits),
    composition,
    draw === null ? null : valueWords('draw', String(draw)),
    ...changes,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

/** Cells that are missing for one reason. */
export interface MissingGroup<C extends CellPlace = CellPlace> {
  /** null: they were not run yet */
  error: ErrorRecord | null
  cells: C[]
}

/** Cells that failed alike together, in the order of the first of each; those that were not run are last. */
export function missingGroups<C extends CellPlace & Pick<MissingCell, 'error'>>(
  cells: readonly C[],
): MissingGroup<C>[] {
  const groups = Map.groupBy(cells, ({ error }) => JSON.stringify(error === null ? null : [error.code, error.message]))
  const found = [...groups.values()].map((group) => ({ error: (group[0] as C).error, cells: group }))
  return [...found.filter(({ error }) => error !== null), ...found.filter(({ error }) => error === null)]
}

/** The names of a group's cells: the first few, and how many more there are. */
export function namedCells(cells: readonly CellPlace[], most: number): string[] {
  const more = cells.length > most ? [`and ${cells.length - most} more`] : []
  return [...cells.slice(0, most).map(cellWords), ...more]
}

/** `Failed, 2 cells: There was not enough memory.`, `Not run, 3 cells.` */
export function groupWords({ error, cells }: MissingGroup): string {
  const count = counted(cells.length, 'cell')
  return error === null ? `Not run, ${count}.` : `Failed, ${count}: ${error.message}`
}

/** Said where the list of missing cells is not all of them; empty where it is. */
export function unlisted({ cells, missing }: Pick<Results, 'cells' | 'missing'>): string {
  const more = cells.total - cells.done - missing.length
  return more > 0 ? `And ${counted(more, 'more cell')} without a result.` : ''
}
