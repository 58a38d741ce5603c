import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { connect } from './connection.ts'
import { makeFolder } from './makeFolder.ts'
import type { FileRecord } from './store.ts'
import { backupNames, damagedStore, storeFailure } from './storeFailure.ts'
import { storePaths, type StorePaths } from './storePaths.ts'

/** Copies made by themselves before a migration; of those, this many are kept. What a person asked for is never removed. */
const keptAutomatic = 10
const automaticName = /^before-v\d+-/

/** 16 MiB at the usual page of 4 KiB: short enough for the program to answer in between. */
const pagesPerStep = 4096
const hour_ms = 3_600_000

/** A backup that has a name and an empty file under another one. */
export interface BackupDraft {
  home: string
  /** in the folder of backups */
  name: string
}

/**
 * Makes room for a backup that {@link fillBackup} fills, in this process or another.
 *
 * @throws AppError `disk-full`, `permission-denied`
 */
export function beginBackup(home: string, now: Date): BackupDraft {
  const paths = storePaths(home)
  const target = targetFor(paths, 'manual', now)
  try {
    prepareTarget(paths, target)
    return { home, name: basename(target.file) }
  } catch (error) {
    throw storeFailure(error, paths)
  }
}

/** Takes away what is unfinished of a backup, also where whoever filled it was killed; of one that is whole nothing. */
export function discardBackup({ home, name }: BackupDraft): void {
  removeTemporary(join(storePaths(home).backups, unfinished(name)))
}

/**
 * A consistent copy of the store while it is in use. It is read through a connection of its own that stays in one read
 * transaction: writers go on, and the copy neither sees them nor starts again because of them.
 *
 * @throws AppError `disk-full`, `permission-denied`, `store-damaged`
 */
export async function fillBackup({ home, name }: BackupDraft, timeout_ms = 10_000): Promise<FileRecord> {
  const paths = storePaths(home)
  const target = { file: join(paths.backups, name), temporary: join(paths.backups, unfinished(name)) }
  let source: Database.Database | undefined
  try {
    source = connect(paths, { readonly: true, timeout_ms })
    source.exec('BEGIN')
    source.prepare('SELECT count(*) FROM sqlite_schema').get()
    await source.backup(target.temporary, { progress: () => pagesPerStep })
    finish(paths, target)
    return await describeFile(target.file)
  } catch (error) {
    removeTemporary(target.temporary)
    throw storeFailure(error, paths)
  } finally {
    source?.close()
  }
}

/**
 * A copy of the store as it is for readers, by `VACUUM INTO` on a second connection, so that it can be made while the caller holds the
 * write lock. Gives the copy's path.
 */
export function backupBeforeMigration(paths: StorePaths, version: number, now: Date): string {
  const target = targetFor(paths, `before-v${version}`, now)
  try {
    prepareTarget(paths, target)
    copyByVacuum(paths, target.temporary)
    finish(paths, target)
  } catch (error) {
    removeTemporary(target.temporary)
    throw error
  }
  for (const name of backupNames(paths.backups)
    .filter((name) => automaticName.test(name))
    .slice(0, -keptAutomatic)) {
    rmSync(join(paths.backups, name), { force: true })
  }
  return target.file
}

function copyByVacuum(paths: StorePaths, file: string): void {
  const source = connect(paths, { readonly: true, timeout_ms: 0 })
  try {
    source.prepare('VACUUM INTO ?').run(file)
  } finally {
    source.close()
  }
}

function unfinished(name: string): string {
  return `${name}.tmp`
}

interface Target {
  file: string
  temporary: string
}

function targetFor(paths: StorePaths, kind: string, now: Date): Target {
  const moment = now.toISOString().replace(/[-:.]/g, '')
  for (let again = 1; ; again += 1) {
    const file = join(paths.backups, `${kind}-${moment}${again === 1 ? '' : `_${again}`}.sqlite`)
    const temporary = unfinished(file)
    if (!existsSync(file) && !existsSync(temporary)) return { file, temporary }
  }
}

/** Both ways of copying take an empty file that is there already; making it here gives it its mode before it holds a byte. */
function prepareTarget(paths: StorePaths, target: Target): void {
  makeFolder(paths.backups)
  removeForgotten(paths.backups)
  closeSync(openSync(target.temporary, 'wx', 0o600))
}

/** What a killed process left. One that is being written was changed lately. */
function removeForgotten(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => /\.tmp(-journal|-wal|-shm)?$/.test(name))) {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false })
    if (stat !== undefined && Date.now() - stat.mtimeMs > hour_ms) rmSync(join(folder, name), { force: true })
  }
}

function removeTemporary(file: string): void {
  for (const end of ['', '-journal', '-wal', '-shm']) rmSync(file + end, { force: true })
}

/** Checks the copy, makes it one self-contained file, puts it on the disk and only then under its name. */
function finish(paths: StorePaths, target: Target): void {
  const copy = new Database(target.temporary, { fileMustExist: true })
  try {
    copy.pragma('trusted_schema = OFF')
    copy.pragma('journal_mode = DELETE')
    const found = copy.pragma('integrity_check(1)', { simple: true })
    if (found !== 'ok') throw damagedStore(paths, `a backup of it does not pass SQLite's check: ${String(found)}`)
  } finally {
    copy.close()
  }
  syncFile(target.temporary)
  renameSync(target.temporary, target.file)
  syncFile(paths.backups)
}

/** Also takes a folder, where the system lets one be synchronised (Windows does not). */
function syncFile(path: string): void {
  if (process.platform === 'win32' && !path.endsWith('.tmp')) return
  const descriptor = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

async function describeFile(file: string): Promise<FileRecord> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return { path: file, format: 'sqlite', bytes: statSync(file).size, sha256: hash.digest('hex') }
}
