/**
 * In how many ways each sum arises from the values: `ways[s]` subsets of any size have the sum s. Counts beyond 2^53 are rounded, to a
 * relative error of 1e-16 a step; all terms are positive, so that tails keep their digits.
 *
 * @param values whole numbers from 0
 */
export function subsetSums(values: readonly number[]): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0)
  const ways = new Float64Array(total + 1)
  ways[0] = 1
  let largest = 0
  for (const value of values) {
    largest += value
    for (let sum = largest; sum >= value; sum -= 1) ways[sum]! += value === 0 ? ways[sum]! : ways[sum - value]!
  }
  return ways
}

/** The same for subsets of exactly `size` values. */
export function subsetSumsOfSize(values: readonly number[], size: number): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0)
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(total + 1))
  ways[0]![0] = 1
  values.forEach((value, taken) => {
    for (let count = Math.min(size, taken + 1); count >= 1; count -= 1) {
      const [from, to] = [ways[count - 1]!, ways[count]!]
      for (let sum = total; sum >= value; sum -= 1) to[sum]! += from[sum - value]!
    }
  })
  return ways[size]!
}

/** Shares of all ways whose sum is at most, and at least, `sum`. */
export function tailsAt(ways: Float64Array, sum: number): { below: number; above: number } {
  let [below, above, all] = [0, 0, 0]
  ways.forEach((count, s) => {
    all += count
    if (s <= sum) below += count
    if (s >= sum) above += count
  })
  return { below: below / all, above: above / all }
}
