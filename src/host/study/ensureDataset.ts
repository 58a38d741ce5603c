import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import { domains } from '../../core/dataset/generators/generateRows.ts'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import type { ResolvedStudy } from '../../core/study/resolveStudy.ts'
import { datasetGenerateSchema, datasetImportSchema, type DatasetEvent } from '../../shared/contract/dataset.ts'
import type { GeneratorOptions } from '../../shared/contract/datasetRules.ts'
import type { Progress } from '../../shared/contract/jobs.ts'
import type { Warning } from '../../shared/units.ts'
import { DatasetStore, type StoredDataset } from '../../store/datasets/index.ts'
import type { StudyRow } from '../../store/index.ts'
import type { AllowPath } from '../models/allowPath.ts'
import type { StudyParts } from './studyParts.ts'

export interface DatasetControl {
  signal: AbortSignal
  onProgress: (progress: Progress) => void
  onWarning: (warning: Warning) => void
}

type Written = ResolvedStudy['dataset']

/** The dataset of a study: the one it names, or one that is generated or imported where the home has none of that content. */
export async function ensureDataset(
  parts: Pick<StudyParts, 'home' | 'datasets' | 'allowPath'>,
  study: ResolvedStudy,
  row: Pick<StudyRow, 'folder' | 'dataset'>,
  control: DatasetControl,
): Promise<StoredDataset> {
  const there = await findDataset(parts, study.dataset, row)
  if (there !== undefined) return there
  const { signal } = control
  const { datasets, home } = parts
  const encoding = encodingOf(study)
  if ('generate' in study.dataset) {
    const input = datasetGenerateSchema.parse({ options: study.dataset.generate, name: study.dataset.name, encoding })
    return made(home, datasets.generate(input, signal), control)
  }
  if ('id' in study.dataset) return new DatasetStore(home).find(study.dataset.id)
  const { file, dev = [], test = [], ...rest } = study.dataset
  const inFolder = (path: string): string => fromFolder(row.folder, path)
  const input = datasetImportSchema.parse({
    ...rest,
    train: [inFolder(file)],
    dev: dev.map(inFolder),
    test: test.map(inFolder),
    encoding,
  })
  return made(home, datasets.import(input, signal), control)
}

/** The dataset where it is in the home already; undefined where it would have to be made. Reads files to see whether they are the same. */
export async function findDataset(
  { home, allowPath }: Pick<StudyParts, 'home' | 'allowPath'>,
  written: Written,
  row: Pick<StudyRow, 'folder' | 'dataset'>,
): Promise<StoredDataset | undefined> {
  const store = new DatasetStore(home)
  if ('id' in written) return store.find(written.id)
  if ('generate' in written) return findGenerated(store, written.generate)
  const known = row.dataset === null ? undefined : await store.byFingerprint(row.dataset.fingerprint)
  if (known === undefined) return undefined
  const files = [written.file, ...written.dev, ...written.test].map((path) => fromFolder(row.folder, path))
  return (await areSources(known, files, allowPath)) ? known : undefined
}

async function findGenerated(store: DatasetStore, options: GeneratorOptions): Promise<StoredDataset | undefined> {
  const wanted = canonicalJson({ options, version: domains[options.generator].version })
  const { datasets } = await store.list()
  return datasets.find(({ record: { origin } }) => {
    return origin.type === 'generated' && canonicalJson({ options: origin.options, version: origin.version }) === wanted
  })
}

/** Whether files are those that a dataset was made from; a file that is gone does not speak against it. */
async function areSources({ record }: StoredDataset, files: readonly string[], allowPath: AllowPath): Promise<boolean> {
  const { origin } = record
  if (origin.type !== 'import' || origin.sources.length !== files.length) return false
  const hashes = await Promise.all(files.map((file) => hashOf(file, allowPath)))
  return hashes.every((hash, index) => hash === undefined || hash === origin.sources[index]?.sha256)
}

async function hashOf(file: string, allowPath: AllowPath): Promise<string | undefined> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(await allowPath(file)) as AsyncIterable<Buffer>) hash.update(chunk)
  } catch {
    return undefined
  }
  return hash.digest('hex')
}

function fromFolder(folder: string | null, path: string): string {
  return folder === null || isAbsolute(path) ? path : resolve(folder, path)
}

/** That of the first model that is trained, so that no encoding is made that nobody uses. */
function encodingOf({ models, grid }: ResolvedStudy): object {
  for (const name of grid.model) {
    const model = models[name]
    if (model?.kind === 'training') return { ...model.encoding, countedRows: model.rows }
  }
  return {}
}

async function made(
  home: string,
  events: AsyncGenerator<DatasetEvent, void, void>,
  { onProgress, onWarning }: DatasetControl,
): Promise<StoredDataset> {
  for await (const event of events) {
    if (event.type === 'progress') onProgress(event.progress)
    else {
      event.made.warnings.forEach(onWarning)
      return new DatasetStore(home).find(event.made.dataset.fingerprint)
    }
  }
  throw new Error('the work on a dataset ended without one')
}
