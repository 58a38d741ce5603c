import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { z } from 'zod'
import { exportRecordSchema, type ExportRecord } from '../../shared/contract/exports.ts'
import { AppError } from '../../shared/errors.ts'
import { idSchema } from '../../shared/units.ts'
import { readJson, writeJson } from '../datasets/jsonFile.ts'
import { createStaging, discardFolder, moveIntoPlace, removeFolder } from '../datasets/staging.ts'

/** What an export is told before it is stored. */
export type NewExport = Pick<ExportRecord, 'request' | 'subject' | 'program'>

type File = ExportRecord['files'][number]

const recordName = 'made.json'
const filesFolder = 'files'
const largestRecord_bytes = 4_000_000

/** A record as its file has it: paths are names below the export's folder. */
const storedSchema = exportRecordSchema.extend({ schema: z.literal('bitgauge/made/1') })

/** Exports of a home, a folder each below `exports`: seen whole or not at all, and kept until they are removed. */
export class ExportStore {
  readonly #folder: string

  constructor(home: string) {
    this.#folder = join(home, 'exports')
  }

  /**
   * Stores an export. `fill` writes its files into a new folder, whose path it is given, and names them below it in their order; `pack`, where
   * it is given, makes one archive of them.
   */
  async put(
    about: NewExport,
    fill: (folder: string) => Promise<{ name: string; format: string }[]>,
    pack: ((files: readonly { name: string; bytes: Uint8Array }[]) => { name: string; bytes: Uint8Array }) | null,
  ): Promise<ExportRecord> {
    const staging = await createStaging(this.#folder)
    try {
      const inner = join(staging, filesFolder)
      await mkdir(inner, { mode: 0o700 })
      const written = await fill(inner)
      const archive = pack === null ? null : pack(await readAll(inner, written))
      if (archive !== null) await writeFile(join(staging, archive.name), archive.bytes, { flag: 'wx', mode: 0o600 })
      const record: ExportRecord = {
        ...{ id: ulid(), made: new Date().toISOString(), ...about },
        files: await Promise.all(written.map((file) => described(staging, `${filesFolder}/${file.name}`, file))),
        archive:
          archive === null ? null : await described(staging, archive.name, { name: archive.name, format: 'zip' }),
      }
      await writeJson(join(staging, recordName), { schema: 'bitgauge/made/1', ...record })
      if (!(await moveIntoPlace(staging, join(this.#folder, record.id)))) throw new Error('an id was given twice')
      return this.#placed(record)
    } catch (thrown) {
      await removeFolder(staging)
      throw thrown
    }
  }

  /** Newest first, and a sentence for each folder that cannot be read. */
  async list(): Promise<{ exports: ExportRecord[]; damaged: string[] }> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => idSchema.safeParse(name).success)
    const exports: ExportRecord[] = []
    const damaged: string[] = []
    for (const name of names.sort().reverse()) {
      try {
        exports.push(await this.#read(name))
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown
        damaged.push(`The export ${name} cannot be read: ${thrown.found ?? thrown.message}.`)
      }
    }
    return { exports, damaged }
  }

  /** Errors: `not-found`. */
  async remove(id: string): Promise<void> {
    const folder = join(this.#folder, id)
    const there = await stat(folder).catch(() => undefined)
    if (there === undefined) throw new AppError('not-found', 'There is no such export.', { found: id })
    await discardFolder(folder)
  }

  async #read(id: string): Promise<ExportRecord> {
    const path = join(this.#folder, id, recordName)
    const {
      id: own,
      made,
      request,
      subject,
      program,
      files,
      archive,
    } = await readJson(path, `The record of export ${id}`, storedSchema, largestRecord_bytes)
    return this.#placed({ id: own, made, request, subject, program, files, archive })
  }

  #placed(record: ExportRecord): ExportRecord {
    const placed = (file: File): File => ({ ...file, path: join(this.#folder, record.id, file.path) })
    const { files, archive } = record
    return { ...record, files: files.map(placed), archive: archive === null ? null : placed(archive) }
  }
}

function readAll(folder: string, files: readonly { name: string }[]): Promise<{ name: string; bytes: Buffer }[]> {
  return Promise.all(files.map(async ({ name }) => ({ name, bytes: await readFile(join(folder, name)) })))
}

/** Read in pieces: a bundle may be larger than the memory. */
async function described(folder: string, path: string, about: Pick<File, 'name' | 'format'>): Promise<File> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(join(folder, path)) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { ...about, path, bytes, sha256: hash.digest('hex') }
}
