import { textsIn, type PairedTable } from '../pairedTable.ts'

export interface McnemarEffect {
  /** Cohen's g with its sign: share of the first's among the texts that only one has right, less 1/2; -0.5 to 0.5 */
  g: number
  /** texts that only the first has right over those that only the second has; null where the second has none */
  odds: number | null
}

/**
 * Effect sizes of a McNemar table; null where no text is right with one classifier alone.
 *
 * @throws AppError `input-invalid`
 * @see J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 5
 */
export function mcnemarEffect(table: PairedTable): McnemarEffect | null {
  textsIn(table)
  const { firstOnly, secondOnly } = table
  if (firstOnly + secondOnly === 0) return null
  return {
    g: firstOnly / (firstOnly + secondOnly) - 0.5,
    odds: secondOnly === 0 ? null : firstOnly / secondOnly,
  }
}
