import type { Warning } from '../../../shared/units.ts'

/** Cells, and things of one kind in them, that a warning names; the others are counted. */
const named = { cells: 3, subjects: 6 }

interface Told {
  warning: Warning
  /** the cell that it was told of */
  where: string
}

/** One warning for each thing that was found, with the cells where it was; what was found in the same cells together is one. */
export function gatherWarnings(told: readonly Told[]): Warning[] {
  const found = [...Map.groupBy(told, ({ warning }) => JSON.stringify([warning.code, warning.subject])).values()].map(
    (group) => ({
      warning: group[0]!.warning,
      cells: [...new Set(group.map(({ where }) => where))],
    }),
  )
  const together = Map.groupBy(found, ({ warning, cells }) => JSON.stringify([warning.code, cells]))
  return [...together.values()].map((group) => {
    const { warning, cells } = group[0]!
    const others = group.slice(1).map((one) => one.warning.subject)
    const besides = others.length === 0 ? '' : ` The same of ${some(others, named.subjects, ', ')}.`
    const count = cells.length === 1 ? '1 cell' : `${cells.length} cells`
    return { ...warning, message: `${warning.message}${besides} In ${count}: ${some(cells, named.cells, '; ')}.` }
  })
}

function some(names: readonly string[], most: number, between: string): string {
  const more = names.length > most ? `${between}and ${names.length - most} more` : ''
  return `${names.slice(0, most).join(between)}${more}`
}
