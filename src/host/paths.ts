import { homedir } from 'node:os'
import { resolve } from 'node:path'
import envPaths from 'env-paths'

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

function folder(named: string | undefined, fallback: string): string {
  if (named === undefined || named === '') return fallback
  return resolve(named.startsWith('~/') ? `${homedir()}${named.slice(1)}` : named)
}
