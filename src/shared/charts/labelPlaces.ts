/** Pixels from the top left corner. */
export interface Spot {
  x: number
  y: number
}
export interface Area extends Spot {
  width: number
  height: number
}

export interface Labelled {
  /** what the label is of */
  at: Spot
  width: number
  height: number
}

export interface PlacedLabel {
  area: Area
  /** from the label towards its spot, where it stands so far away that a reader would look for it; null where it stands beside it */
  thread: { from: Spot; to: Spot } | null
}

interface Ground {
  /** what no label may lie on: marks and whiskers */
  taken: readonly Area[]
  /** what a label had better not lie on: lines */
  avoided: readonly Area[]
  /** what every label lies in */
  within: Area
}

/** Pixels from a spot to a label beside it, between the heights that are tried, and of the furthest of them. */
const beside = 8
const step = 6
const furthest = 60
/** Pixels from which on a thread leads to the label. */
const far = 15
/** Pixels that a thread stays off the mark. */
const offMark = 6
/** What lying on a line costs, in pixels of distance. */
const onLine = 20

/**
 * A place for each label, those that come first first: beside its spot, above or below, as near as may be, on no mark, whisker or label that has its
 * place; null where there is none within reach.
 */
export function labelPlaces(labels: readonly Labelled[], { taken, avoided, within }: Ground): (PlacedLabel | null)[] {
  const placed: PlacedLabel[] = []
  return labels.map((label) => {
    const found = candidates(label)
      .map((area) => ({
        area,
        cost: distance(label.at, area) + onLine * avoided.filter((one) => meet(one, area)).length,
      }))
      .sort((a, b) => a.cost - b.cost)
      .map(({ area }): PlacedLabel => ({ area, thread: threadOf(label.at, area) }))
      .find((one) => isInside(one.area, within) && !taken.some((other) => meet(other, one.area)) && fits(one, placed))
    if (found !== undefined) placed.push(found)
    return found ?? null
  })
}

/** On its right and its left, and over and under it, from near to far. */
function candidates({ at: { x, y }, width, height }: Labelled): Area[] {
  const heights = Array.from({ length: furthest / step + 1 }, (_, index) => index * step)
  return heights.flatMap((away) =>
    (away === 0 ? [0] : [away, -away]).flatMap((shift) => {
      const sides = [x + beside, x - beside - width, ...(away > height ? [x - width / 2] : [])]
      return sides.map((left) => ({ x: left, y: y + shift - height / 2, width, height }))
    }),
  )
}

/** Neither on another label nor on its thread, nor with a thread across one. */
function fits({ area, thread }: PlacedLabel, placed: readonly PlacedLabel[]): boolean {
  return placed.every(
    (other) =>
      !meet(other.area, area) &&
      (thread === null || !crosses(thread, other.area)) &&
      (other.thread === null || !crosses(other.thread, area)),
  )
}

function threadOf(spot: Spot, area: Area): PlacedLabel['thread'] {
  const to = nearest(spot, area)
  const length = Math.hypot(to.x - spot.x, to.y - spot.y)
  if (length < far) return null
  const off = offMark / length
  return { from: { x: spot.x + (to.x - spot.x) * off, y: spot.y + (to.y - spot.y) * off }, to }
}

function nearest({ x, y }: Spot, area: Area): Spot {
  const between = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high)
  return { x: between(x, area.x, area.x + area.width), y: between(y, area.y, area.y + area.height) }
}

function distance(spot: Spot, area: Area): number {
  const { x, y } = nearest(spot, area)
  return Math.hypot(x - spot.x, y - spot.y)
}

function isInside(area: Area, within: Area): boolean {
  return (
    area.x >= within.x &&
    area.y >= within.y &&
    area.x + area.width <= within.x + within.width &&
    area.y + area.height <= within.y + within.height
  )
}

/** Whether two areas have a part in common. */
export function meet(a: Area, b: Area): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Whether a thread comes into an area, by the shares of its length at which it passes the area's edges (Liang and Barsky's clipping). */
function crosses({ from, to }: { from: Spot; to: Spot }, area: Area): boolean {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const edges: [number, number][] = [
    [-dx, from.x - area.x],
    [dx, area.x + area.width - from.x],
    [-dy, from.y - area.y],
    [dy, area.y + area.height - from.y],
  ]
  let [enter, leave] = [0, 1]
  for (const [slope, room] of edges) {
    if (slope === 0 && room < 0) return false
    if (slope < 0) enter = Math.max(enter, room / slope)
    if (slope > 0) leave = Math.min(leave, room / slope)
  }
  return enter < leave
}
