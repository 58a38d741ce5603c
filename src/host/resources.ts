import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '../shared/errors.ts'

/**
 * The path of a file by its path below the clone, or below what was packaged of it; this file may be in a bundle.
 *
 * @throws AppError `not-found` where this copy of Bitgauge came without it
 */
export function findUpwards(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, name)
    if (existsSync(path)) return path
    if (dirname(folder) === folder) break
  }
  throw new AppError('not-found', `This copy of Bitgauge has no file ${name}.`, { hint: 'Install it again.' })
}
