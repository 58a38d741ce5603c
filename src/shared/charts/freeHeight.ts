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

/** Pixels from the middle of a sign: half of its height; where words behind it begin, and the middle of their height; where words beside it begin. */
const ofSign = { half: 4, start: -6, behind: 14, beside: 9 }
/** Pixels by which words may stand elsewhere: behind the sign at first, beside it, and behind it where there is room nowhere else. */
const reach = { behind: 4, beside: 6, far: 16 }

export interface SignWords {
  /** the sign's middle */
  sign: Point
  width: number
  /** 1 where the words go to the right */
  side: 1 | -1
  /** 1 where behind the sign, seen from what it is about, is below it */
  away: 1 | -1
  /** heights that words may have */
  within: { from: number; to: number }
}

/**
 * Where the words of a sign begin, or end where they go to the left: behind the sign, beside it where lines leave no room there, and else
 * further behind it; null where there is no room at all. Further away they would seem to be about something else.
 */
export function wordsBySign(
  lines: readonly (readonly Point[])[],
  { sign: [x, y], width, side, away, within }: SignWords,
): { x: number; y: number } | null {
  const find = (start: number, wanted: number, by: number, met: readonly (readonly Point[])[]) => {
    const ends = [x + side * start, x + side * (start + width)] as const
    const heights = { from: Math.max(within.from, wanted - by), to: Math.min(within.to, wanted + by) }
    const height = freeHeight(met, [Math.min(...ends), Math.max(...ends)], wanted, heights)
    return height === null ? null : { x: ends[0], y: height }
  }
  const own: readonly Point[] = [-ofSign.half, ofSign.half].map((aside) => [x, y + aside] as const)
  const behind = (by: number) => find(ofSign.start, y + away * ofSign.behind, by, [...lines, own])
  return behind(reach.behind) ?? find(ofSign.beside, y, reach.beside, lines) ?? behind(reach.far)
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
