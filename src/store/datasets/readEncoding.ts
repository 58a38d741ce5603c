import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readTokenFile, type EncodedTexts } from '../../core/dataset/tokenFile.ts'
import { encodingFingerprint } from '../../core/dataset/fingerprints.ts'
import { vocabularyFileSchema, vocabularyOf, type Vocabulary } from '../../core/text/vocabulary.ts'
import { encodingRecordSchema, type EncodingRecord } from '../../shared/contract/datasetRecord.ts'
import type { SplitName } from '../../shared/contract/datasetRules.ts'
import { encodingName, encodingsFolder, hexOf } from './datasetPaths.ts'
import { readJson } from './jsonFile.ts'
import { damagedFile } from './readLines.ts'
import { splitOf } from './readRows.ts'

const recordLimit_bytes = 1024 * 1024
const vocabularyLimit_bytes = 256 * 1024 * 1024

/** The encodings of a dataset, in the order of their fingerprints. */
export async function listEncodings(dataset: string): Promise<EncodingRecord[]> {
  const names = await readdir(encodingsFolder(dataset)).catch(() => [])
  const finished = names.filter((name) => /^[0-9a-f]{64}$/.test(name)).sort()
  return Promise.all(finished.map((name) => readEncodingRecord(join(encodingsFolder(dataset), name))))
}

/**
 * @param folder the encoding's folder
 * @throws AppError `store-damaged`
 */
export async function readEncodingRecord(folder: string): Promise<EncodingRecord> {
  const record = await readJson(join(folder, encodingName), encodingName, encodingRecordSchema, recordLimit_bytes)
  const { dataset, tokenizer, options, fingerprint } = record
  if (encodingFingerprint(dataset, tokenizer, options) === fingerprint && folder.endsWith(hexOf(fingerprint)))
    return record
  throw damagedFile(encodingName, 'a fingerprint of something else')
}

/** One split as word ids; the other splits' files stay closed. Errors: `not-found`, `store-damaged`. */
export async function readEncodedSplit(
  folder: string,
  record: EncodingRecord,
  split: SplitName,
): Promise<EncodedTexts> {
  const { file, sha256 } = encodedSplitOf(record, split)
  const bytes = await readFile(join(folder, file)).catch((thrown: unknown) => {
    throw damagedFile(file, (thrown as NodeJS.ErrnoException).code ?? 'unreadable', thrown)
  })
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw damagedFile(file, 'other content than was written')
  return readTokenFile(bytes)
}

/** Errors: `store-damaged`. */
export async function readVocabulary(folder: string, record: EncodingRecord): Promise<Vocabulary> {
  const { file, fingerprint } = record.vocabulary
  const { words } = await readJson(join(folder, file), file, vocabularyFileSchema, vocabularyLimit_bytes)
  const vocabulary = vocabularyOf(words)
  if (vocabulary.fingerprint !== fingerprint) throw damagedFile(file, 'other words than were written')
  return vocabulary
}

function encodedSplitOf(record: EncodingRecord, split: SplitName): EncodingRecord['splits'][number] {
  splitOf({ splits: record.splits.map((one) => ({ ...one, perClass: [] })) }, split)
  return record.splits.find((one) => one.split === split) as EncodingRecord['splits'][number]
}
