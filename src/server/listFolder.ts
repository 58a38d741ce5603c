import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ListFiles } from '../host/index.ts'
import { noLists } from '../host/index.ts'
import type { FileEntry, FileListing } from '../shared/contract/files.ts'
import { AppError } from '../shared/errors.ts'
import { resolveInside } from './files.ts'

const mostEntries = 1000
/** A folder with more names than this is looked at no further. */
const mostNames = 20_000

/** Lists what callers from a browser may read: the folders named by `--data`, laid over each other as {@link resolveInside} reads them. */
export function listsBelow(folders: readonly string[]): ListFiles {
  return folders.length === 0 ? noLists : (folder) => listFolder(folders, folder)
}

async function listFolder(roots: readonly string[], folder: string): Promise<FileListing> {
  const names = new Set<string>()
  for (const path of await foldersOf(roots, folder)) {
    for (const name of await readdir(path)) if (!name.startsWith('.') && names.size < mostNames) names.add(name)
  }
  const found = await Promise.all([...names].map((name) => entryOf(roots, folder, name)))
  const entries = found.filter((entry) => entry !== null).sort(byKindAndName)
  return {
    served: true,
    folder,
    entries: entries.slice(0, mostEntries),
    more: Math.max(0, entries.length - mostEntries),
  }
}

/** The folder in each root that has it. */
async function foldersOf(roots: readonly string[], folder: string): Promise<string[]> {
  if (folder === '') return Promise.all(roots.map((root) => realpath(root)))
  const real = await resolveInside(roots, folder)
  if (!(await stat(real)).isDirectory()) throw new AppError('not-found', 'There is no such folder among those to read.')
  const others = await Promise.all(
    roots.map((root) => resolveInside([root], folder).catch(() => null as string | null)),
  )
  const folders = [...new Set([real, ...others.filter((path) => path !== null)])]
  const stats = await Promise.all(folders.map((path) => stat(path)))
  return folders.filter((_, index) => stats[index]?.isDirectory() === true)
}

/** Null for what cannot be read by its name: a link that leads out, a device, what has just gone. */
async function entryOf(roots: readonly string[], folder: string, name: string): Promise<FileEntry | null> {
  const path = folder === '' ? name : join(folder, name)
  try {
    const stats = await stat(await resolveInside(roots, path))
    if (!stats.isFile() && !stats.isDirectory()) return null
    const kind = stats.isFile() ? ('file' as const) : ('folder' as const)
    return { kind, name, path, bytes: kind === 'file' ? stats.size : null, modified: stats.mtime.toISOString() }
  } catch {
    return null
  }
}

function byKindAndName(a: FileEntry, b: FileEntry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1
  return a.name < b.name ? -1 : 1
}
