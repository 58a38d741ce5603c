import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nearestName } from '../../core/dataset/nearestName.ts'
import { decodeModel } from '../../core/model/modelFile.ts'
import { weightsFingerprint } from '../../core/model/weights.ts'
import { modelRecordSchema, type ModelRecord } from '../../shared/contract/model.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { readJson, writeJson, writeSynced } from '../datasets/jsonFile.ts'
import { createStaging, discardFolder, moveIntoPlace, removeFolder } from '../datasets/staging.ts'
import { fingerprintFolders } from '../fingerprintFolders.ts'
import { modelFileName, modelFolder, modelManifestName, modelsFolder } from './modelPaths.ts'

const manifestLimit_bytes = 16 * 1024 * 1024

export interface StoredModel {
  record: ModelRecord
  folder: string
}

export interface ModelListing {
  /** newest first */
  models: StoredModel[]
  /** folders whose manifest cannot be read, a sentence each */
  damaged: string[]
}

/** What the bytes of a model file are, read and verified: everything in a manifest that the file itself says. */
export type DescribedModel = Pick<
  ModelRecord,
  'fingerprint' | 'weights' | 'spec' | 'parameters' | 'classes' | 'vocabulary' | 'file' | 'bytes'
>

/** The models of a home: folders named by the fingerprint of the model file, each whole or not there. */
export class ModelStore {
  readonly home: string

  constructor(home: string) {
    this.home = home
  }

  async list(): Promise<ModelListing> {
    const listing: ModelListing = { models: [], damaged: [] }
    for (const name of await fingerprintFolders(modelsFolder(this.home))) {
      const folder = join(modelsFolder(this.home), name)
      try {
        listing.models.push({ record: await readModelRecord(folder), folder })
      } catch (thrown) {
        listing.damaged.push(`models/${name}: ${thrown instanceof Error ? thrown.message : 'unreadable'}`)
      }
    }
    listing.models.sort((a, b) => (a.record.id < b.record.id ? 1 : -1))
    return listing
  }

  /** How many there are, the damaged among them; no manifest is read. */
  async count(): Promise<number> {
    return (await fingerprintFolders(modelsFolder(this.home))).length
  }

  /**
   * The model of an id, a name, a fingerprint, or at least eight digits with which a fingerprint begins.
   *
   * @throws AppError `not-found` with the nearest name, `conflict` where two models answer
   */
  async find(reference: string): Promise<StoredModel> {
    const { models } = await this.list()
    const found = models.filter(({ record }) => answersTo(record, reference))
    if (found.length > 1) {
      throw new AppError('conflict', `More than one model is called ${reference}.`, { hint: 'Name it by its id.' })
    }
    if (found[0] !== undefined) return found[0]
    throw notFound(
      reference,
      models.map(({ record }) => record.name),
    )
  }

  /** The model of a fingerprint; undefined where there is none. Errors: `store-damaged`. */
  async byFingerprint(fingerprint: string): Promise<StoredModel | undefined> {
    const folder = modelFolder(this.home, fingerprint)
    const there = await stat(folder).catch(() => undefined)
    return there === undefined ? undefined : { record: await readModelRecord(folder), folder }
  }

  /** The bytes of the model file, their hash verified. Errors: `store-damaged`. */
  async read({ record, folder }: StoredModel): Promise<Uint8Array> {
    const bytes = await readFile(join(folder, modelFileName)).catch((cause: unknown) => {
      throw damagedModel(record.name, (cause as NodeJS.ErrnoException).code ?? 'unreadable', cause)
    })
    if (fingerprintOf(bytes) !== record.fingerprint) throw damagedModel(record.name, 'other content than was written')
    return bytes
  }

  /**
   * Stores a model that becomes visible as a whole or not at all. Where the same file is there already, that one stays, id and name too.
   *
   * @throws AppError `conflict` where a record is not of these bytes
   */
  async put(bytes: Uint8Array, record: ModelRecord): Promise<{ model: ModelRecord; reused: boolean }> {
    const there = await this.byFingerprint(record.fingerprint)
    if (there !== undefined) return { model: there.record, reused: true }
    const staging = await createStaging(modelsFolder(this.home))
    try {
      await writeSynced(join(staging, modelFileName), bytes)
      await writeJson(join(staging, modelManifestName), record)
      const target = modelFolder(this.home, record.fingerprint)
      if (await moveIntoPlace(staging, target)) return { model: record, reused: false }
      return { model: await readModelRecord(target), reused: true }
    } finally {
      await removeFolder(staging)
    }
  }

  /** Takes a model away; one whose manifest cannot be read answers to its whole fingerprint alone. */
  async remove(reference: string): Promise<{ fingerprint: string; name: string | null }> {
    const damaged = await this.#damagedFolder(reference)
    if (damaged !== undefined) {
      await discardFolder(damaged)
      return { fingerprint: `sha256:${reference.replace(/^sha256:/, '')}`, name: null }
    }
    const { record, folder } = await this.find(reference)
    await discardFolder(folder)
    return { fingerprint: record.fingerprint, name: record.name }
  }

  async #damagedFolder(reference: string): Promise<string | undefined> {
    if (!/^(sha256:)?[0-9a-f]{64}$/.test(reference)) return undefined
    const folder = modelFolder(this.home, reference)
    if ((await stat(folder).catch(() => undefined)) === undefined) return undefined
    return readModelRecord(folder).then(
      () => undefined,
      () => folder,
    )
  }
}

/** What a model file says of itself, verified. Errors: those of `decodeModel`. */
export function describeModelFile(bytes: Uint8Array): DescribedModel {
  const { description, weights } = decodeModel(bytes)
  return {
    fingerprint: fingerprintOf(bytes),
    weights: weightsFingerprint(weights),
    spec: description.spec,
    parameters: [...weights.values()].reduce((sum, { data }) => sum + data.length, 0),
    classes: description.classes,
    vocabulary: description.vocabulary.fingerprint,
    file: modelFileName,
    bytes: bytes.length,
  }
}

export function fingerprintOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** @throws AppError `store-damaged` where the manifest is not what belongs into the folder */
async function readModelRecord(folder: string): Promise<ModelRecord> {
  const path = join(folder, modelManifestName)
  const record = await readJson(path, modelManifestName, modelRecordSchema, manifestLimit_bytes).catch(
    (thrown: unknown) => {
      if (!(thrown instanceof AppError)) throw thrown
      throw damagedModel(modelManifestName, thrown.found ?? 'unreadable', thrown)
    },
  )
  if (folder.endsWith(record.fingerprint.slice('sha256:'.length))) return record
  throw damagedModel(record.name, 'a manifest of another model')
}

function damagedModel(name: string, found: string, cause?: unknown): AppError {
  return new AppError('store-damaged', `The stored model ${name} is not as it was written.`, {
    found,
    hint: 'Remove the model, then train or import it again.',
    cause,
  })
}

function answersTo(record: ModelRecord, reference: string): boolean {
  if (record.id === reference || record.name === reference) return true
  const digits = reference.replace(/^sha256:/, '')
  return /^[0-9a-f]{8,64}$/.test(digits) && record.fingerprint.startsWith(`sha256:${digits}`)
}

function notFound(reference: string, names: readonly string[]): AppError {
  const near = nearestName(reference, names)
  return new AppError('not-found', `There is no model ${JSON.stringify(reference)}.`, {
    expected: 'the id, the name or the fingerprint of a model',
    hint: near === undefined ? nextStep('list-models') : `The nearest is ${near}.`,
  })
}
