import { apportion } from '../../shared/calibration/apportion.ts'
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
