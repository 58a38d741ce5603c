import type { EncodedTexts } from '../../core/dataset/tokenFile.ts'
import { matchClasses } from '../../core/dataset/shift/matchClasses.ts'
import { encodeTokenFile } from '../../core/quantization/file/tokenFile.ts'
import type { QuantizedDescription } from '../../core/quantization/file/description.ts'
import { readRows, splitOf, type StoredDataset } from '../../store/datasets/index.ts'
import { encodeRows } from '../export/runtime/exampleTexts.ts'

/** Texts of a test split as a token file, with their labels. */
export interface BoardTexts {
  bytes: Uint8Array
  texts: number
}

/**
 * The test split as a model reads it, for the board program; whoever asks has written the opening of the split down.
 *
 * @param words  of the model's vocabulary
 * @param classes of the model
 */
export async function testTexts(
  { record, folder }: StoredDataset,
  description: QuantizedDescription,
  words: number,
  classes: number,
): Promise<BoardTexts> {
  const labels = matchClasses(description.classes, record.classes)
  const rows: { text: string; label: number }[] = []
  splitOf(record, 'test')
  for await (const batch of readRows(folder, record, 'test')) {
    for (const { text, label } of batch) rows.push({ text, label: labels[label]! })
  }
  const encoded: EncodedTexts = encodeRows(rows, description, record.tokenizer)
  const bytes = encodeTokenFile({ ...encoded, words, labels: { classes, ofTexts: encoded.labels } })
  return { bytes, texts: encoded.rows }
}
