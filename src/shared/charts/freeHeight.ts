type Point = readonly [x: number, y: number]

/** Pixels above and below the middle of a line of small words that stay free, and by which other heights are tried. */
const half = 9
const step = 4

/**
 * The height nearest to the wanted one at which words from one place across to another meet no line; null where there is none.
 *
 * @param lines each by its points from left to right, in pixels; of one point, the mark alone
 * @param within heights that words may have
 */
export function freeHeight(
  lines: readonly (readonly Point[])[],
  [left, right]: readonly [number, number],
  wanted: number,
  within: { from: number; to: number },
): number | null {
  const covered = lines.flatMap((line) =>
    line.flatMap((end, at) => coveredBy(line[Math.max(0, at - 1)] as Point, end, left, right) ?? []),
  )
  const isFree = (y: number) => covered.every(({ low, high }) => y + half < low || y - half > high)
  const most = Math.max(within.to - wanted, wanted - within.from, 0)
  for (let away = 0; away <= most; away += step)
    for (const y of [wanted + away, wanted - away]) if (y >= within.from && y <= within.to && isFree(y)) return y
  return null
}

/** Heights that a straight line takes between two places across; null where it does not come there. */
function coveredBy(
  [x1, y1]: Point,
  [x2, y2]: Point,
  left: number,
  right: number,
): { low: number; high: number } | null {
  const [from, to] = [Math.max(x1, left), Math.min(x2, right)]
  if (from > to) return null
  const at = (x: number) => (x2 === x1 ? y1 : y1 + ((y2 - y1) * (x - x1)) / (x2 - x1))
  const ends = [at(from), at(to), ...(x1 === x2 ? [y2] : [])]
  return { low: Math.min(...ends), high: Math.max(...ends) }
}
