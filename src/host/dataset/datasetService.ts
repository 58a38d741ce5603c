import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { encodingWarnings } from '../../core/dataset/importWarnings.ts'
import type {
  DatasetEvent,
  DatasetGenerate,
  DatasetImport,
  DatasetList,
  DatasetMade,
  DatasetPreview,
  DatasetPreviewInput,
  DatasetRemoved,
  DatasetShown,
  DatasetSummary,
  DatasetTexts,
  DatasetTextsInput,
} from '../../shared/contract/dataset.ts'
import type { DatasetRecord, EncodingRecord } from '../../shared/contract/datasetRecord.ts'
import { splitNames, type EncodingOptions } from '../../shared/contract/datasetRules.ts'
import type { Warning } from '../../shared/units.ts'
import {
  DatasetStore,
  DiskBudget,
  folderBytes,
  listEncodings,
  withFileFailures,
  workOf,
  type StoredDataset,
  type Work,
} from '../../store/datasets/index.ts'
import { chooseName } from './chooseName.ts'
import { ensureEncoding } from './ensureEncoding.ts'
import { EventQueue } from './eventQueue.ts'
import { generateDataset } from './generateDataset.ts'
import { importDataset } from './importDataset.ts'
import type { Made } from './makeDataset.ts'
import { pageOfTexts } from './pageOfTexts.ts'
import { previewFile } from './preview/previewFile.ts'

export interface DatasetServiceOptions {
  home: string
  /**
   * Says which file a path of an import means. The headless host lets through what lies below the folders that it was started with, links
   * resolved, and throws `forbidden` for anything else. Left out: every path, relative ones from the working folder.
   */
  allowPath?: (path: string) => Promise<string>
  now?: () => Date
}

/** A dataset as the stages after it take it: records, and folders for the process that computes. */
export interface OpenedDataset {
  record: DatasetRecord
  folder: string
  encoding: EncodingRecord
  encodingFolder: string
}

const encodingLimits = { wordTypes: 8_000_000, disk_bytes: 34_359_738_368 }

/** The stage `dataset` of the contract. */
export class DatasetService {
  readonly #home: string
  readonly #store: DatasetStore
  readonly #allowPath: (path: string) => Promise<string>
  readonly #now: () => Date

  constructor(options: DatasetServiceOptions) {
    this.#home = options.home
    this.#store = new DatasetStore(options.home)
    this.#allowPath = options.allowPath ?? ((path) => Promise.resolve(resolve(path)))
    this.#now = options.now ?? (() => new Date())
  }

  /** Ends with `done`. Aborting the signal or leaving the iteration cancels the work and leaves nothing behind. */
  import(input: DatasetImport, signal?: AbortSignal): AsyncGenerator<DatasetEvent, void, void> {
    return this.#stream(signal, async (work) => {
      const allowed = { ...input, ...(await this.#allowPaths(input)) }
      const name = await chooseName(this.#store, input.name, input.preset ?? basename(allowed.train[0] as string))
      const sourceBytes = await totalBytes(splitNames.flatMap((split) => allowed[split]))
      return importDataset(allowed, { home: this.#home, name, sourceBytes, work, now: this.#now })
    })
  }

  /** Like {@link import}. */
  generate(input: DatasetGenerate, signal?: AbortSignal): AsyncGenerator<DatasetEvent, void, void> {
    return this.#stream(signal, async (work) => {
      const name = await chooseName(this.#store, input.name, input.options.generator)
      return generateDataset(input, { home: this.#home, name, work, now: this.#now })
    })
  }

  async list(): Promise<DatasetList> {
    const { datasets, damaged } = await this.#store.list()
    return { datasets: await Promise.all(datasets.map(summaryOf)), damaged }
  }

  async show(reference: string): Promise<DatasetShown> {
    return shown(await this.#store.find(reference))
  }

  async preview(input: DatasetPreviewInput, signal?: AbortSignal): Promise<DatasetPreview> {
    return previewFile({ ...input, file: await this.#allowPath(input.file) }, workOf(signal))
  }

  async texts(input: DatasetTextsInput, signal?: AbortSignal): Promise<DatasetTexts> {
    return pageOfTexts(await this.#store.find(input.dataset), input, workOf(signal))
  }

  remove(reference: string): Promise<DatasetRemoved> {
    return this.#store.remove(reference)
  }

  /** For the stages after this one: a dataset under some encoding, which is made where it is not there yet. */
  async open(
    reference: string,
    options: EncodingOptions,
    told: { signal?: AbortSignal; progress?: Work['progress'] } = {},
  ): Promise<OpenedDataset> {
    const { record, folder } = await this.#store.find(reference)
    const budget = new DiskBudget(folder, encodingLimits.disk_bytes)
    const job = { folder, dataset: record, options, wordTypes: encodingLimits.wordTypes, budget }
    const made = await ensureEncoding(job, workOf(told.signal, told.progress))
    return { record, folder, encoding: made.record, encodingFolder: made.folder }
  }

  async *#stream(
    signal: AbortSignal | undefined,
    act: (work: Work) => Promise<Made>,
  ): AsyncGenerator<DatasetEvent, void, void> {
    const left = new AbortController()
    const queue = new EventQueue<DatasetEvent, DatasetEvent>()
    const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal])
    const work = workOf(stop, (progress) => queue.tell({ type: 'progress', progress }))
    const done = withFileFailures('The home folder', () => act(work)).then(toDone)
    queue.finish(done)
    try {
      yield* queue.read()
    } finally {
      left.abort()
      await done.catch(() => undefined)
    }
  }

  async #allowPaths({ train, dev, test }: DatasetImport): Promise<Pick<DatasetImport, 'train' | 'dev' | 'test'>> {
    const all = (paths: readonly string[]): Promise<string[]> => Promise.all(paths.map((path) => this.#allowPath(path)))
    return { train: await all(train), dev: await all(dev), test: await all(test) }
  }
}

/** The warnings and the drop report are this call's, also where what was stored before has others. */
async function toDone({ stored, encoding, reused, drops, warnings }: Made): Promise<DatasetEvent> {
  const message = `The same content was stored already as ${stored.record.name}; it keeps that name and its id.`
  const there: Warning[] = reused ? [{ code: 'dataset-reused', message, subject: 'dataset' }] : []
  const all = [...there, ...warnings, ...encodingWarnings(encoding)]
  const made: DatasetMade = { ...(await shown(stored)), reused, drops, warnings: all }
  return { type: 'done', made }
}

async function shown({ record, folder }: StoredDataset): Promise<DatasetShown> {
  return { dataset: record, encodings: await listEncodings(folder), bytes: await folderBytes(folder) }
}

async function summaryOf({ record, folder }: StoredDataset): Promise<DatasetSummary> {
  const { id, name, fingerprint, created, origin, classes, splits, warnings } = record
  const rows = Object.fromEntries(
    splitNames.map((name) => [name, splits.find(({ split }) => split === name)?.rows ?? 0]),
  )
  return {
    id,
    name,
    fingerprint,
    created,
    origin: origin.type,
    classes: classes.length,
    rows: rows as DatasetSummary['rows'],
    bytes: await folderBytes(folder),
    warnings: warnings.length,
  }
}

async function totalBytes(paths: readonly string[]): Promise<number> {
  const sizes = paths.map((path) => withFileFailures(basename(path), async () => (await stat(path)).size))
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
