import type { Database } from 'better-sqlite3'

/**
 * One step of the schema. What has been released is never edited: a store in the field was made by it, and the tests' fixtures
 * hold its rows. A migration uses no repository and no schema of the code around it, for those change and it must not.
 */
export interface Migration {
  /** the version that the store has afterwards; counts from 1 without gaps */
  version: number
  /** what it brings, for the store's history */
  title: string
  /** Runs inside a transaction that is rolled back where this throws. Foreign keys are off, and checked before the commit. */
  up(db: Database): void
}
