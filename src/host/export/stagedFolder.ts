import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import type { Exported } from '../../shared/contract/results.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep, type NextStep } from '../../shared/nextSteps.ts'
import { withFileFailures } from '../../store/datasets/index.ts'

/** Lists an export's files; a folder that has it was made by an export and may be replaced by one. */
export const listName = 'export.json'

const listSchema = z.object({ schema: z.literal('bitgauge/export/1'), files: z.array(z.object({ path: z.string() })) })

export type ExportedFile = Exported['files'][number]

export interface StagedFolder {
  /** @param name a path below the folder, with slashes; its folders are made */
  write(name: string, format: string, bytes: string | Uint8Array): Promise<void>
}

/**
 * Fills a folder under another name beside its place and renames it when all of it is there, so that it is seen whole or not at all. An existing
 * folder is replaced only where that is asked for and nothing is in it but what an export left.
 *
 * @returns the files with their paths in the finished folder, in the order they were written, the list last
 * @throws AppError `file-exists`, `not-found` for a folder whose parent is missing, `permission-denied`, `disk-full`
 */
export async function fillFolder(
  out: string,
  overwrite: boolean,
  fill: (folder: StagedFolder) => Promise<void>,
): Promise<ExportedFile[]> {
  const target = resolve(out)
  const subject = basename(target)
  return withFileFailures(subject, async () => {
    await assertFree(target, overwrite)
    const staging = besides(target)
    await mkdir(staging)
    try {
      const files = await fillStaging(staging, target, fill)
      await syncAll(staging)
      await moveIn(staging, target, overwrite)
      return files
    } catch (thrown) {
      await rm(staging, { recursive: true, force: true })
      throw thrown
    }
  })
}

function besides(target: string): string {
  return join(dirname(target), `.${basename(target)}.${process.pid}.${randomBytes(4).toString('hex')}`)
}

async function fillStaging(
  staging: string,
  target: string,
  fill: (folder: StagedFolder) => Promise<void>,
): Promise<ExportedFile[]> {
  const files: ExportedFile[] = []
  const write: StagedFolder['write'] = async (name, format, content) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    await mkdir(dirname(join(staging, name)), { recursive: true })
    await writeFile(join(staging, name), bytes, { flag: 'wx' })
    files.push({
      path: join(target, name),
      format,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
  }
  await fill({ write })
  const list = files.map((file) => ({ ...file, path: slashed(relative(target, file.path)) }))
  await write(
    listName,
    'bitgauge-export/1',
    `${JSON.stringify({ schema: 'bitgauge/export/1', files: list }, null, 2)}\n`,
  )
  return files
}

/** All files and folders onto the disk, together: one by one each would wait for the disk by itself. */
async function syncAll(staging: string): Promise<void> {
  const names = await readdir(staging, { recursive: true })
  await Promise.all([staging, ...names.map((name) => join(staging, name))].map(sync))
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

async function assertFree(target: string, overwrite: boolean): Promise<void> {
  const found = await stat(target).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw thrown
  })
  if (found === undefined) return
  if (!overwrite) throw taken(target, nextStep('other-name'))
  if (!found.isDirectory()) throw taken(target, 'It is no folder: name another one.')
  const listed = await listedNames(target)
  const begun = new Set(listed.map((name) => name.split('/')[0]))
  const names = await readdir(target)
  const beside = names.filter((name) => !begun.has(name))
  const strange = beside.length > 0 ? beside : (await filesBelow(target)).filter((name) => !listed.includes(name))
  if (strange.length > 0)
    throw taken(target, `It holds what no export has written (${strange.slice(0, 3).join(', ')}): name another one.`)
}

/** With slashes, from the folder on. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  return files.map((entry) => slashed(relative(folder, join(entry.parentPath, entry.name))))
}

function taken(target: string, hint: string | NextStep): AppError {
  return new AppError('file-exists', `${target} is there already.`, {
    expected: 'a name that is not taken, or the folder of an earlier export',
    hint,
  })
}

async function listedNames(target: string): Promise<string[]> {
  try {
    const { files } = listSchema.parse(JSON.parse(await readFile(join(target, listName), 'utf8')))
    return [listName, ...files.map(({ path }) => path)]
  } catch {
    return []
  }
}

function slashed(path: string): string {
  return path.replaceAll(sep, '/')
}

/** The old folder gives way under another name, and comes back where the new one cannot take its place. */
async function moveIn(staging: string, target: string, overwrite: boolean): Promise<void> {
  const old = besides(target)
  const replaced = overwrite && (await rename(target, old).then(() => true, absent))
  try {
    await rename(staging, target)
  } catch (thrown) {
    if (replaced) await rename(old, target)
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? ''))
      throw taken(target, 'Name another one.')
    throw thrown
  }
  if (replaced) await rm(old, { recursive: true, force: true })
}

function absent(thrown: NodeJS.ErrnoException): false {
  if (thrown.code === 'ENOENT') return false
  throw thrown
}
