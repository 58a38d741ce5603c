import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { syncFolder } from './manifest.ts'

const prefix = 'staging-'

/** A new folder that only we may read, beside the place where its content will go. */
export async function createStaging(folder: string): Promise<string> {
  const staging = join(folder, `${prefix}${ulid()}`)
  await mkdir(staging, { mode: 0o700 })
  return staging
}

/** Removes what killed set-ups left. Only for the holder of the lock. */
export async function clearStaging(folder: string): Promise<void> {
  const names = await readdir(folder)
  for (const name of names.filter((candidate) => candidate.startsWith(prefix))) await removeStaging(join(folder, name))
}

/** Retries, because a compiler that outlived its set-up may still be writing there. */
export async function removeStaging(staging: string): Promise<void> {
  await rm(staging, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
}

/** Puts a finished folder in its place; a damaged one that lies there goes into the staging folder. */
export async function moveIntoPlace(finished: string, target: string, staging: string): Promise<void> {
  await rename(target, join(staging, 'replaced')).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(finished, target)
  await syncFolder(join(target, '..'))
}
