import type { MissingCell } from '../../../shared/contract/results.ts'
import type { MeasuredCell } from './measuredCell.ts'

/** Cells of either kind that are listed; a study may have a hundred thousand. */
const mostListed = 500

/** The cells without an evaluation: first some of those that failed, then some of those that were not run. */
export function missingCells(cells: readonly MeasuredCell[]): MissingCell[] {
  const missing = cells.filter(({ evaluation }) => evaluation === null)
  const failed = missing.filter(({ error }) => error !== null)
  const open = missing.filter(({ error }) => error === null)
  return [...failed.slice(0, mostListed), ...open.slice(0, mostListed)].map(({ number, cell, error }) => {
    const { model, seed, recipe, bits, composition, draw, noise, shift } = cell
    return { number, model, seed, recipe, bits, composition, draw, noise, shift, error }
  })
}
