import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { EncodedTextsBuilder } from '../../core/dataset/encodedTextsBuilder.ts'
import { encodingFingerprint } from '../../core/dataset/fingerprints.ts'
import { selectRows } from '../../core/dataset/selectRows.ts'
import { writeTokenFile } from '../../core/dataset/tokenFile.ts'
import { createTokenizer, type Tokenize } from '../../core/text/tokenize.ts'
import {
  buildVocabulary,
  countWords,
  reservedCount,
  toVocabularyFile,
  type Vocabulary,
} from '../../core/text/vocabulary.ts'
import type { DatasetRecord, EncodedSplit, EncodingRecord, SplitRecord } from '../../shared/contract/datasetRecord.ts'
import type { EncodingOptions } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { encodingFolder, encodingName, vocabularyName } from './datasetPaths.ts'
import type { DiskBudget } from './diskBudget.ts'
import { writeJson, writeSynced } from './jsonFile.ts'
import { readRows, splitOf } from './readRows.ts'
import type { Work } from './work.ts'

export interface EncodingJob {
  /** the dataset's folder, which may still be a staging folder */
  folder: string
  dataset: DatasetRecord
  options: EncodingOptions
  /** most different words in the counted rows */
  wordTypes: number
  budget: DiskBudget
}

/**
 * Counts the words of the train split, builds the vocabulary and writes every split as word ids into `target`, which must not exist.
 *
 * @throws AppError `too-large` where the train split has more different words than it may, `store-damaged`, `cancelled`
 */
export async function makeEncoding(job: EncodingJob, target: string, work: Work): Promise<EncodingRecord> {
  const { dataset, options } = job
  const tokenize = createTokenizer(dataset.tokenizer)
  await mkdir(target, { recursive: true, mode: 0o700 })
  const counts = await countTrainWords(job, tokenize, work)
  const vocabulary = buildVocabulary(counts, options)
  const splits: EncodedSplit[] = []
  for (const split of dataset.splits) splits.push(await encodeSplit(job, split, { tokenize, vocabulary, target, work }))
  await writeJson(join(target, vocabularyName), toVocabularyFile(vocabulary.words))
  const record: EncodingRecord = {
    kind: 'encoding',
    version: 1,
    fingerprint: encodingFingerprint(dataset.fingerprint, dataset.tokenizer, options),
    dataset: dataset.fingerprint,
    tokenizer: dataset.tokenizer,
    options,
    vocabulary: {
      fingerprint: vocabulary.fingerprint,
      words: vocabulary.words.length,
      types: counts.size,
      file: vocabularyName,
    },
    splits,
  }
  await writeJson(join(target, encodingName), record)
  return record
}

/** Where a finished encoding lies in its dataset's folder. */
export function encodingTarget(job: Pick<EncodingJob, 'folder' | 'dataset' | 'options'>): string {
  return encodingFolder(job.folder, encodingFingerprint(job.dataset.fingerprint, job.dataset.tokenizer, job.options))
}

async function countTrainWords(job: EncodingJob, tokenize: Tokenize, work: Work): Promise<Map<string, number>> {
  const { rows } = splitOf(job.dataset, 'train')
  const chosen = await chooseRows(job, work)
  const counts = new Map<string, number>()
  let row = 0
  for await (const batch of readRows(job.folder, job.dataset, 'train')) {
    work.check()
    for (const { text } of batch) {
      if (chosen === null || chosen.has(row)) countWords(tokenize(text), counts)
      row += 1
    }
    if (counts.size > job.wordTypes) throw tooManyWords(job.wordTypes)
    work.progress({ phase: 'counting words', done: row, total: rows, unit: 'rows' })
  }
  return counts
}

/** The rows whose words count; null for all of them. */
async function chooseRows(job: EncodingJob, work: Work): Promise<ReadonlySet<number> | null> {
  if (job.options.countedRows.kind === 'all') return null
  const labels: number[] = []
  for await (const batch of readRows(job.folder, job.dataset, 'train')) {
    work.check()
    for (const { label } of batch) labels.push(label)
  }
  return new Set(selectRows(labels, job.options.countedRows))
}

interface Encoding {
  tokenize: Tokenize
  vocabulary: Vocabulary
  target: string
  work: Work
}

async function encodeSplit(job: EncodingJob, split: SplitRecord, encoding: Encoding): Promise<EncodedSplit> {
  const { tokenize, vocabulary, target, work } = encoding
  const classes = job.dataset.classes.length
  const builder = new EncodedTextsBuilder(vocabulary, job.options.maxLength, classes)
  let done = 0
  for await (const batch of readRows(job.folder, job.dataset, split.split)) {
    work.check()
    for (const { text, label } of batch) builder.add(tokenize(text), label)
    done += batch.length
    work.progress({ phase: `encoding ${split.split}`, done, total: split.rows, unit: 'rows' })
  }
  const bytes = writeTokenFile(builder.texts(), vocabulary.words.length + reservedCount, classes)
  await job.budget.take(bytes.length)
  const file = `${split.split}.tokens`
  await writeSynced(join(target, file), bytes)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { split: split.split, file, bytes: bytes.length, sha256, ...builder.figures() }
}

function tooManyWords(limit: number): AppError {
  return new AppError('too-large', 'The train split has more different words than can be counted.', {
    expected: `at most ${limit}`,
    hint: 'Is the text column the right one? Count fewer rows, or raise the limit.',
  })
}
