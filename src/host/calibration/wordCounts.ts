import { createTokenizer } from '../../core/text/tokenize.ts'
import { readRows, type StoredDataset } from '../../store/datasets/index.ts'

const most = 0xffff

/** Words of each row of the train split by the dataset's tokenizer, before any is cut off; 65535 stands for more. */
export async function readWordCounts({ folder, record }: StoredDataset): Promise<Uint16Array> {
  const tokenize = createTokenizer(record.tokenizer)
  const counts: number[] = []
  for await (const batch of readRows(folder, record, 'train')) {
    for (const { text } of batch) counts.push(Math.min(most, tokenize(text).length))
    // A long split is not read in one breath: the host answers others in between.
    await new Promise(setImmediate)
  }
  return Uint16Array.from(counts)
}
