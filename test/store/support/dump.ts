import Database from 'better-sqlite3'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A whole database as SQL text, header fields included: what a test's fixture is kept as. */
export function dump(file: string): string {
  const db = new Database(file, { readonly: true })
  try {
    const objects = db
      .prepare<[], { type: string; name: string; sql: string | null }>(
        'SELECT type, name, sql FROM sqlite_schema ORDER BY rowid',
      )
      .all()
    const tables = objects.filter(({ type }) => type === 'table')
    return [
      `PRAGMA application_id = ${String(db.pragma('application_id', { simple: true }))};`,
      `PRAGMA user_version = ${String(db.pragma('user_version', { simple: true }))};`,
      ...objects.flatMap(({ sql }) => (sql === null ? [] : [`${sql};`])),
      ...tables.flatMap(({ name }) => inserts(db, name)),
      '',
    ].join('\n')
  } finally {
    db.close()
  }
}

function inserts(db: Database.Database, table: string): string[] {
  const columns = (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name)
  const quoted = columns.map((name) => `quote("${name}")`).join(" || ', ' || ")
  const rows = db.prepare<[], string>(`SELECT ${quoted} FROM "${table}"`).pluck().all() as string[]
  return rows.map((row) => `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${row});`)
}

/** Makes a database file of a dump. */
export function load(sqlFile: string | URL, file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'wx', 0o600))
  const db = new Database(file)
  try {
    db.exec(readFileSync(sqlFile, 'utf8'))
  } finally {
    db.close()
  }
}
