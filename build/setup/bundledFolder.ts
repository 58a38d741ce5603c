import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What stands for the application's own archive in its path: the archive, and beside it the files that were left outside. */
const archives: readonly string[] = ['app.asar', 'app.asar.unpacked']

/**
 * `resources/bundled` of a packaged application, laid out as a cache: the libraries that a clone's set-up would fetch and build. Null in a
 * clone. It is looked into after the cache, so that what a person sets up there wins.
 */
export function bundledFolder(file: string = fileURLToPath(import.meta.url)): string | null {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (archives.includes(basename(folder))) return join(dirname(folder), 'bundled')
  }
  return null
}
