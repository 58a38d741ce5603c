import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { nearestName } from '../../core/dataset/nearestName.ts'
import { AppError } from '../../shared/errors.ts'
import type { NextStep } from '../../shared/nextSteps.ts'
import { readJson, writeJson, writeSynced } from '../datasets/jsonFile.ts'
import { createStaging, discardFolder, moveIntoPlace, removeFolder } from '../datasets/staging.ts'
import { fingerprintFolders } from '../fingerprintFolders.ts'

const manifestName = 'manifest.json'
const manifestLimit_bytes = 16 * 1024 * 1024

/** What every manifest says of the file beside it. */
interface ContentRecord {
  id: string
  name?: string | undefined
  /** sha256 of the file */
  fingerprint: string
  file: string
}

export interface Stored<R> {
  record: R
  folder: string
}

export interface ContentListing<R> {
  /** newest first */
  stored: Stored<R>[]
  /** folders whose manifest cannot be read, a sentence each */
  damaged: string[]
}

/** What a kind of content is and how people are told of it. */
export interface ContentKind<R extends ContentRecord> {
  home: string
  /** of the home, that holds all of this kind */
  folder: string
  schema: z.ZodType<R>
  /** with its article: `a profile` */
  one: string
  /** a sentence: how to get one that is damaged or missing again */
  again: NextStep
}

/** Files of one kind with a manifest each, in folders named by the file's sha256; each is whole or not there. */
export class ContentStore<R extends ContentRecord> {
  readonly #kind: ContentKind<R>

  constructor(kind: ContentKind<R>) {
    this.#kind = kind
  }

  async list(): Promise<ContentListing<R>> {
    const listing: ContentListing<R> = { stored: [], damaged: [] }
    for (const name of await fingerprintFolders(this.#root)) {
      const folder = join(this.#root, name)
      try {
        listing.stored.push({ record: await this.#readRecord(folder), folder })
      } catch (thrown) {
        listing.damaged.push(`${this.#kind.folder}/${name}: ${thrown instanceof Error ? thrown.message : 'unreadable'}`)
      }
    }
    listing.stored.sort((a, b) => (a.record.id < b.record.id ? 1 : -1))
    return listing
  }

  /**
   * The content of an id, a name, a fingerprint, or at least eight digits with which a fingerprint begins.
   *
   * @throws AppError `not-found` with the nearest name, `conflict` where two answer, `store-damaged` for a whole fingerprint of what is damaged
   */
  async find(reference: string): Promise<Stored<R>> {
    const whole = /^(sha256:)?[0-9a-f]{64}$/.test(reference) ? await this.byFingerprint(reference) : undefined
    if (whole !== undefined) return whole
    const { stored } = await this.list()
    const found = stored.filter(({ record }) => answersTo(record, reference))
    if (found.length > 1) {
      throw new AppError('conflict', `More than one answers to ${reference}.`, { hint: 'Name it by its id.' })
    }
    if (found[0] !== undefined) return found[0]
    const names = stored.flatMap(({ record }) => (record.name === undefined ? [] : [record.name]))
    const near = nearestName(reference, names)
    throw new AppError('not-found', `There is no such ${this.#noun} as ${JSON.stringify(reference)}.`, {
      expected: `the id${names.length === 0 ? '' : ', the name'} or the fingerprint of ${this.#kind.one}`,
      hint: near === undefined ? this.#kind.again : `The nearest is ${near}.`,
    })
  }

  /** Whether anything answers to a reference. */
  async has(reference: string): Promise<boolean> {
    return (await this.list()).stored.some(({ record }) => answersTo(record, reference))
  }

  /** The content of a fingerprint; undefined where there is none. Errors: `store-damaged`. */
  async byFingerprint(fingerprint: string): Promise<Stored<R> | undefined> {
    const folder = this.#folderOf(fingerprint)
    const there = await stat(folder).catch(() => undefined)
    return there === undefined ? undefined : { record: await this.#readRecord(folder), folder }
  }

  /** The content of a fingerprint, its file verified; undefined where there is none or it is damaged. */
  async whole(fingerprint: string): Promise<Stored<R> | undefined> {
    try {
      const there = await this.byFingerprint(fingerprint)
      if (there !== undefined) await this.read(there)
      return there
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'store-damaged') return undefined
      throw thrown
    }
  }

  /** The bytes of the file, their hash verified. Errors: `store-damaged`. */
  async read({ record, folder }: Stored<R>): Promise<Uint8Array> {
    const bytes = await readFile(join(folder, record.file)).catch((cause: unknown) => {
      throw this.#damaged((cause as NodeJS.ErrnoException).code ?? 'unreadable', cause)
    })
    if (contentFingerprint(bytes) !== record.fingerprint) throw this.#damaged('other content than was written')
    return bytes
  }

  /** Stores a file with its manifest. Where the same file is there already and whole, that one stays, its manifest too. */
  async put(bytes: Uint8Array, record: R): Promise<{ stored: Stored<R>; reused: boolean }> {
    const there = await this.whole(record.fingerprint)
    if (there === undefined) await this.discard(record.fingerprint)
    if (there !== undefined) return { stored: there, reused: true }
    const folder = this.#folderOf(record.fingerprint)
    const staging = await createStaging(this.#root)
    try {
      await writeSynced(join(staging, record.file), bytes)
      await writeJson(join(staging, manifestName), record)
      if (await moveIntoPlace(staging, folder)) return { stored: { record, folder }, reused: false }
      return { stored: { record: await this.#readRecord(folder), folder }, reused: true }
    } finally {
      await removeFolder(staging)
    }
  }

  /** Takes the folder of a fingerprint away, readable or not. False where there is none. */
  async discard(fingerprint: string): Promise<boolean> {
    const folder = this.#folderOf(fingerprint)
    if ((await stat(folder).catch(() => undefined)) === undefined) return false
    await discardFolder(folder)
    return true
  }

  get #root(): string {
    return join(resolve(this.#kind.home), this.#kind.folder)
  }

  get #noun(): string {
    return this.#kind.one.replace(/^an? /, '')
  }

  #folderOf(fingerprint: string): string {
    return join(this.#root, fingerprint.replace(/^sha256:/, ''))
  }

  async #readRecord(folder: string): Promise<R> {
    const path = join(folder, manifestName)
    const { schema } = this.#kind
    const record = await readJson(path, manifestName, schema, manifestLimit_bytes).catch((thrown: unknown) => {
      if (!(thrown instanceof AppError)) throw thrown
      throw this.#damaged(thrown.found ?? 'unreadable', thrown)
    })
    if (folder.endsWith(record.fingerprint.slice('sha256:'.length))) return record
    throw this.#damaged('a manifest of something else')
  }

  #damaged(found: string, cause?: unknown): AppError {
    const { one, again: hint } = this.#kind
    return new AppError('store-damaged', `${capital(one)} of the home is not as it was written.`, {
      found,
      hint,
      cause,
    })
  }
}

export function contentFingerprint(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** An id, a name, or a fingerprint of which at least eight digits are there. */
export function answersTo(
  { id, name, fingerprint }: { id: string; name?: string | undefined; fingerprint: string },
  reference: string,
): boolean {
  if (id === reference || name === reference) return true
  const digits = reference.replace(/^sha256:/, '')
  return /^[0-9a-f]{8,64}$/.test(digits) && fingerprint.startsWith(`sha256:${digits}`)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
