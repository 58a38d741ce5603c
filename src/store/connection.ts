import Database from 'better-sqlite3'
import { AppError } from '../shared/errors.ts'
import { storeFailure } from './storeFailure.ts'
import type { StorePaths } from './storePaths.ts'

export interface ConnectOptions {
  readonly: boolean
  timeout_ms: number
}

/**
 * Opens SQLite on the store's file with what every connection to it needs. `trusted_schema` is off before the schema is first
 * read, so that a view, a trigger or an index in a file from elsewhere cannot call a function that does more than compute.
 * Memory mapping stays off: a file that another program cuts short would end the process by SIGBUS instead of by an error.
 */
export function connect(paths: StorePaths, options: ConnectOptions): Database.Database {
  const db = new Database(paths.file, {
    readonly: options.readonly,
    fileMustExist: true,
    timeout: options.timeout_ms,
  })
  for (const setting of ['trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0', 'foreign_keys = ON']) {
    db.pragma(setting)
  }
  db.pragma('synchronous = NORMAL')
  return db
}

/** The connection that repositories share: every error that leaves it is translated. */
export class Connection {
  readonly db: Database.Database
  readonly paths: StorePaths
  private readonly statements = new Map<string, Database.Statement>()

  constructor(db: Database.Database, paths: StorePaths) {
    this.db = db
    this.paths = paths
  }

  read<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw storeFailure(error, this.paths)
    }
  }

  /** Runs `work` in a transaction that takes the write lock at once: two writers wait for one another and never fail half way. */
  write<T>(work: () => T): T {
    return this.read(() => this.db.transaction(work).immediate())
  }

  /** Statements are kept: a store has few, and preparing one takes longer than running it. */
  statement<Row = unknown>(sql: string): Database.Statement<unknown[], Row> {
    let statement = this.statements.get(sql)
    if (statement === undefined) {
      statement = this.db.prepare(sql)
      this.statements.set(sql, statement)
    }
    return statement as Database.Statement<unknown[], Row>
  }

  dataVersion(): number {
    return this.read(() => this.db.pragma('data_version', { simple: true }) as number)
  }
}

export function notFound(what: string, id: string): AppError {
  return new AppError('not-found', `There is no ${what} ${id}.`, {
    hint: 'It may have been removed; list what there is.',
  })
}
