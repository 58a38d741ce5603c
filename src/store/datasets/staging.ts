import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ulid } from 'ulid'
import { z } from 'zod'
import { isOwnerAlive, thisProcessAsOwner } from '../jobOwner.ts'
import { readJson, writeJson } from './jsonFile.ts'

const prefix = 'staging-'
const ownerName = 'owner.json'
const ownerSchema = z.strictObject({ instance: z.string(), pid: z.int(), start: z.string().nullable() })

/**
 * A new folder beside the place where its content will go, for work that becomes visible as a whole or not at all. It holds the
 * process that works in it, so that another one can tell what a killed process left.
 */
export async function createStaging(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await clearStaging(folder)
  const id = ulid()
  const staging = join(folder, `${prefix}${id}`)
  await mkdir(staging, { mode: 0o700 })
  await writeJson(join(staging, ownerName), thisProcessAsOwner(id))
  return staging
}

/** Removes what processes that have ended left. One that has not yet written who it is is left alone for a day. */
async function clearStaging(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix)) continue
    if (await isAbandoned(join(folder, name), name)) await removeFolder(join(folder, name))
  }
}

async function isAbandoned(path: string, name: string): Promise<boolean> {
  try {
    return !isOwnerAlive(await readJson(join(path, ownerName), ownerName, ownerSchema, 10_000))
  } catch {
    return Date.now() - momentOf(name.slice(prefix.length)) > 86_400_000
  }
}

/** The milliseconds in the first ten characters of a ULID. */
function momentOf(id: string): number {
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
  return [...id.slice(0, 10)].reduce((sum, character) => sum * 32 + Math.max(0, digits.indexOf(character)), 0)
}

/** Gives a finished folder its name. False where that name is taken by a folder with content: another process was first. */
export async function moveIntoPlace(finished: string, target: string): Promise<boolean> {
  await rm(join(finished, ownerName), { force: true })
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
  const doomed = join(path, '..', `${prefix}${ulid()}`)
  await rename(path, doomed)
  await writeJson(join(doomed, ownerName), thisProcessAsOwner('')).catch(() => undefined)
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
