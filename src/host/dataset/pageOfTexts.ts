import type { DatasetTexts, DatasetTextsInput } from '../../shared/contract/dataset.ts'
import { AppError } from '../../shared/errors.ts'
import { readRows, splitOf, type StoredDataset, type Work } from '../../store/datasets/index.ts'

const longestText = 4000
const mostLooked = 500_000

type Row = DatasetTexts['rows'][number]

/**
 * The texts of one page, in the split's order. Reading ends with the page, so that its cost grows with how far it lies and not with the
 * dataset; a search that finds little ends after half a million rows and says so.
 *
 * @throws AppError `not-found` where the dataset has no such split or class, `store-damaged`, `cancelled`
 */
export async function pageOfTexts(
  { record, folder }: StoredDataset,
  input: DatasetTextsInput,
  work: Work,
): Promise<DatasetTexts> {
  const { split, label, offset, limit } = input
  const { rows: splitRows, perClass } = splitOf(record, split)
  if (label !== undefined && label >= record.classes.length) throw noClass(record.classes.length)
  const search = input.search.toLowerCase()
  const rows: Row[] = []
  let looked = 0
  let matched = 0
  for await (const batch of readRows(folder, record, split)) {
    work.check()
    for (const row of batch) {
      looked += 1
      if (label !== undefined && row.label !== label) continue
      if (search !== '' && !row.text.toLowerCase().includes(search)) continue
      matched += 1
      if (matched > offset && rows.length < limit) rows.push(shown(row))
    }
    if (matched > offset + limit || looked >= mostLooked) break
  }
  const known = search === '' ? (label === undefined ? splitRows : (perClass[label] ?? 0)) : null
  const total = known ?? (looked === splitRows ? matched : null)
  return { rows, total, more: matched > offset + rows.length, looked }
}

function shown({ id, label, text }: { id: string; label: number; text: string }): Row {
  const cut = text.length > longestText
  return { id, label, text: cut ? text.slice(0, longestText).toWellFormed() : text, cut }
}

function noClass(classes: number): AppError {
  return new AppError('not-found', 'The dataset has no class of that number.', { expected: `0 to ${classes - 1}` })
}
