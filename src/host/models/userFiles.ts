import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { ModelExported } from '../../shared/contract/model.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import { putWhole } from '../files/putWhole.ts'

export interface PlannedFile {
  path: string
  format: string
  bytes: Uint8Array
}

/**
 * Writes files where nothing is yet, each whole or not there.
 *
 * @throws AppError `file-exists`, `permission-denied`, `disk-full`, `not-found` for a missing folder
 */
export async function writeNewFile(files: readonly PlannedFile[], overwrite: boolean): Promise<ModelExported['files']> {
  for (const { path } of files) {
    if (!overwrite && (await stat(path).catch(() => undefined)) !== undefined) {
      throw new AppError('file-exists', `There is a file ${path} already.`, {
        hint: nextStep('other-name'),
      })
    }
  }
  for (const { path, bytes } of files)
    await withFileFailures(path, () => putWhole(path, (temporary) => writeFile(temporary, bytes, { flag: 'wx' })))
  return files.map(({ path, format, bytes }) => ({
    path,
    format,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }))
}

/**
 * A file that a person named, read as a whole.
 *
 * @throws AppError `not-found`, `permission-denied`, `input-invalid` for what is no file, `too-large`
 */
export function readUserFile(path: string, limit_bytes: number): Promise<Buffer> {
  return withFileFailures(basename(path), async () => {
    const { size } = await regularFile(path)
    if (size <= limit_bytes) return readFile(path)
    throw new AppError('too-large', `${basename(path)} is too large.`, {
      expected: `at most ${limit_bytes} bytes`,
      found: `${size} bytes`,
    })
  })
}

async function regularFile(path: string): Promise<{ size: number }> {
  const found = await stat(path)
  if (found.isFile()) return found
  throw new AppError('input-invalid', `${basename(path)} is no file.`, {
    found: found.isDirectory() ? 'a folder' : 'a device',
  })
}
