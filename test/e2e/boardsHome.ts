import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Every byte of a home as text that secrets would be found in. */
export function everythingIn(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n')
}
