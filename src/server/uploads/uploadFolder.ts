import type { Configstore } from '@tus/file-store'
import { Upload } from '@tus/server'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { readdir, readFile, rename, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Limits } from '../limits.ts'
import { uploadName } from './uploadName.ts'

type UploadLimits = Pick<Limits, 'upload_bytes' | 'uploads_bytes' | 'uploads' | 'upload_ms'>

const idPattern = /^[0-9a-f]{32}$/
/** Left free on the disk whatever is uploaded, so that the store itself can go on. */
const reserve_bytes = 256 * 1024 * 1024

/** `<32 hexadecimal digits>.json`, beside the folder of the digits that holds the content under its own name. */
const infoSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{32}\/[^/\\]{1,300}$/),
  size: z.int().min(0),
  offset: z.number(),
  creation_date: z.string().optional(),
})
type Info = z.infer<typeof infoSchema>

/** Folder of what browsers send, below the home. */
export function uploadsFolder(home: string): string {
  return join(resolve(home), 'uploads')
}

/**
 * What is being uploaded and what waits to be used: names that nobody guesses, a size known beforehand, so much in all and no more, and
 * nothing that stays for ever.
 */
export class UploadFolder implements Configstore {
  readonly folder: string
  readonly #limits: UploadLimits

  constructor(home: string, limits: UploadLimits) {
    this.folder = uploadsFolder(home)
    this.#limits = limits
  }

  /** Makes the folder where it is missing; the home is there. */
  prepare(): void {
    try {
      mkdirSync(this.folder, { mode: 0o700 })
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    }
  }

  /** A name for a new upload: its digits, and what the file is called. */
  newName(claimed: string | null | undefined): string {
    return `${randomBytes(16).toString('hex')}/${uploadName(claimed)}`
  }

  /** The whole name of the upload with these digits; undefined where there is none. */
  nameOf(digits: string): string | undefined {
    if (!idPattern.test(digits)) return undefined
    try {
      return parseInfo(readFileSync(this.#infoPath(digits), 'utf8'))?.id
    } catch {
      return undefined
    }
  }

  /** @throws AppError `too-large`, `rate-limited` where too many wait, `disk-full` */
  async assertRoom(size: number): Promise<void> {
    const { upload_bytes, uploads_bytes, uploads } = this.#limits
    if (size > upload_bytes) throw tooLarge(upload_bytes)
    const there = await this.#infos()
    if (there.length >= uploads) {
      throw new AppError('rate-limited', 'Too many uploads wait to be used.', {
        expected: `at most ${uploads}`,
        hint: 'Use or cancel some of them; what is left behind goes by itself after a day.',
      })
    }
    const held = there.reduce((sum, info) => sum + info.size, 0)
    if (held + size > uploads_bytes) throw tooLarge(uploads_bytes - held)
    const { bavail, bsize } = await statfs(this.folder)
    if (bavail * bsize >= size + reserve_bytes) return
    throw new AppError('disk-full', 'There is not enough room on the disk of the home.', {
      expected: `${size + reserve_bytes} bytes free`,
      found: `${bavail * bsize} bytes`,
      hint: nextStep('make-room'),
    })
  }

  /**
   * The path of a finished upload, for calls that read files.
   *
   * @throws AppError `not-found`, `conflict` where it has not arrived as a whole
   */
  async finished(digits: string): Promise<string> {
    const info = await this.#info(digits)
    const path = info === undefined ? undefined : join(this.folder, info.id)
    const stats = path === undefined ? undefined : await stat(path).catch(() => undefined)
    if (info === undefined || path === undefined || stats?.isFile() !== true) {
      throw new AppError('not-found', 'There is no such upload.', {
        hint: 'Uploads are kept for a day; choose the file again.',
      })
    }
    if (stats.size === info.size) return path
    throw new AppError('conflict', 'The file has not been uploaded as a whole.', {
      expected: `${info.size} bytes`,
      found: `${stats.size} bytes`,
    })
  }

  /** Takes away what nobody has written to or made for too long, finished or not. */
  async sweep(): Promise<void> {
    const names = await readdir(this.folder).catch(() => [])
    for (const digits of new Set(names.map((name) => name.slice(0, 32)))) {
      if (idPattern.test(digits) && (await this.#age_ms(digits)) > this.#limits.upload_ms) await this.#remove(digits)
    }
  }

  // The store of facts about each upload, as @tus/file-store asks for it; keys are the names that `newName` gives.

  async get(key: string): Promise<Upload | undefined> {
    const info = await this.#info(digitsOf(key))
    if (info?.id !== key) return undefined
    const { id, size, offset, creation_date } = info
    return new Upload({ id, size, offset, ...(creation_date === undefined ? {} : { creation_date }) })
  }

  async set(key: string, { id, size, offset, creation_date }: Upload): Promise<void> {
    const path = this.#infoPath(digitsOf(key))
    await writeFile(`${path}.new`, JSON.stringify({ id, size, offset, creation_date }), { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  async delete(key: string): Promise<void> {
    await rm(this.#infoPath(digitsOf(key)), { force: true })
    await rmdir(join(this.folder, dirname(key))).catch(() => undefined)
  }

  async #infos(): Promise<Info[]> {
    const names = await readdir(this.folder)
    const infos = names.filter((name) => /^[0-9a-f]{32}\.json$/.test(name)).map((name) => this.#info(name.slice(0, 32)))
    return (await Promise.all(infos)).filter((info) => info !== undefined)
  }

  async #info(digits: string): Promise<Info | undefined> {
    if (!idPattern.test(digits)) return undefined
    return readFile(this.#infoPath(digits), 'utf8').then(parseInfo, () => undefined)
  }

  #infoPath(digits: string): string {
    return join(this.folder, `${digits}.json`)
  }

  async #age_ms(digits: string): Promise<number> {
    const name = this.nameOf(digits)
    const paths = [digits, `${digits}.json`, ...(name === undefined ? [] : [name])].map((path) =>
      join(this.folder, path),
    )
    const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
    return Date.now() - Math.max(...stats.map((one) => one?.mtimeMs ?? 0))
  }

  async #remove(digits: string): Promise<void> {
    await rm(join(this.folder, digits), { recursive: true, force: true })
    for (const ending of ['.json', '.json.new']) await rm(join(this.folder, digits + ending), { force: true })
  }
}

function digitsOf(key: string): string {
  return key.slice(0, 32)
}

function parseInfo(text: string): Info | undefined {
  try {
    return infoSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function tooLarge(limit_bytes: number): AppError {
  return new AppError('too-large', 'The file is larger than may be uploaded.', {
    expected: `at most ${limit_bytes} bytes`,
    hint: nextStep('serve-folder'),
  })
}
