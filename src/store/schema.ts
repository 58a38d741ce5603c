import Database from 'better-sqlite3'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import type { Migration } from './migrations/migration.ts'
import { damagedStore } from './storeFailure.ts'
import type { StorePaths } from './storePaths.ts'

/** `Bitg` in ASCII, in the header of every store of ours. */
export const applicationId = 0x42697467

export interface SchemaObject {
  type: string
  name: string
  sql: string | null
}

/**
 * The version of an open file; 0 for one that holds nothing yet. The header is looked at first, so that the schema of a file that is
 * not ours is never parsed: an empty database has at most one page.
 *
 * @throws AppError `store-damaged` where it is not a store, `store-newer` where this program is too old for it
 */
export function storeVersion(db: Database.Database, paths: StorePaths, latest: number): number {
  const id = db.pragma('application_id', { simple: true }) as number
  const version = db.pragma('user_version', { simple: true }) as number
  if (id === 0 && version === 0 && isEmpty(db)) return 0
  if (id !== applicationId || version < 1) {
    throw damagedStore(paths, 'a SQLite file of another program (its application id is not ours)')
  }
  if (version > latest) {
    throw new AppError('store-newer', `The store ${paths.file} was written by a later version of Bitgauge.`, {
      expected: `version ${latest} or earlier`,
      found: `version ${version}`,
      hint: nextStep('later-version'),
    })
  }
  return version
}

function isEmpty(db: Database.Database): boolean {
  const pages = db.pragma('page_count', { simple: true }) as number
  return pages <= 1 && schemaObjects(db).length === 0
}

/** Tables, indexes, views and triggers, without what SQLite makes for itself. */
export function schemaObjects(db: Database.Database): SchemaObject[] {
  return db
    .prepare<[], SchemaObject>(
      "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name",
    )
    .all()
}

/** What a store of a version has, found by making one in memory. */
export function expectedObjects(migrations: readonly Migration[], version: number): SchemaObject[] {
  const db = new Database(':memory:')
  try {
    for (const migration of migrations) if (migration.version <= version) migration.up(db)
    return schemaObjects(db)
  } finally {
    db.close()
  }
}

/**
 * Refuses a file with anything that our migrations did not make, or without what they made: a view or a trigger in a file from elsewhere
 * would act on our reads and writes.
 */
export function assertSchema(
  db: Database.Database,
  paths: StorePaths,
  migrations: readonly Migration[],
  version: number,
): void {
  const difference = schemaProblems(schemaObjects(db), expectedObjects(migrations, version))[0]
  if (difference !== undefined) throw damagedStore(paths, difference)
}

/** Blanks do not count: a migration may be indented anew. */
function words(object: SchemaObject): string {
  return (object.sql ?? '').replace(/\s+/g, ' ')
}

/** A sentence for each object that is too many, missing, or made by other words. */
export function schemaProblems(found: readonly SchemaObject[], expected: readonly SchemaObject[]): string[] {
  const wanted = new Map(expected.map((object) => [object.name, object]))
  const problems: string[] = []
  for (const object of found) {
    const twin = wanted.get(object.name)
    wanted.delete(object.name)
    if (twin === undefined || twin.type !== object.type)
      problems.push(`a ${object.type} ${object.name} that is not ours`)
    else if (words(twin) !== words(object)) problems.push(`a ${object.type} ${object.name} that was made differently`)
  }
  for (const object of wanted.values()) problems.push(`no ${object.type} ${object.name}`)
  return problems
}
