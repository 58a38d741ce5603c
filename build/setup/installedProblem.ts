import { statSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { ManifestFile } from './manifest.ts'

/** What is wrong with an installed folder by sizes and times, without reading content; one sentence, undefined where nothing is. */
export function installedProblem(directory: string, files: readonly ManifestFile[]): string | undefined {
  return folderProblem(directory) ?? firstProblem(directory, files)
}

/** A folder that somebody else can write to may hold anybody's code. */
function folderProblem(directory: string): string | undefined {
  const stats = statOf(directory)
  if (stats === undefined || process.getuid === undefined) return undefined
  if ((stats.mode & 0o022) !== 0) return `Other users may write to ${directory}.`
  const own = process.getuid()
  return own === 0 || stats.uid === own || stats.uid === 0 ? undefined : `${directory} belongs to another user.`
}

function firstProblem(directory: string, files: readonly ManifestFile[]): string | undefined {
  for (const file of files) {
    const problem = fileProblem(file, statOf(join(directory, file.path)))
    if (problem !== undefined) return problem
  }
  return undefined
}

function fileProblem(file: ManifestFile, stats: Stats | undefined): string | undefined {
  if (stats === undefined || !stats.isFile()) return `${file.path} is missing.`
  if (stats.size !== file.bytes) return `${file.path} has ${stats.size} bytes instead of ${file.bytes}.`
  if (Math.floor(stats.mtimeMs / 1000) !== file.mtime_s) return `${file.path} was changed after set-up.`
  return undefined
}

/** Undefined where there is nothing, and where we may not look. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
