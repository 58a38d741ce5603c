/**
 * Sliders over the classes: a share each in tenths of a per cent, whole numbers whose sum is always 1000. A locked share stays; the free ones
 * share what is left in proportion, rounded by largest remainders with ties to the first class, none above its limit.
 */
export interface Sliders {
  readonly tenths: readonly number[]
  readonly locked: readonly boolean[]
}

/** 100.0 % in tenths of a per cent. */
export const whole = 1000

/**
 * The largest share of each class at a size: what its available texts are of it, rounded down. A share up to it asks for no more texts than there
 * are, however it is rounded.
 */
export function limitsOf(available: readonly number[], size: number): number[] {
  return available.map((texts) => Math.min(whole, Math.floor((texts * whole) / size)))
}

/** What may still be given to the free classes. */
export function roomOf({ tenths, locked }: Sliders): number {
  return whole - sum(tenths.filter((_, index) => locked[index]))
}

/**
 * Moves one share as near to `wanted` as the limits and the locked shares allow; the other free ones follow in proportion. Unchanged where it is
 * locked, where it is the only free one, and where the limits leave no room.
 */
export function moveShare(sliders: Sliders, index: number, wanted: number, limits: readonly number[]): Sliders {
  const { least, most } = reachOf(sliders, index, limits)
  if (sliders.locked[index] !== false || least > most) return sliders
  const share = Math.min(most, Math.max(least, Math.round(wanted)))
  const others = freeOf(sliders).filter((other) => other !== index)
  const given = shareOut(pick(sliders.tenths, others), pick(limits, others), roomOf(sliders) - share)
  return given === null ? sliders : withShares(sliders, [index, ...others], [share, ...given])
}

/** Between what a share can be moved now; `least > most` where it cannot. */
export function reachOf(sliders: Sliders, index: number, limits: readonly number[]): { least: number; most: number } {
  const room = roomOf(sliders)
  const others = freeOf(sliders).filter((other) => other !== index)
  const taken = Math.min(room, sum(pick(limits, others)))
  return { least: room - taken, most: others.length === 0 ? room - taken : Math.min(limits[index] ?? 0, room) }
}

/** The free classes alike, as far as the limits let them. */
export function evenOut(sliders: Sliders, limits: readonly number[]): Sliders {
  const free = freeOf(sliders)
  const given = shareOut(
    free.map(() => 1),
    pick(limits, free),
    roomOf(sliders),
  )
  return given === null ? sliders : withShares(sliders, free, given)
}

/** The free classes brought below their limits; null where that cannot be: a locked class is above its own, or the free ones cannot take the rest. */
export function fit(sliders: Sliders, limits: readonly number[]): Sliders | null {
  const isOver = (index: number): boolean => (sliders.tenths[index] ?? 0) > (limits[index] ?? 0)
  if (sliders.locked.some((locked, index) => locked && isOver(index))) return null
  const free = freeOf(sliders)
  const given = shareOut(pick(sliders.tenths, free), pick(limits, free), roomOf(sliders))
  return given === null ? null : withShares(sliders, free, given)
}

/** Free sliders whose shares stand as `weights` do. */
export function slidersOf(weights: readonly number[], limits: readonly number[]): Sliders | null {
  const tenths = shareOut(weights, limits, whole)
  return tenths === null ? null : { tenths, locked: weights.map(() => false) }
}

export function turnLock({ tenths, locked }: Sliders, index: number): Sliders {
  return { tenths, locked: locked.map((one, at) => (at === index ? !one : one)) }
}

/**
 * Whole numbers that sum to `total` and stand as `weights` do, none above its limit; what a limit cuts off goes to the others in proportion.
 * Weights that are all 0 count as alike. Null where the limits do not hold the total.
 *
 * @param weights whole, from 0, each at most 2^53 / total
 */
export function shareOut(weights: readonly number[], limits: readonly number[], total: number): number[] | null {
  if (sum(limits) < total) return null
  const given = weights.map(() => 0)
  let open = [...weights.keys()]
  let left = total
  while (left > 0) {
    const weighed = open.filter((index) => weights[index]! > 0)
    const takers = weighed.length > 0 ? weighed : open
    const parts = takers.map((index) => (weighed.length > 0 ? weights[index]! : 1))
    const full = takers.filter((index, at) => left * parts[at]! > limits[index]! * sum(parts))
    if (full.length === 0) {
      largestRemainders(parts, left).forEach((share, at) => (given[takers[at]!] = share))
      return given
    }
    for (const index of full) given[index] = limits[index]!
    left -= sum(pick(limits, full))
    open = open.filter((index) => !full.includes(index))
  }
  return given
}

/** In whole numbers throughout, so that equal parts have equal remainders. */
function largestRemainders(parts: readonly number[], total: number): number[] {
  const all = sum(parts)
  const given = parts.map((part) => Math.floor((part * total) / all))
  const remainder = (index: number): number => (parts[index]! * total) % all
  const order = [...parts.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b)
  for (const index of order.slice(0, total - sum(given))) given[index]! += 1
  return given
}

function freeOf({ locked }: Sliders): number[] {
  return [...locked.keys()].filter((index) => !locked[index])
}

function withShares({ tenths, locked }: Sliders, indices: readonly number[], shares: readonly number[]): Sliders {
  const changed = [...tenths]
  indices.forEach((index, at) => (changed[index] = shares[at]!))
  return { tenths: changed, locked }
}

function pick(values: readonly number[], indices: readonly number[]): number[] {
  return indices.map((index) => values[index] ?? 0)
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
