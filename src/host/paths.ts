import { homedir } from 'node:os'
import { resolve } from 'node:path'
import envPaths from 'env-paths'
import { AppError, type ErrorCode } from '../shared/errors.ts'
import { makeFolder } from '../store/makeFolder.ts'

export interface Paths {
  /** folder of the store, its backups and the logs */
  home: string
  /** folder of what can be made again: the TensorFlow library and its addon */
  cache: string
}

/**
 * Where things lie when nobody says otherwise: `BITGAUGE_HOME` and `BITGAUGE_CACHE` where they are set and not empty, else the
 * platform's folders for data and caches. Always absolute.
 */
export function defaultPaths(environment: NodeJS.ProcessEnv = process.env): Paths {
  const platform = envPaths('bitgauge', { suffix: '' })
  return {
    home: folder(environment['BITGAUGE_HOME'], platform.data),
    cache: folder(environment['BITGAUGE_CACHE'], platform.cache),
  }
}

/**
 * Makes the folder of what can be made again where it is missing, before anything is put into it.
 *
 * @throws AppError `permission-denied`, `conflict` where it cannot be a folder, `disk-full`
 */
export function prepareCache(cache: string): void {
  try {
    makeFolder(cache)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      codes.get((error as NodeJS.ErrnoException).code) ?? 'conflict',
      `The cache folder ${cache} cannot be made.`,
      {
        found: error instanceof Error ? error.message : String(error),
        hint: 'Name another one with BITGAUGE_CACHE.',
        cause: error,
      },
    )
  }
}

const codes: ReadonlyMap<string | undefined, ErrorCode> = new Map([
  ['EACCES', 'permission-denied'],
  ['EPERM', 'permission-denied'],
  ['EROFS', 'permission-denied'],
  ['ENOSPC', 'disk-full'],
])

function folder(named: string | undefined, fallback: string): string {
  if (named === undefined || named === '') return fallback
  return resolve(named.startsWith('~/') ? `${homedir()}${named.slice(1)}` : named)
}
