import { open, rename, rm, writeFile } from 'node:fs/promises'
import { AppError, type ErrorCode } from '../../../shared/errors.ts'

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
}

/**
 * Writes a file that is whole or not there: to a name beside it, onto the disk, then renamed.
 *
 * @throws AppError `disk-full`, `permission-denied`
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeThrough(temporary, bytes)
    await rename(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw named(thrown, path)
  }
}

/**
 * Writes a file that the host reads as soon as the job has told of it, and that nobody wants after a crash: it does not wait for the disk, which would
 * take longer than many an evaluation.
 *
 * @throws AppError `disk-full`, `permission-denied`
 */
export async function writePassing(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { mode: 0o600 })
  } catch (thrown) {
    throw named(thrown, path)
  }
}

function named(thrown: unknown, path: string): unknown {
  const code = codes[(thrown as NodeJS.ErrnoException).code ?? '']
  if (code === undefined) return thrown
  return new AppError(code, 'A file of the home cannot be written.', { found: path, cause: thrown })
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
