import { join } from 'node:path'
import { parseRow, type Row } from '../../core/dataset/rowsFile.ts'
import type { DatasetRecord, SplitRecord } from '../../shared/contract/datasetRecord.ts'
import type { SplitName } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { readLines } from './readLines.ts'

/**
 * The rows of one split, in order, in batches; no other split's file is opened. The file's hash is compared once the last batch has been
 * taken.
 *
 * @param folder the dataset's folder
 * @throws AppError `not-found` where the dataset has no such split, `store-damaged`
 */
export async function* readRows(
  folder: string,
  record: Pick<DatasetRecord, 'classes' | 'splits'>,
  split: SplitName,
): AsyncGenerator<Row[]> {
  const { file, sha256 } = splitOf(record, split)
  for await (const lines of readLines(join(folder, file), { gzip: true, sha256, name: file })) {
    yield lines.map((line) => parseRow(line, record.classes.length))
  }
}

/** @throws AppError `not-found` */
export function splitOf(record: Pick<DatasetRecord, 'splits'>, split: SplitName): SplitRecord {
  const found = record.splits.find((candidate) => candidate.split === split)
  if (found !== undefined) return found
  throw new AppError('not-found', `The dataset has no ${split} split.`, {
    expected: `one of ${record.splits.map((candidate) => candidate.split).join(', ')}`,
  })
}
