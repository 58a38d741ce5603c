import { assertFinite } from '../units.ts'

/**
 * Wasserstein-1 distance between two sets of values, in their own unit: the area between their distribution functions. Null where a set
 * is empty.
 *
 * @throws AppError `non-finite-value`
 * @see S. Vallender, Theory Probab. Appl. 18 (1974) 784-786
 */
export function wasserstein(first: ArrayLike<number>, second: ArrayLike<number>): number | null {
  assertFinite(first)
  assertFinite(second)
  if (first.length === 0 || second.length === 0) return null
  const [a, b] = [Float64Array.from(first).sort(), Float64Array.from(second).sort()]
  let [i, j, area] = [0, 0, 0]
  let from = Math.min(a[0]!, b[0]!)
  while (i < a.length || j < b.length) {
    const to = Math.min(a[i] ?? Infinity, b[j] ?? Infinity)
    area += (to - from) * Math.abs(i / a.length - j / b.length)
    while (i < a.length && a[i] === to) i += 1
    while (j < b.length && b[j] === to) j += 1
    from = to
  }
  return area
}
