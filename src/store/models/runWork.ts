import { readFile, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { writeSynced } from '../datasets/jsonFile.ts'
import { removeFolder } from '../datasets/staging.ts'
import { isOwnerAlive, thisProcessAsOwner } from '../jobOwner.ts'
import { makeFolder } from '../makeFolder.ts'
import { workFolder } from './modelPaths.ts'

const ownerName = 'owner.json'
const ownerSchema = z.strictObject({ instance: z.string(), pid: z.int(), start: z.string().nullable() })

/** The folder of a run under way, which one program at a time may use. */
export interface RunWork {
  folder: string
  /** Lets other programs use the folder; what is in it stays for the next attempt, and an empty one goes. */
  release(): Promise<void>
  /** Removes what earlier attempts left. */
  clear(): Promise<void>
  /** Does what begins the work; where that throws, lets the folder go. */
  releasedOnFailure<T>(begin: () => T): Promise<T>
  /** Removes the folder with everything in it. */
  discard(): Promise<void>
}

/**
 * Takes the work folder of a run key. What a program that has ended left there is kept: it is where work goes on.
 *
 * @throws AppError `conflict` where a program that is alive has it
 */
export async function takeRunWork(home: string, key: string): Promise<RunWork> {
  const folder = workFolder(home, key)
  makeFolder(folder)
  const path = join(folder, ownerName)
  if (!(await claim(path))) {
    await assertAbandoned(path)
    await rm(path, { force: true })
    if (!(await claim(path))) throw taken()
  }
  const release = async (): Promise<void> => {
    await rm(path, { force: true })
    await rmdir(folder).catch(() => undefined)
  }
  return {
    folder,
    release,
    releasedOnFailure: async (begin) => {
      try {
        return begin()
      } catch (thrown) {
        await release()
        throw thrown
      }
    },
    clear: () => clear(folder),
    discard: () => removeFolder(folder),
  }
}

async function clear(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name !== ownerName) await rm(join(folder, name), { recursive: true, force: true })
  }
}

async function claim(path: string): Promise<boolean> {
  try {
    await writeSynced(path, `${JSON.stringify(thisProcessAsOwner(''))}\n`)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw thrown
  }
}

/** An owner that cannot be read was being written when its program ended. */
async function assertAbandoned(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '')
  try {
    if (!isOwnerAlive(ownerSchema.parse(JSON.parse(text)))) return
  } catch {
    return
  }
  throw taken()
}

function taken(): AppError {
  return new AppError('conflict', 'The same work is under way in another program on this machine.', {
    hint: 'Wait until it has ended, or stop it there.',
  })
}
