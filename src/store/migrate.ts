import type Database from 'better-sqlite3'
import { AppError, toErrorRecord, type ErrorCode } from '../shared/errors.ts'
import { backupBeforeMigration } from './backup.ts'
import { readMeta, writeMeta, type SchemaStep } from './meta.ts'
import type { Migration } from './migrations/migration.ts'
import { applicationId, storeVersion } from './schema.ts'
import { storeFailure } from './storeFailure.ts'
import type { StorePaths } from './storePaths.ts'

export interface MigrationTask {
  db: Database.Database
  paths: StorePaths
  migrations: readonly Migration[]
  program: string
  now: () => Date
}

/**
 * Brings the store to the last migration's version, all pending steps in one transaction: a store is never left between two
 * releases, and stays as it was when a step fails or the process is killed.
 *
 * The write lock is taken first and the version read again under it, so that of several processes one migrates and the others
 * find the work done. An existing store is copied into the backups folder while that lock is held: the copy is exactly what was migrated.
 *
 * @throws AppError `migration-failed`, or `disk-full`, `permission-denied`, `store-busy` where that was the reason
 */
export function migrate(task: MigrationTask): void {
  const { db } = task
  db.pragma('foreign_keys = OFF') // has no effect inside a transaction
  try {
    db.exec('BEGIN IMMEDIATE')
    migrateUnderLock(task)
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK')
    db.pragma('foreign_keys = ON')
  }
}

function migrateUnderLock(task: MigrationTask): void {
  const { db, paths, migrations } = task
  const latest = migrations.at(-1)?.version ?? 0
  const from = storeVersion(db, paths, latest)
  if (from === latest) return
  let backup: string | undefined
  try {
    if (from > 0) backup = backupBeforeMigration(paths, from + 1, task.now())
    for (const migration of migrations) if (migration.version > from) migration.up(db)
    assertForeignKeys(db)
    writeHistory(task, from, latest)
    db.exec('COMMIT')
  } catch (error) {
    throw migrationFailure(storeFailure(error, paths), paths, from, latest, backup)
  }
}

function assertForeignKeys(db: Database.Database): void {
  const broken = db.pragma('foreign_key_check') as { table: string }[]
  if (broken[0] !== undefined) throw new Error(`rows of ${broken[0].table} refer to rows that are not there`)
}

function writeHistory(task: MigrationTask, from: number, latest: number): void {
  const { db, program } = task
  const applied = task.now().toISOString()
  const steps = task.migrations
    .filter(({ version }) => version > from)
    .map(({ version, title }): SchemaStep => ({ version, title, applied, program }))
  if (from === 0) {
    writeMeta(db, 'created', applied)
    writeMeta(db, 'created_with', program)
  }
  writeMeta(db, 'schema_history', [...readMeta(db).schema_history, ...steps])
  db.pragma(`application_id = ${applicationId}`)
  db.pragma(`user_version = ${latest}`)
}

/** Reasons that a person can do something about keep their code. */
const plainReasons: readonly ErrorCode[] = ['disk-full', 'permission-denied', 'store-busy', 'store-damaged']

function migrationFailure(
  cause: unknown,
  paths: StorePaths,
  from: number,
  to: number,
  backup: string | undefined,
): AppError {
  if (cause instanceof AppError && plainReasons.includes(cause.code)) return cause
  const kept = backup === undefined ? '' : ` A copy of it is ${backup}.`
  return new AppError(
    'migration-failed',
    `The store ${paths.file} could not be brought from version ${from} to ${to}.`,
    {
      found: cause instanceof Error ? cause.message : toErrorRecord(cause).message,
      hint: `The store is as it was; the version of Bitgauge that wrote it can still open it.${kept}`,
      cause,
    },
  )
}
