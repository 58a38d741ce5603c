import { realpath, stat } from 'node:fs/promises'
import { join, relative, isAbsolute, resolve, sep } from 'node:path'
import { noPath, type AllowPath } from '../host/index.ts'
import { AppError } from '../shared/errors.ts'
import type { UploadFolder } from './uploads/uploadFolder.ts'

/**
 * The real path of `requested` below one of `roots`, links resolved first. `requested` is a relative path with `/` between its parts;
 * percent signs are letters like others, nothing is decoded.
 *
 * The answer holds for this moment: who can write into the folder can put a link there afterwards, so open the file at once.
 *
 * @param roots folders that may be read; a link from one into another is allowed
 * @throws AppError `forbidden` (absolute, `..`, backslash, control character, or a link that leads out), `not-found`, `permission-denied`
 */
export async function resolveInside(roots: readonly string[], requested: string): Promise<string> {
  assertPlain(requested)
  const realRoots = await Promise.all(roots.map((root) => realpath(root)))
  for (const root of realRoots) {
    const real = await realOrNull(join(root, requested))
    if (real === null) continue
    if (!realRoots.some((allowed) => isInside(allowed, real))) throw outside()
    return real
  }
  throw new AppError('not-found', 'There is no such file in the folders that may be read.')
}

/**
 * What callers from a browser may read: what they have uploaded (`upload:` and the digits of its address), and files below the folders
 * named by `--data`; none of these where none was named.
 */
export function readsBelow(folders: readonly string[], uploads?: UploadFolder): AllowPath {
  const below: AllowPath = folders.length === 0 ? noPath : (path) => resolveInside(folders, path)
  return (path) => {
    const digits = uploads === undefined ? undefined : /^upload:([0-9a-f]{32})$/.exec(path)?.[1]
    return digits === undefined || uploads === undefined ? below(path) : uploads.finished(digits)
  }
}

/**
 * The real paths of the folders named by `--data`, each once.
 *
 * @throws AppError `not-found`, `input-invalid` (not a folder), `permission-denied`
 */
export async function dataRoots(folders: readonly string[]): Promise<string[]> {
  const roots = await Promise.all(folders.map(folderRoot))
  return [...new Set(roots)]
}

async function folderRoot(folder: string): Promise<string> {
  const path = resolve(folder)
  const real = await realOrNull(path)
  if (real === null) throw new AppError('not-found', 'A folder given with --data does not exist.', { found: path })
  if (!(await stat(real)).isDirectory()) {
    throw new AppError('input-invalid', 'What was given with --data is not a folder.', { found: path })
  }
  return real
}

function assertPlain(requested: string): void {
  const parts = requested.split('/')
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const odd = /[\u0000-\u001f\u007f\\]/.test(requested) || /^[a-z]:/i.test(requested)
  if (requested === '' || odd || isAbsolute(requested) || parts.includes('..')) throw outside()
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** Null for what is not there: a name that is missing, goes through a file, is too long, or is a link in a circle. */
async function realOrNull(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? ''
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code)) return null
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError('permission-denied', 'A file or folder may not be read.', { cause: thrown })
    throw thrown
  }
}

function outside(): AppError {
  return new AppError('forbidden', 'The path leads out of the folders that may be read.', {
    expected: 'a relative path below a folder given with --data',
  })
}
