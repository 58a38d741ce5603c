import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { isOwnerAlive, thisProcessAsOwner } from '../jobOwner.ts'
import type { JobOwner } from '../jobRepository.ts'

const prefix = 'staging-'

/**
 * A new folder beside the place where its content will go, for work that becomes visible as a whole or not at all. Its name holds the
 * process that works in it, so that another one can tell what a killed process left, at whatever moment it was killed.
 */
export async function createStaging(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await clearStaging(folder)
  const staging = join(folder, stagingName())
  await mkdir(staging, { mode: 0o700 })
  return staging
}

/** `staging-<ULID>_<pid>_<start of that process>`; a start holds a `/`, which a name cannot. */
function stagingName(): string {
  const { instance, pid, start } = thisProcessAsOwner(ulid())
  return `${prefix}${instance}_${pid}_${start?.replace('/', '.') ?? ''}`
}

function ownerIn(name: string): JobOwner | null {
  const found = /^staging-([0-9A-Z]{26})_(\d+)_([0-9a-f-]+\.\d+)?$/.exec(name)
  if (found === null) return null
  return { instance: found[1] ?? '', pid: Number(found[2]), start: found[3]?.replace('.', '/') ?? null }
}

/** Removes what processes that have ended left. */
async function clearStaging(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const owner = ownerIn(name)
    if (owner !== null && !isOwnerAlive(owner)) await removeFolder(join(folder, name))
  }
}

/** Gives a finished folder its name. False where that name is taken by a folder with content: another process was first. */
export async function moveIntoPlace(finished: string, target: string): Promise<boolean> {
  await syncFolder(finished)
  try {
    await rename(finished, target)
  } catch (thrown) {
    if (['ENOTEMPTY', 'EEXIST'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return false
    throw thrown
  }
  await syncFolder(join(target, '..'))
  return true
}

/** Takes a folder away so that nobody sees it half there: first its name, then its content. */
export async function discardFolder(path: string): Promise<void> {
  const doomed = join(path, '..', stagingName())
  await rename(path, doomed)
  await removeFolder(doomed)
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 })
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
