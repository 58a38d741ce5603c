import { constants } from 'node:fs'
import { copyFile, open, readdir, realpath, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve, sep } from 'node:path'
import { AppError } from '../../shared/errors.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import { makeFolder } from '../../store/makeFolder.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { putWhole } from './putWhole.ts'

/** Age at which a folder of exports that were made to be saved elsewhere is taken away; what is in it can be made again. */
export const exportsKept_ms = 24 * 60 * 60 * 1000

/**
 * What a page calls a file that the engine shall write for it to save: `export:<32 hexadecimal digits>/<name>`, further folders between
 * them allowed. The digits are the page's own choice, so that two exports never meet.
 */
const exportName = /^export:([0-9a-f]{32})((?:\/[\p{L}\p{N}_(][\p{L}\p{N}\p{M} ._()+,=@-]{0,149}){1,4})$/u

/** Folder of what was exported to be saved elsewhere. */
export function exportsFolder(home: string): string {
  return join(resolve(home), 'exports')
}

/**
 * Lets calls of a page write below the home's `exports` folder and nowhere else. The folder of the digits is made; what the name says
 * beyond it is the call's.
 *
 * Errors of what it gives: `forbidden`.
 */
export function writesExports(home: string): AllowPath {
  return async (path) => {
    const { folder, file } = placeOf(home, path)
    makeFolder(folder)
    return file
  }
}

/** One exported file, open for reading. */
export interface ExportedFile {
  file: FileHandle
  /** without its folders */
  name: string
  bytes: number
}

/**
 * Opens an exported file by the name that the page gave it, or by the path that the engine answered with.
 *
 * @throws AppError `forbidden` where it lies outside the exports, a link included; `not-found`; `input-invalid` for what is no file
 */
export async function openExported(home: string, path: string): Promise<ExportedFile> {
  const real = await exportedPath(home, path)
  const file = await open(real, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch(() => {
    throw notThere()
  })
  const stats = await file.stat()
  if (stats.isFile()) return { file, name: basename(real), bytes: stats.size }
  await file.close()
  throw new AppError('input-invalid', 'What was exported there is no file.', { expected: 'the name of one file' })
}

/** The real path of an exported file or folder. Errors: those of {@link openExported}. */
export async function exportedPath(home: string, path: string): Promise<string> {
  const root = await realpath(exportsFolder(home)).catch(() => undefined)
  if (root === undefined) throw notThere()
  const asked = isAbsolute(path) ? path : placeOf(home, path).file
  const real = await realpath(asked).catch(() => undefined)
  if (real === undefined) throw isBelow(exportsFolder(home), resolve(asked)) ? notThere() : outside()
  if (!isBelow(root, real)) throw outside()
  return real
}

/**
 * Copies an exported file to where a person wants it, over what is there: the dialog has asked about that. It is there whole, or what was there stays.
 *
 * @throws AppError those of {@link openExported}, `permission-denied`, `disk-full`
 */
export async function saveExported(home: string, path: string, target: string): Promise<void> {
  const source = await exportedPath(home, path)
  await withFileFailures(basename(target), () => putWhole(target, (temporary) => copyFile(source, temporary)))
}

/** Takes away exports that have lain there for too long. */
export async function sweepExports(home: string, kept_ms = exportsKept_ms): Promise<void> {
  const folder = exportsFolder(home)
  const names = await readdir(folder).catch(() => [])
  for (const name of names.filter((one) => /^[0-9a-f]{32}$/.test(one))) {
    const stats = await stat(join(folder, name)).catch(() => undefined)
    if (stats !== undefined && Date.now() - stats.mtimeMs > kept_ms)
      await rm(join(folder, name), { recursive: true, force: true })
  }
}

function placeOf(home: string, path: string): { folder: string; file: string } {
  const [, digits, rest] = exportName.exec(path) ?? []
  if (digits === undefined || rest === undefined) throw outside()
  const folder = join(exportsFolder(home), digits)
  return { folder, file: join(folder, ...rest.slice(1).split('/')) }
}

function isBelow(root: string, path: string): boolean {
  return path.startsWith(root + sep)
}

function outside(): AppError {
  return new AppError('forbidden', 'The path leads out of the folder of exports.', {
    expected: 'export:, 32 hexadecimal digits, a slash and a name',
  })
}

function notThere(): AppError {
  return new AppError('not-found', 'There is no such exported file.', {
    hint: 'Exports are kept for a day; export it again.',
  })
}
