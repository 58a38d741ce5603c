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

/** Pixels around the middle of a sign: half of its height, where words beside it and behind it begin, and how far they may stand from there. */
const ofSign = { half: 4, beside: 9, behind: 14, away: 16 }

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
  const find = (start: number, wanted: number, reach: number, met: readonly (readonly Point[])[]) => {
    const ends = [x + side * start, x + side * (start + width)] as const
    const heights = { from: Math.max(within.from, wanted - reach), to: Math.min(within.to, wanted + reach) }
    const height = freeHeight(met, [Math.min(...ends), Math.max(...ends)], wanted, heights)
    return height === null ? null : { x: ends[0], y: height }
  }
  const own: readonly Point[] = [-ofSign.half, ofSign.half].map((aside) => [x, y + aside] as const)
  const behind = (reach: number) => find(-6, y + away * ofSign.behind, reach, [...lines, own])
  return behind(4) ?? find(ofSign.beside, y, 6, lines) ?? behind(ofSign.away)
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
