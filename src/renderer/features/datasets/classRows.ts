import type { DatasetRecord } from '../../../shared/contract/datasetRecord.ts'
import type { SplitName } from '../../../shared/contract/datasetRules.ts'

export interface ClassRow {
  name: string
  counts: Partial<Record<SplitName, number>>
  /** of its split; 0 to 1 */
  shares: Partial<Record<SplitName, number>>
}

/** The classes in the dataset's order, with their texts and shares in each split that there is. */
export function classRows({ classes, splits }: Pick<DatasetRecord, 'classes' | 'splits'>): ClassRow[] {
  return classes.map((name, label) => {
    const row: ClassRow = { name, counts: {}, shares: {} }
    for (const { split, rows, perClass } of splits) {
      const count = perClass[label] ?? 0
      row.counts[split] = count
      row.shares[split] = rows === 0 ? 0 : count / rows
    }
    return row
  })
}
