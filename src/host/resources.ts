import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../shared/errors.ts'

/**
 * The path of a file below `resources`, of the clone or of what was packaged of it; this file may be in a bundle.
 *
 * @throws AppError `not-found` where this copy of Bitgauge came without it
 */
export function resourcePath(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'resources', name)
    if (existsSync(path)) return path
    if (dirname(folder) === folder) break
  }
  throw new AppError('not-found', `This copy of Bitgauge has no file resources/${name}.`, { hint: 'Install it again.' })
}
