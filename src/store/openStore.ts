import type Database from 'better-sqlite3'
import { AppError } from '../shared/errors.ts'
import { connect, Connection } from './connection.ts'
import { migrate } from './migrate.ts'
import { migrations as ours } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import { assertStoreFile, prepareHome } from './prepareHome.ts'
import { assertSchema, storeVersion } from './schema.ts'
import { SqliteStore } from './sqliteStore.ts'
import type { Store, StoreOptions } from './store.ts'
import { storeFailure } from './storeFailure.ts'
import { storePaths, type StorePaths } from './storePaths.ts'

const busyTimeout_ms = 10_000
const migrationTimeout_ms = 120_000

/**
 * Opens the store of a home, making or migrating it where needed. Waits for another process that is doing that.
 *
 * @throws AppError `store-damaged`, `store-newer`, `store-busy`, `migration-failed`, `permission-denied`, `disk-full`; with
 * `readonly` also `not-found`, and `conflict` where the store is of an earlier version
 */
export function openStore(options: StoreOptions): Store {
  return openStoreWith(options, ours)
}

/** {@link openStore} with a list of migrations: what the program has, or what an earlier or later one would. */
export function openStoreWith(options: StoreOptions, migrations: readonly Migration[]): Store {
  const paths = storePaths(options.home)
  try {
    if (options.readonly !== true) prepareHome(paths)
    assertStoreFile(paths)
    return openFile(options, paths, migrations)
  } catch (error) {
    throw storeFailure(error, paths)
  }
}

function openFile(options: StoreOptions, paths: StorePaths, migrations: readonly Migration[]): Store {
  const readonly = options.readonly ?? false
  const db = connect(paths, { readonly, timeout_ms: options.migrationTimeout_ms ?? migrationTimeout_ms })
  try {
    const version = bringUpToDate(db, options, paths, migrations)
    const timeout_ms = options.busyTimeout_ms ?? busyTimeout_ms
    db.pragma(`busy_timeout = ${timeout_ms}`)
    return new SqliteStore(new Connection(db, paths), { version, migrations, timeout_ms, onProblem: options.onProblem })
  } catch (error) {
    db.close()
    throw error
  }
}

function bringUpToDate(
  db: Database.Database,
  options: StoreOptions,
  paths: StorePaths,
  migrations: readonly Migration[],
): number {
  const latest = migrations.at(-1)?.version ?? 0
  const version = recognise(db, paths, migrations)
  if (options.readonly === true) assertCurrent(version, latest, paths)
  else useWriteAheadLog(db, options.migrationTimeout_ms ?? migrationTimeout_ms)
  if (version < latest) {
    migrate({ db, paths, migrations, program: options.program ?? 'bitgauge', now: () => new Date() })
  }
  return latest
}

/** The version of a file that is a store of ours; both are read at one moment, for another process may be migrating it. */
function recognise(db: Database.Database, paths: StorePaths, migrations: readonly Migration[]): number {
  return db.transaction(() => {
    const version = storeVersion(db, paths, migrations.at(-1)?.version ?? 0)
    if (version > 0) assertSchema(db, paths, migrations, version)
    return version
  })()
}

function assertCurrent(version: number, latest: number, paths: StorePaths): void {
  if (version === latest) return
  throw new AppError('conflict', `The store ${paths.file} was written by an earlier version of Bitgauge.`, {
    expected: `version ${latest}`,
    found: `version ${version}`,
    hint: 'Any command that may write to it brings it up to date.',
  })
}

/**
 * The mode is kept in the file, so this changes something only for a new store and a restored backup. While it does, SQLite
 * does not wait for others by itself. A file system that cannot share memory stays with a rollback journal, which is as safe.
 */
function useWriteAheadLog(db: Database.Database, timeout_ms: number): void {
  const until = Date.now() + timeout_ms
  for (;;) {
    try {
      db.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!(error as { code?: string }).code?.startsWith('SQLITE_BUSY') || Date.now() > until) throw error
      pause(20)
    }
  }
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
