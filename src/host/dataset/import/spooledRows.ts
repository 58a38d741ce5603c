import type { Row } from '../../../core/dataset/rowsFile.ts'
import { splitNames, type SplitName } from '../../../shared/contract/datasetRules.ts'
import { readLines, type Work } from '../../../store/datasets/index.ts'
import type { ReadSources } from './readSources.ts'

/** The rows that are left, with the texts from the spool, in the order of the files. */
export async function* spooledRows(
  { table, sources, spool }: ReadSources,
  work: Work,
): AsyncGenerator<(Row & { split: SplitName })[]> {
  let row = 0
  for await (const lines of readLines(spool, { gzip: false, sha256: null, name: 'spool.jsonl' })) {
    work.check()
    const batch: (Row & { split: SplitName })[] = []
    for (const line of lines) {
      const split = splitNames[table.split[row] as number]
      const id = `${sources[table.source[row] as number]?.key}:${table.row[row]}`
      if (split !== undefined)
        batch.push({ split, id, label: table.label[row] as number, text: JSON.parse(line) as string })
      row += 1
    }
    yield batch
  }
}
