import Database from 'better-sqlite3'
import { readdirSync, statfsSync } from 'node:fs'
import { AppError, type ErrorCode } from '../shared/errors.ts'
import { nextStep, type NextStep } from '../shared/nextSteps.ts'
import type { StorePaths } from './storePaths.ts'

/** By the result code's name; the longest prefix that is here decides, so `SQLITE_IOERR_WRITE` falls to `SQLITE_IOERR`. */
const sqliteCodes: Readonly<Record<string, ErrorCode>> = {
  SQLITE_NOTADB: 'store-damaged',
  SQLITE_CORRUPT: 'store-damaged',
  SQLITE_FORMAT: 'store-damaged',
  SQLITE_IOERR: 'store-damaged',
  SQLITE_FULL: 'disk-full',
  SQLITE_IOERR_SHMSIZE: 'disk-full',
  SQLITE_BUSY: 'store-busy',
  SQLITE_LOCKED: 'store-busy',
  SQLITE_PROTOCOL: 'store-busy',
  SQLITE_READONLY: 'permission-denied',
  SQLITE_PERM: 'permission-denied',
  SQLITE_CANTOPEN: 'permission-denied',
  SQLITE_TOOBIG: 'too-large',
  SQLITE_NOMEM: 'out-of-memory',
  SQLITE_CONSTRAINT_PRIMARYKEY: 'conflict',
  SQLITE_CONSTRAINT_UNIQUE: 'conflict',
}

const systemCodes: Readonly<Record<string, ErrorCode>> = {
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  EROFS: 'permission-denied',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  ENOTDIR: 'conflict',
  EEXIST: 'conflict',
}

/**
 * The AppError of what SQLite or the file system threw; anything else comes back as it is, a defect. The one place where their
 * codes are translated.
 */
export function storeFailure(thrown: unknown, paths: StorePaths): unknown {
  if (thrown instanceof AppError) return thrown
  const name = thrown instanceof Error ? (thrown as { code?: unknown }).code : undefined
  if (typeof name !== 'string') return thrown
  const code = thrown instanceof Database.SqliteError ? codeOfSqlite(name, paths) : systemCodes[name]
  return code === undefined ? thrown : describe(code, name, thrown as Error, paths)
}

function codeOfSqlite(name: string, paths: StorePaths): ErrorCode | undefined {
  const known = Object.keys(sqliteCodes).filter((prefix) => name.startsWith(prefix))
  const longest = known.sort((a, b) => b.length - a.length)[0]
  // SQLite reports some writes that failed for want of room as plain I/O errors.
  if (name.startsWith('SQLITE_IOERR') && hasNoRoom(paths.home)) return 'disk-full'
  return longest === undefined ? undefined : sqliteCodes[longest]
}

function hasNoRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize < 65_536
  } catch {
    return false
  }
}

function describe(code: ErrorCode, name: string, cause: Error, paths: StorePaths): AppError {
  if (code === 'store-damaged') return damagedStore(paths, `${cause.message} (${name})`, cause)
  const [message, hint] = sentences(code, paths)
  return new AppError(code, message, { found: `${cause.message} (${name})`, hint, cause })
}

function sentences(code: ErrorCode, { home, file }: StorePaths): [message: string, hint: string | NextStep] {
  switch (code) {
    case 'disk-full':
      return [
        `There is no room left for the store in ${home}.`,
        'Make room on that disk, then do it again; what was stored before is whole.',
      ]
    case 'store-busy':
      return [
        `Another program held the store ${file} for too long.`,
        'Wait until it is done, or end it, then do it again.',
      ]
    case 'permission-denied':
      return [`The store ${file} may not be opened or written.`, nextStep('give-right', home)]
    case 'conflict':
      return [
        'The store cannot take this: what is there already stands against it.',
        'Look at what has the same name or id.',
      ]
    default:
      return [`The store ${file} cannot do this.`, 'Try it with less.']
  }
}

/** `store-damaged` with the way back: the newest backup, or where backups would be. */
export function damagedStore(paths: StorePaths, found: string, cause?: unknown): AppError {
  return new AppError('store-damaged', `The store ${paths.file} cannot be read.`, {
    expected: 'a store of Bitgauge',
    found,
    hint: wayBack(paths),
    cause,
  })
}

function wayBack(paths: StorePaths): string {
  const newest = backupNames(paths.backups).at(-1)
  const away = 'Move the file and any -wal and -shm beside it away'
  return newest === undefined
    ? `${away}; a new store is made at the next start (there is no backup in ${paths.backups}).`
    : `${away}, then put a copy of a backup in its place; the newest is ${newest} in ${paths.backups}.`
}

const backupName = /^[a-z0-9-]+-(\d{8}T\d{9}Z(?:_\d+)?)\.sqlite$/

/** Names of finished backups, oldest first: every name ends in the moment it was made. Other files in the folder are not named. */
export function backupNames(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => backupName.test(name))
    return names.sort((a, b) => moment(a).localeCompare(moment(b)))
  } catch {
    return []
  }
}

function moment(name: string): string {
  return backupName.exec(name)?.[1] ?? ''
}
