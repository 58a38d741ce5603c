import { normalQuantileAt, studentQuantileAt } from '../distributions.ts'
import type { MeanError } from '../intervals/pairedMean.ts'
import { textsIn, type PairedTable } from '../pairedTable.ts'

/** Power at which a difference counts as detectable. */
export const power = 0.8

/**
 * Smallest difference of accuracy that the McNemar test finds with a power of 0.8 on so many texts with so many discordant ones; null
 * where no difference that these allow is found.
 *
 *     d sqrt(n) = z(1 - alpha / 2) sqrt(psi) + z(0.8) sqrt(psi - d^2),   psi the share of discordant texts
 *
 * @see R. Connor, Biometrics 43 (1987) 207-211
 */
export function detectableOfTexts(table: PairedTable, alpha: number): number | null {
  const n = textsIn(table)
  const psi = (table.firstOnly + table.secondOnly) / n
  if (!(psi > 0)) return null
  const [a, b] = [normalQuantileAt(1 - alpha / 2) * Math.sqrt(psi), normalQuantileAt(power)]
  const root = Math.sqrt(Math.max(0, b * b * (psi * (n + b * b) - a * a)))
  const d = (a * Math.sqrt(n) + root) / (n + b * b)
  return d <= psi ? d : null
}

/**
 * The same for a mean of differences, `(t(1 - alpha / 2) + t(0.8)) error`: the figure of the noncentral t distribution, or up to 2 % less
 * with twelve differences and 5 % with six.
 */
export function detectableOfMean({ error, df }: MeanError, alpha: number): number {
  return (studentQuantileAt(1 - alpha / 2, df) + studentQuantileAt(power, df)) * error
}
