import { closeSync, lstatSync, openSync, type Stats } from 'node:fs'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import { makeFolder } from './makeFolder.ts'
import { damagedStore } from './storeFailure.ts'
import type { StorePaths } from './storePaths.ts'

/**
 * Makes the home (0700) and an empty store file (0600) where they are missing; SQLite gives its `-wal` and `-shm` files the store's
 * mode. The home may be a link; what is there already keeps its mode.
 *
 * The file is opened here only where it did not exist. Closing any other descriptor of it would drop every lock that this process
 * holds on it through SQLite (POSIX advisory locks belong to the process and the file, not to the descriptor).
 */
export function prepareHome(paths: StorePaths): void {
  makeFolder(paths.home)
  if (statOf(paths.file) !== undefined) return
  try {
    closeSync(openSync(paths.file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** @throws AppError `not-found`, or `store-damaged` where a folder, a link or a device stands in the store's place */
export function assertStoreFile(paths: StorePaths): void {
  const stat = statOf(paths.file)
  if (stat === undefined) {
    throw new AppError('not-found', `There is no store in ${paths.home}.`, {
      expected: paths.file,
      hint: nextStep('right-home'),
    })
  }
  if (!stat.isFile()) throw damagedStore(paths, kindOf(stat))
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder in its place'
  if (stat.isSymbolicLink()) return 'a symbolic link in its place; the home folder may be one, the file may not'
  return 'something that is no file in its place'
}

function statOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false })
}
