export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < values.length; k += 1) sum += values[k]!
  return sum
}

export function meanOf(values: ArrayLike<number>): number {
  return sumOf(values) / values.length
}

/** Sum of squared distances from the mean. */
export function squaresAbout(values: ArrayLike<number>, centre = meanOf(values)): number {
  let sum = 0
  for (let k = 0; k < values.length; k += 1) sum += (values[k]! - centre) ** 2
  return sum
}

/** Variance with n - 1. */
export function varianceOf(values: ArrayLike<number>): number {
  return squaresAbout(values) / (values.length - 1)
}

/** Whether no value differs from the first; differences of equal accuracies may differ in their last bits, which is not a spread. */
export function isConstant(values: ArrayLike<number>): boolean {
  let largest = 0
  let apart = 0
  for (let k = 0; k < values.length; k += 1) {
    largest = Math.max(largest, Math.abs(values[k]!))
    apart = Math.max(apart, Math.abs(values[k]! - values[0]!))
  }
  return apart <= 1e-12 * largest
}

export function medianOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Quantile of sorted values by linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996). */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const place = p * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!)
}
