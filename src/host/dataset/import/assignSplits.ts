import { drawSplit } from '../../../core/dataset/drawSplit.ts'
import type { DropList } from '../../../core/dataset/dropList.ts'
import { splitNames, type SplitName, type SplitRule } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import type { ResolvedImport } from './resolveImport.ts'
import { noSplit, type RowTable } from './rowTable.ts'

const [train, dev, test] = splitNames.map((_, index) => index) as [number, number, number]

/**
 * Takes the test split and then the dev split out of the train rows, by their rules.
 *
 * @param copies rows whose normalised text is the same, as lists
 * @throws AppError `input-invalid` where `last` takes all that there is
 */
export function assignSplits(table: RowTable, copies: readonly number[][], split: ResolvedImport['split']): void {
  const groups = representatives(table.length, copies)
  for (const [name, number] of [['test', test] as const, ['dev', dev] as const]) {
    for (const row of chooseRows(table, groups, split[name], split.seed, name)) table.split[row] = number
  }
}

function chooseRows(
  table: RowTable,
  groups: Int32Array,
  rule: SplitRule,
  seed: number,
  name: SplitName,
): Iterable<number> {
  if (rule.kind === 'none') return []
  const rows = [...table.split.keys()].filter((row) => table.split[row] === train)
  if (rule.kind === 'last') {
    if (rule.rows < rows.length) return rows.slice(-rule.rows)
    throw new AppError(
      'input-invalid',
      `The last ${rule.rows.toLocaleString('en')} rows cannot be the ${name} split.`,
      {
        expected: `fewer than the ${rows.length.toLocaleString('en')} train rows that there are`,
        hint: `Give the ${name} split fewer rows, or draw a share of train for it.`,
      },
    )
  }
  const label = (row: number): number => table.label[row] as number
  return drawSplit({ rows, label, group: (row) => groups[row] as number }, rule.share, seed, name)
}

/** For each row the first row with the same text. */
function representatives(rows: number, copies: readonly number[][]): Int32Array {
  const groups = Int32Array.from({ length: rows }, (_, row) => row)
  for (const copy of copies) for (const row of copy) groups[row] = copy[0] as number
  return groups
}

/** Takes out of train what occurs in dev or test, and out of dev what occurs in test. */
export function dropCopies(
  table: RowTable,
  copies: readonly number[][],
  drops: DropList,
  keyOf: (row: number) => string,
): void {
  for (const group of copies) {
    const splits = new Set(group.map((row) => table.split[row]))
    for (const row of group) {
      const own = table.split[row] as number
      const reason =
        own !== test && splits.has(test) ? 'also-in-test' : own === train && splits.has(dev) ? 'also-in-dev' : null
      if (reason === null) continue
      drops.add(reason, keyOf(row), table.row[row] as number)
      table.split[row] = noSplit
    }
  }
}
