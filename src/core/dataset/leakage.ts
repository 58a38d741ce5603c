import type { Overlap } from '../../shared/contract/datasetRecord.ts'
import { splitNames, type SplitName } from '../../shared/contract/datasetRules.ts'

/** One row for the search of copies: where it stands, its class, and the key of its text. */
export interface KeyedRows {
  length: number
  /** index into `splitNames` */
  split: (row: number) => number
  label: (row: number) => number
  first: (row: number) => number
  second: (row: number) => number
  id: (row: number) => string
}

const exampleLimit = 100

/** Rows with the same text, as lists of row numbers in rising order; texts that occur once are left out. */
export function groupCopies(rows: KeyedRows): number[][] {
  const seen = new Map<number, number | number[]>()
  for (let row = 0; row < rows.length; row += 1) {
    const key = rows.first(row)
    const before = seen.get(key)
    if (before === undefined) seen.set(key, row)
    else if (typeof before === 'number') seen.set(key, [before, row])
    else before.push(row)
  }
  const groups = [...seen.values()].filter((value) => typeof value !== 'number')
  return groups.flatMap((group) => bySecondKey(group, rows))
}

function bySecondKey(group: number[], rows: KeyedRows): number[][] {
  const parts = new Map<number, number[]>()
  for (const row of group) parts.set(rows.second(row), [...(parts.get(rows.second(row)) ?? []), row])
  return [...parts.values()].filter((part) => part.length > 1)
}

/** Copies within each split and from each split into an earlier one of train, dev, test. */
export function findOverlap(rows: KeyedRows, groups: readonly number[][], present: readonly SplitName[]): Overlap {
  const within = present.map((split) => withinSplit(split, rows, groups))
  const across = present.flatMap((split) =>
    present
      .filter((other) => splitNames.indexOf(other) < splitNames.indexOf(split))
      .map((other) => acrossSplits(split, other, rows, groups)),
  )
  return { within, across }
}

function withinSplit(split: SplitName, rows: KeyedRows, groups: readonly number[][]): Overlap['within'][number] {
  const number = splitNames.indexOf(split)
  let repeatedRows = 0
  let conflictingTexts = 0
  for (const group of groups) {
    const here = group.filter((row) => rows.split(row) === number)
    if (here.length > 1) repeatedRows += here.length - 1
    if (new Set(here.map(rows.label)).size > 1) conflictingTexts += 1
  }
  return { split, repeatedRows, conflictingTexts }
}

function acrossSplits(
  split: SplitName,
  alsoIn: SplitName,
  rows: KeyedRows,
  groups: readonly number[][],
): Overlap['across'][number] {
  const result: Overlap['across'][number] = { split, alsoIn, rows: 0, sameLabel: 0, otherLabel: 0, examples: [] }
  for (const group of groups) {
    const others = group.filter((row) => rows.split(row) === splitNames.indexOf(alsoIn))
    if (others.length === 0) continue
    for (const row of group.filter((candidate) => rows.split(candidate) === splitNames.indexOf(split))) {
      const same = others.find((other) => rows.label(other) === rows.label(row))
      result.rows += 1
      result[same === undefined ? 'otherLabel' : 'sameLabel'] += 1
      if (result.examples.length < exampleLimit) {
        const other = rows.id(same ?? (others[0] as number))
        result.examples.push({ row: rows.id(row), other, sameLabel: same !== undefined })
      }
    }
  }
  return result
}
