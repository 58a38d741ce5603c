import type { Subset } from '../../shared/contract/datasetRules.ts'
import { stream } from '../random/randomStream.ts'

/**
 * The rows of a subset, in file order: all, the first N, or a seeded draw of N that keeps the classes' shares (largest remainders, ties to
 * the lower class; a class with rows gets at least one where N allows). Asking for more rows than there are gives all.
 *
 * A draw of more rows holds every row of a smaller draw of the same seed up to rounding: each class is shuffled once and cut.
 */
export function selectRows(labels: ArrayLike<number>, subset: Subset): Uint32Array {
  const rows = subset.kind === 'all' ? labels.length : Math.min(subset.rows, labels.length)
  if (subset.kind !== 'stratified' || rows === labels.length) return Uint32Array.from({ length: rows }, (_, row) => row)
  const byClass = rowsByClass(labels)
  const shares = apportion(
    byClass.map((members) => members.length),
    rows,
  )
  const chosen = byClass.flatMap((members, label) =>
    stream(subset.seed, 'subset', label).shuffle(members).slice(0, shares[label]),
  )
  return Uint32Array.from(chosen).sort()
}

function rowsByClass(labels: ArrayLike<number>): number[][] {
  const byClass: number[][] = []
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row] as number
    while (byClass.length <= label) byClass.push([])
    byClass[label]?.push(row)
  }
  return byClass
}

/** Whole numbers that sum to `total` and stand nearly as `sizes` do: the method of largest remainders. */
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
