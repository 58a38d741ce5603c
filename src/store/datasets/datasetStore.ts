import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nearestName } from '../../core/dataset/nearestName.ts'
import { datasetFingerprint } from '../../core/dataset/fingerprints.ts'
import { datasetRecordSchema, type DatasetRecord } from '../../shared/contract/datasetRecord.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { fingerprintFolders } from '../fingerprintFolders.ts'
import { datasetFolder, datasetsFolder, hexOf, manifestName } from './datasetPaths.ts'
import { readJson } from './jsonFile.ts'
import { damagedFile } from './readLines.ts'
import { discardFolder } from './staging.ts'

const manifestLimit_bytes = 16 * 1024 * 1024

export interface StoredDataset {
  record: DatasetRecord
  folder: string
}

export interface DatasetListing {
  /** newest first */
  datasets: StoredDataset[]
  /** folders whose manifest cannot be read, a sentence each */
  damaged: string[]
}

/** The datasets of a home: folders named by fingerprint, each whole or not there. */
export class DatasetStore {
  readonly home: string

  constructor(home: string) {
    this.home = home
  }

  async list(): Promise<DatasetListing> {
    const listing: DatasetListing = { datasets: [], damaged: [] }
    for (const name of await fingerprintFolders(datasetsFolder(this.home))) {
      const folder = join(datasetsFolder(this.home), name)
      try {
        listing.datasets.push({ record: await readDatasetRecord(folder), folder })
      } catch (thrown) {
        listing.damaged.push(`datasets/${name}: ${thrown instanceof Error ? thrown.message : 'unreadable'}`)
      }
    }
    listing.datasets.sort((a, b) => (a.record.id < b.record.id ? 1 : -1))
    return listing
  }

  /** How many there are, the damaged among them; no manifest is read. */
  async count(): Promise<number> {
    return (await fingerprintFolders(datasetsFolder(this.home))).length
  }

  /**
   * The dataset of an id, a name, a fingerprint, or at least eight digits with which a fingerprint begins.
   *
   * @throws AppError `not-found` with the nearest name, `conflict` where two datasets answer
   */
  async find(reference: string): Promise<StoredDataset> {
    const { datasets } = await this.list()
    const found = datasets.filter(({ record }) => answersTo(record, reference))
    if (found.length > 1) {
      throw new AppError('conflict', `More than one dataset is called ${reference}.`, { hint: 'Name it by its id.' })
    }
    if (found[0] !== undefined) return found[0]
    throw notFound(
      reference,
      datasets.map(({ record }) => record.name),
    )
  }

  /** The dataset of a fingerprint; undefined where there is none. */
  async byFingerprint(fingerprint: string): Promise<StoredDataset | undefined> {
    const folder = datasetFolder(this.home, fingerprint)
    const there = await stat(folder).catch(() => undefined)
    return there === undefined ? undefined : { record: await readDatasetRecord(folder), folder }
  }

  /** Takes a dataset away; one whose manifest cannot be read answers to its whole fingerprint alone. */
  async remove(reference: string): Promise<{ fingerprint: string; name: string | null }> {
    const damaged = await this.#damagedFolder(reference)
    if (damaged !== undefined) {
      await discardFolder(damaged)
      return { fingerprint: `sha256:${hexOf(reference)}`, name: null }
    }
    const { record, folder } = await this.find(reference)
    await discardFolder(folder)
    return { fingerprint: record.fingerprint, name: record.name }
  }

  async #damagedFolder(reference: string): Promise<string | undefined> {
    if (!/^(sha256:)?[0-9a-f]{64}$/.test(reference)) return undefined
    const folder = datasetFolder(this.home, reference)
    if ((await stat(folder).catch(() => undefined)) === undefined) return undefined
    return readDatasetRecord(folder).then(
      () => undefined,
      () => folder,
    )
  }
}

/** @throws AppError `store-damaged` where the manifest is not what belongs into the folder */
export async function readDatasetRecord(folder: string): Promise<DatasetRecord> {
  const record = await readJson(join(folder, manifestName), manifestName, datasetRecordSchema, manifestLimit_bytes)
  if (datasetFingerprint(record) === record.fingerprint && folder.endsWith(hexOf(record.fingerprint))) return record
  throw damagedFile(manifestName, 'a fingerprint of something else')
}

/** Bytes of the files below a folder. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = entries.filter((entry) => entry.isFile()).map((entry) => stat(join(entry.parentPath, entry.name)))
  return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0)
}

function answersTo(record: DatasetRecord, reference: string): boolean {
  if (record.id === reference || record.name === reference) return true
  const digits = hexOf(reference)
  return /^[0-9a-f]{8,64}$/.test(digits) && hexOf(record.fingerprint).startsWith(digits)
}

function notFound(reference: string, names: readonly string[]): AppError {
  const near = nearestName(reference, names)
  return new AppError('not-found', `There is no dataset ${JSON.stringify(reference)}.`, {
    expected: 'the id, the name or the fingerprint of a dataset',
    hint: near === undefined ? nextStep('list-datasets') : `The nearest is ${near}.`,
  })
}
