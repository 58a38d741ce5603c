import { statSync } from 'node:fs'
import { runKey } from '../core/run/runKey.ts'
import { profileResultSchema } from '../shared/contract/profile.ts'
import type { StoreCheck } from '../shared/contract/store.ts'
import type { Connection } from './connection.ts'
import { readJob, type JobRow } from './jobRow.ts'
import { readMeta } from './meta.ts'
import type { Migration } from './migrations/migration.ts'
import { readArray, type ArrayRow } from './runArrays.ts'
import { readRun, type TaggedRunRow } from './runRow.ts'
import { selectRun } from './runSql.ts'
import { expectedObjects, schemaObjects, schemaProblems } from './schema.ts'
import { SqliteBoards } from './sqliteBoards.ts'
import { selectOpening, testOpeningSchema } from './sqliteTestOpenings.ts'
import type { CheckOptions } from './store.ts'
import { decode } from './storeJson.ts'
import { readCell, readStudy, studyColumns, type CellColumns, type StudyColumns } from './studyRow.ts'
import type { TestOpening } from './testOpeningRepository.ts'

/** Problems named one by one; the rest are counted. */
const named = 100
/** Rows of a table and arrays that a quick check looks at, spread evenly. */
const quickRows = 500
const quickArrays = 50

interface Context {
  version: number
  migrations: readonly Migration[]
}

/** SQLite's own checks, then ours: the schema, every row by its form, every key worked out again, every array's checksum. */
export function checkConnection(connection: Connection, context: Context, options: CheckOptions): StoreCheck {
  const problems = new Problems()
  const quick = options.quick ?? false
  problems.collect(() => integrityProblems(connection, quick))
  problems.collect(() => foreignKeyProblems(connection))
  problems.collect(() => wholeSchema(connection, context))
  problems.collect(() => metaProblems(connection))
  problems.collect(() => jobProblems(connection, quick))
  problems.collect(() => runProblems(connection, quick))
  problems.collect(() => figureProblems(connection))
  problems.collect(() => openingProblems(connection, quick))
  problems.collect(() => boardProblems(connection))
  if (!quick) problems.collect(() => profileProblems(connection))
  problems.collect(() => arrayProblems(connection, quick))
  problems.collect(() => studyProblems(connection, quick))
  return {
    path: connection.paths.file,
    schemaVersion: context.version,
    bytes: bytesOnDisk(connection.paths.file),
    ok: problems.count === 0,
    problems: problems.sentences(),
    jobs: countRows(connection, 'jobs'),
    runs: countRows(connection, 'runs'),
  }
}

class Problems {
  count = 0
  private readonly first: string[] = []

  /** A part that SQLite cannot finish, because it meets damaged pages, is a problem itself. */
  collect(part: () => Iterable<string>): void {
    try {
      for (const problem of part()) this.add(problem)
    } catch (error) {
      this.add(`SQLite stopped while reading: ${error instanceof Error ? error.message : String(error)}.`)
    }
  }

  sentences(): string[] {
    return this.count <= named ? this.first : [...this.first, `And ${this.count - named} more.`]
  }

  private add(problem: string): void {
    this.count += 1
    if (this.first.length < named && !this.first.includes(problem)) this.first.push(problem)
  }
}

function integrityProblems(connection: Connection, quick: boolean): string[] {
  const rows = connection.db.pragma(quick ? 'quick_check' : 'integrity_check') as Record<string, string>[]
  // A row may hold several findings, a line each, under a line that names the database.
  const lines = rows.flatMap((row) => Object.values(row)).flatMap((text) => text.split('\n'))
  const found = lines
    .map((line) => line.trim())
    .filter((line) => !['', 'ok', '*** in database main ***'].includes(line))
  return found.map((text) => `SQLite found: ${text}.`)
}

function foreignKeyProblems(connection: Connection): string[] {
  const rows = connection.db.pragma('foreign_key_check') as { table: string; parent: string }[]
  return rows.map((row) => `A row of ${row.table} refers to a row of ${row.parent} that is not there.`)
}

function wholeSchema(connection: Connection, { migrations, version }: Context): string[] {
  const problems = schemaProblems(schemaObjects(connection.db), expectedObjects(migrations, version))
  return problems.map((problem) => `The schema has ${problem}.`)
}

function metaProblems(connection: Connection): string[] {
  try {
    readMeta(connection.db)
    return []
  } catch {
    return ['The store’s own history in the table meta cannot be read.']
  }
}

function* jobProblems(connection: Connection, quick: boolean): Generator<string> {
  for (const row of rows<JobRow>(connection, columnsOfJobs, 'jobs', quick ? quickRows : undefined)) {
    const job = readJob(row)
    if (!job.ok) yield job.problem
  }
}

function* runProblems(connection: Connection, quick: boolean): Generator<string> {
  for (const row of rows<TaggedRunRow>(connection, selectRun, 'runs', quick ? quickRows : undefined)) {
    const run = readRun(row)
    if (!run.ok) yield run.problem
    else if (!hasItsKey(run.value))
      yield `The run ${row.id} does not have the key that its stage, inputs, recipe and seed give.`
  }
}

function figureProblems(connection: Connection): string[] {
  const sql = `SELECT count(*) FROM runs WHERE stage = 'evaluation' AND id NOT IN (SELECT run_id FROM evaluations)
    AND json_type(result, '$.accuracy') IN ('integer', 'real')`
  const lacking = connection.db.prepare(sql).pluck().get() as number
  if (lacking === 0) return []
  return [`${lacking} evaluation${lacking === 1 ? ' has' : 's have'} no figures in the table of evaluations.`]
}

function hasItsKey(run: Parameters<typeof runKey>[0] & { key: string }): boolean {
  const { stage, stageVersion, inputs, recipe, seed } = run
  try {
    return runKey({ stage, stageVersion, inputs, recipe, seed }) === run.key
  } catch {
    return false
  }
}

function* openingProblems(connection: Connection, quick: boolean): Generator<string> {
  for (const row of rows<TestOpening>(connection, selectOpening, 'test_openings', quick ? quickRows : undefined)) {
    const opening = decode(testOpeningSchema, `The opening ${row.id} of a test split`, () => row)
    if (!opening.ok) yield opening.problem
  }
}

function* arrayProblems(connection: Connection, quick: boolean): Generator<string> {
  const select =
    'SELECT run_id, name, encoding, dtype, shape, bytes, length(data) AS stored_bytes, sha256, data FROM run_blobs'
  for (const row of rows<ArrayRow>(connection, select, 'run_blobs', quick ? quickArrays : undefined)) {
    const array = readArray(row)
    if (!array.ok) yield array.problem
  }
}

function* studyProblems(connection: Connection, quick: boolean): Generator<string> {
  for (const row of rows<StudyColumns>(connection, `SELECT ${studyColumns} FROM studies`, 'studies', undefined)) {
    const study = readStudy(row)
    if (!study.ok) yield study.problem
  }
  const select = 'SELECT study_id, number, coordinates, run_id, error FROM study_cells'
  for (const row of rows<CellColumns>(connection, select, 'study_cells', quick ? quickRows : undefined)) {
    const cell = readCell(row)
    if (!cell.ok) yield cell.problem
  }
}

/** What is read in full: a quick check leaves them out. */
function* profileProblems(connection: Connection): Generator<string> {
  const select = 'SELECT id, result FROM profiles'
  for (const { id, result } of connection.db.prepare<[], { id: string; result: string }>(select).iterate()) {
    const read = decode(profileResultSchema, `The profile ${id}`, () => JSON.parse(result) as unknown)
    if (!read.ok) yield read.problem
  }
  const arrays = `SELECT profile AS run_id, name, encoding, dtype, shape, bytes, length(data) AS stored_bytes, sha256, data
    FROM profile_arrays`
  for (const row of rows<ArrayRow>(connection, arrays, 'profile_arrays', undefined)) {
    const array = readArray(row)
    if (!array.ok) yield array.problem.replace('of run', 'of the profile')
  }
}

function* boardProblems(connection: Connection): Generator<string> {
  const problems: string[] = []
  const boards = new SqliteBoards(connection, (problem) => problems.push(problem))
  for (const { name } of boards.list()) boards.keys(name)
  for (const { board } of connection.db
    .prepare<[], { board: string }>('SELECT DISTINCT board FROM board_descriptions')
    .all())
    boards.descriptions(board)
  yield* problems
}

const columnsOfJobs =
  'SELECT id, kind, title, state, params, progress, result, error, warnings, created, started, ended FROM jobs'

/** All rows of a table one after another, or about `sample` of them at even distances of their row numbers. */
function* rows<Row>(connection: Connection, select: string, table: string, sample: number | undefined): Generator<Row> {
  if (sample === undefined) {
    yield* connection.db.prepare<[], Row>(select).iterate()
    return
  }
  const last = (connection.db.prepare(`SELECT max(rowid) FROM ${table}`).pluck().get() as number | null) ?? 0
  const statement = connection.db.prepare<[number], Row>(`${select} WHERE ${table}.rowid = ?`)
  const step = Math.max(1, Math.ceil(last / sample))
  for (let number = last; number > 0; number -= step) {
    const row = statement.get(number)
    if (row !== undefined) yield row
  }
}

function countRows(connection: Connection, table: 'jobs' | 'runs'): number {
  try {
    return connection.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
  } catch {
    return 0
  }
}

/** The file and what waits in the write-ahead log. */
export function bytesOnDisk(file: string): number {
  return ['', '-wal'].reduce((sum, end) => sum + (statSync(file + end, { throwIfNoEntry: false })?.size ?? 0), 0)
}
