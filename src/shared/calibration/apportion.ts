/** Whole numbers that sum to `total` and stand nearly as `sizes` do: the method of largest remainders, ties to the first. */
export function apportion(sizes: readonly number[], total: number): number[] {
  const sum = sizes.reduce((a, b) => a + b, 0)
  const exact = sizes.map((size) => (size * total) / sum)
  const given = exact.map(Math.floor)
  const order = [...sizes.keys()].sort((a, b) => remainder(exact, b) - remainder(exact, a) || a - b)
  const left = total - given.reduce((a, b) => a + b, 0)
  for (const index of order.slice(0, left)) given[index] = (given[index] as number) + 1
  return lendToEmpty(given, sizes)
}

function remainder(exact: readonly number[], index: number): number {
  return (exact[index] as number) - Math.floor(exact[index] as number)
}

/** A class that has rows and got none takes one from the class that got most, where that keeps more than one. */
function lendToEmpty(given: number[], sizes: readonly number[]): number[] {
  for (const [index, size] of sizes.entries()) {
    if (size === 0 || given[index] !== 0) continue
    const richest = given.indexOf(Math.max(...given))
    if ((given[richest] as number) < 2) break
    given[richest] = (given[richest] as number) - 1
    given[index] = 1
  }
  return given
}
