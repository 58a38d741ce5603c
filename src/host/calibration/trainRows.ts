import { rowsHeldOut } from '../../core/calibration/heldOut.ts'
import { SplitKeys } from '../../core/dataset/splitKeys.ts'
import type { SplitName } from '../../shared/contract/datasetRules.ts'
import { readHeldOut, readRows, writeHeldOut, type StoredDataset } from '../../store/datasets/index.ts'
import { PackedTexts } from './packedTexts.ts'

/** What a draw has to know of a dataset's train split. */
export interface TrainRows {
  /** class of each row */
  labels: Uint16Array
  idOf: (row: number) => string
  /** rows whose text stands in dev or test too */
  heldOut: ReadonlySet<number>
}

/**
 * Reads the train split. The rows that stand in dev or test too are known since the dataset was made; of one that was made before they were
 * written down they are found now, which opens the test split.
 *
 * @param onTestOpening called before the test split is read
 */
export async function readTrainRows(dataset: StoredDataset, onTestOpening: () => void): Promise<TrainRows> {
  const known = await readHeldOut(dataset.folder, dataset.record)
  const ids = new PackedTexts()
  const labels: number[] = []
  const keys = new SplitKeys()
  await eachRow(dataset, 'train', (row) => {
    ids.add(row.id)
    labels.push(row.label)
    if (known === undefined) keys.add('train', row.text)
  })
  const heldOut = known === undefined ? await findHeldOut(dataset, keys, onTestOpening) : new Set(known)
  return { labels: Uint16Array.from(labels), idOf: (row) => ids.at(row), heldOut }
}

async function findHeldOut(dataset: StoredDataset, keys: SplitKeys, onTestOpening: () => void): Promise<Set<number>> {
  for (const { split } of dataset.record.splits) {
    if (split === 'train') continue
    if (split === 'test') onTestOpening()
    await eachRow(dataset, split, ({ text }) => keys.add(split, text))
  }
  const found = rowsHeldOut(keys.of('train'), keys.of('dev'), keys.of('test'))
  await writeHeldOut(dataset.folder, dataset.record, [...found])
  return found
}

async function eachRow(
  { folder, record }: StoredDataset,
  split: SplitName,
  see: (row: { id: string; label: number; text: string }) => void,
): Promise<void> {
  for await (const batch of readRows(folder, record, split)) batch.forEach(see)
}
