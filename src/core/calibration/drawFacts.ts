/** What some draws of one dataset have in common. */
export interface DrawFacts {
  /** rows that stand in at least one draw */
  distinct: number
  /** mean over pairs of draws: the share of a draw's rows that the other has too; null of one draw */
  common: number | null
  /** how many of the draws each row stands in */
  times: ReadonlyMap<number, number>
}

/**
 * The share in common follows from how often each row is drawn: a row in t draws is common to t (t - 1) / 2 pairs.
 *
 * @param draws rows of each draw, each once; draws of one size
 */
export function drawFacts(draws: readonly (readonly number[])[]): DrawFacts {
  const times = new Map<number, number>()
  for (const rows of draws) for (const row of rows) times.set(row, (times.get(row) ?? 0) + 1)
  const pairs = (draws.length * (draws.length - 1)) / 2
  const shared = [...times.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0)
  const size = draws[0]?.length ?? 0
  return { distinct: times.size, common: pairs === 0 || size === 0 ? null : shared / pairs / size, times }
}
