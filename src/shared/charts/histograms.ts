/** A histogram of equal bins as the outline of its density. */

export interface Bins {
  min: number
  max: number
  counts: readonly number[]
}

/** Share of all counts for each unit of x, a value a bin; zeros where nothing was counted. */
export function densities({ min, max, counts }: Bins): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const width = (max - min || 1) / counts.length
  return counts.map((count) => (total === 0 ? 0 : count / total / width))
}

/** Corners of the steps, from the foot at the left to the foot at the right. */
export function stepOutline(bins: Bins): [number, number][] {
  const heights = densities(bins)
  const width = (bins.max - bins.min || 1) / heights.length
  const start = bins.max > bins.min ? bins.min : bins.min - 0.5
  const corners = heights.flatMap((height, index): [number, number][] => [
    [start + index * width, height],
    [start + (index + 1) * width, height],
  ])
  return [[start, 0], ...corners, [start + heights.length * width, 0]]
}

/** Fewer bins, at most about `limit`, by putting neighbours together where that leaves the bins equal: a small plot shows no more. */
export function coarser(counts: readonly number[], limit: number): number[] {
  const least = Math.ceil(counts.length / limit)
  const group = Array.from({ length: least }, (_, more) => least + more).find((size) => counts.length % size === 0) ?? 1
  return Array.from({ length: counts.length / group }, (_, bin) =>
    counts.slice(bin * group, (bin + 1) * group).reduce((sum, count) => sum + count, 0),
  )
}
