import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../core/training/checkpoint.ts'
import { AppError } from '../../shared/errors.ts'

/**
 * Writes a checkpoint so that the file is always a whole one, old or new, wherever the power fails: to a name beside it, onto the disk, then
 * renamed, and the folder onto the disk too. What a killed process left under that name is written over. One training at a time may write
 * to a path.
 *
 * @throws AppError `disk-full`, `permission-denied`
 */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    await writeThrough(temporary, encodeCheckpoint(checkpoint))
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw translate(thrown, path)
  }
}

/** The checkpoint at `path`, or null where there is none. Throws AppError `input-invalid`, `too-large`, `permission-denied`. */
export async function readCheckpoint(path: string): Promise<Checkpoint | null> {
  try {
    return decodeCheckpoint(await readFile(path))
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null
    throw translate(thrown, path)
  }
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

/** Windows does not open folders; its rename is on the disk when it comes back. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function translate(thrown: unknown, path: string): unknown {
  const code = codeOf(thrown)
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('disk-full', 'There is no room for the checkpoint.', { found: path, cause: thrown })
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError('permission-denied', 'The checkpoint may not be read or written.', {
      found: path,
      cause: thrown,
    })
  }
  return thrown
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException | undefined)?.code
}
