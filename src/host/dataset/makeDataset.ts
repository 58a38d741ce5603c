import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { rowsHeldOut } from '../../core/calibration/heldOut.ts'
import { datasetFingerprint } from '../../core/dataset/fingerprints.ts'
import type { Row } from '../../core/dataset/rowsFile.ts'
import { SplitKeys } from '../../core/dataset/splitKeys.ts'
import type { DatasetRecord, EncodingRecord } from '../../shared/contract/datasetRecord.ts'
import type { EncodingOptions, SplitName } from '../../shared/contract/datasetRules.ts'
import {
  DatasetStore,
  datasetFolder,
  encodingTarget,
  makeEncoding,
  manifestName,
  moveIntoPlace,
  SplitsWriter,
  writeHeldOut,
  writeJson,
  type DiskBudget,
  type StoredDataset,
  type Work,
} from '../../store/datasets/index.ts'
import { ensureEncoding } from './ensureEncoding.ts'

export interface NewDataset {
  facts: Pick<DatasetRecord, 'name' | 'origin' | 'classes' | 'tokenizer' | 'drops' | 'leakage' | 'warnings'>
  /** in batches, each split's rows in their order */
  rows: AsyncIterable<(Row & { split: SplitName })[]> | Iterable<(Row & { split: SplitName })[]>
  rowCount: number
  encoding: EncodingOptions
  wordTypes: number
}

export interface Made {
  stored: StoredDataset
  encoding: EncodingRecord
  /** the same content lay there already */
  reused: boolean
  drops: DatasetRecord['drops']
  warnings: DatasetRecord['warnings']
}

interface Making {
  home: string
  staging: string
  budget: DiskBudget
  work: Work
  now: () => Date
}

/**
 * Writes a dataset and its first encoding into the staging folder and gives the whole its name at the end. Where the same content is
 * there already, that one stays, id and name too, and gets the encoding if it lacks it.
 */
export async function makeDataset(dataset: NewDataset, making: Making): Promise<Made> {
  const { drops, warnings } = dataset.facts
  return { ...(await storeDataset(dataset, making)), drops, warnings }
}

type Stored = Pick<Made, 'stored' | 'encoding' | 'reused'>

async function storeDataset(dataset: NewDataset, making: Making): Promise<Stored> {
  const { home, staging, budget, work } = making
  const folder = join(staging, 'dataset')
  const record = await writeDataset(dataset, folder, making)
  const store = new DatasetStore(home)
  const there = await store.byFingerprint(record.fingerprint)
  if (there !== undefined) return reuse(there, dataset, making)
  const job = { folder, dataset: record, options: dataset.encoding, wordTypes: dataset.wordTypes, budget }
  const encoding = await makeEncoding(job, encodingTarget(job), work)
  work.check()
  const target = datasetFolder(home, record.fingerprint)
  if (await moveIntoPlace(folder, target)) return { stored: { record, folder: target }, encoding, reused: false }
  return reuse((await store.byFingerprint(record.fingerprint)) as StoredDataset, dataset, making)
}

async function reuse(stored: StoredDataset, dataset: NewDataset, { budget, work }: Making): Promise<Stored> {
  const { record, folder } = stored
  const job = { folder, dataset: record, options: dataset.encoding, wordTypes: dataset.wordTypes, budget }
  return { stored, encoding: (await ensureEncoding(job, work)).record, reused: true }
}

async function writeDataset(
  dataset: NewDataset,
  folder: string,
  { budget, work, now }: Making,
): Promise<DatasetRecord> {
  await mkdir(folder, { mode: 0o700 })
  const writer = new SplitsWriter(folder, dataset.facts.classes.length, budget)
  try {
    const keys = await writeRows(dataset, writer, work)
    const splits = await writer.close()
    const created = now()
    const { name, ...facts } = dataset.facts
    const fingerprint = datasetFingerprint({ classes: facts.classes, splits })
    const id = ulid(created.getTime())
    const record: DatasetRecord = {
      kind: 'dataset',
      version: 1,
      id,
      name,
      created: created.toISOString(),
      fingerprint,
      splits,
      ...facts,
    }
    await writeJson(join(folder, manifestName), record)
    await writeHeldOut(folder, record, [...rowsHeldOut(keys.of('train'), keys.of('dev'), keys.of('test'))])
    return record
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** Gives the texts' keys, by which later stages keep clear of dev and test without opening them. */
async function writeRows(dataset: NewDataset, writer: SplitsWriter, work: Work): Promise<SplitKeys> {
  const keys = new SplitKeys()
  let done = 0
  for await (const batch of dataset.rows) {
    work.check()
    for (const { split, ...row } of batch) {
      await writer.write(split, row)
      keys.add(split, row.text)
    }
    done += batch.length
    work.progress({ phase: 'writing', done, total: dataset.rowCount, unit: 'rows' })
  }
  return keys
}
