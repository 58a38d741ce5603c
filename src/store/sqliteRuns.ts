import { notFound, type Connection } from './connection.ts'
import { putFigures } from './evaluationFigures.ts'
import { parseInput } from './parseInput.ts'
import { readArray, readArrayInfo, writeArray, type ArrayInfoRow, type ArrayRow } from './runArrays.ts'
import type {
  ListRuns,
  NewRun,
  PutOptions,
  PutResult,
  Run,
  RunArray,
  RunArrayInfo,
  RunRepository,
} from './runRepository.ts'
import { readRun, tagsSchema, writeRun, type RunRow, type TaggedRunRow } from './runRow.ts'
import { idsByKeysSql, runListSql, runsByKeysSql, selectRun } from './runSql.ts'
import { decodedOrThrow } from './storeJson.ts'

const infoColumns = 'run_id, name, encoding, dtype, shape, bytes, length(data) AS stored_bytes, sha256'

export class SqliteRuns implements RunRepository {
  private readonly connection: Connection
  private readonly onProblem: (problem: string) => void

  constructor(connection: Connection, onProblem: (problem: string) => void) {
    this.connection = connection
    this.onProblem = onProblem
  }

  put(run: NewRun, options: PutOptions = {}): PutResult {
    const { arrays = [], ...rest } = run
    const row = writeRun(rest)
    const there = options.force === true ? undefined : this.byKey(row.key)
    if (there !== undefined) return { run: there, outcome: 'existing' }
    // Compressed before the write lock is taken, and named by the id that the run has in the end.
    const packed = arrays.map((array) => writeArray(row.id, array))
    return this.connection.write(() => this.putRow(row, packed, rest.tags, options.force === true))
  }

  private putRow(row: RunRow, arrays: readonly ArrayRow[], tags: readonly string[], force: boolean): PutResult {
    const there = this.connection.statement<{ id: string }>('SELECT id FROM runs WHERE key = ?').get(row.key)
    if (there !== undefined && !force) return { run: this.existing(there.id), outcome: 'existing' }
    const id = there?.id ?? row.id
    if (there === undefined) this.insert(row)
    else this.replace({ ...row, id })
    putFigures(this.connection, { ...row, id })
    for (const array of arrays) this.insertArray({ ...array, run_id: id })
    this.addTags(id, tags)
    return { run: this.existing(id), outcome: there === undefined ? 'added' : 'replaced' }
  }

  byKey(key: string): Run | undefined {
    return this.one('WHERE runs.key = ?', key)
  }

  byKeys(keys: Iterable<string>): Map<string, Run> {
    const given = { keys: JSON.stringify([...keys]) }
    const rows = this.connection.read(() => this.connection.statement<TaggedRunRow>(runsByKeysSql).all(given))
    return new Map(this.readable(rows).map((run) => [run.key, run]))
  }

  idsByKeys(keys: Iterable<string>): Map<string, string> {
    const given = { keys: JSON.stringify([...keys]) }
    const rows = this.connection.read(() =>
      this.connection.statement<{ key: string; id: string }>(idsByKeysSql).all(given),
    )
    return new Map(rows.map(({ key, id }) => [key, id]))
  }

  get(id: string): Run | undefined {
    return this.one('WHERE runs.id = ?', id)
  }

  list({ limit, stage, tag, after }: ListRuns): Run[] {
    const sql = runListSql({ stage: stage !== undefined, tag: tag !== undefined, after: after !== undefined })
    const given = Object.entries({ limit, stage, tag, after }).filter(([, value]) => value !== undefined)
    const rows = this.connection.read(() => this.connection.statement<TaggedRunRow>(sql).all(Object.fromEntries(given)))
    return this.readable(rows)
  }

  remove(id: string): boolean {
    return this.connection.read(() => this.connection.statement('DELETE FROM runs WHERE id = ?').run(id).changes > 0)
  }

  tag(id: string, tags: readonly string[]): Run {
    const parsed = parseInput(tagsSchema, 'The list of tags', tags)
    return this.connection.write(() => {
      if (this.connection.statement('SELECT 1 FROM runs WHERE id = ?').get(id) === undefined) throw notFound('run', id)
      this.connection.statement('DELETE FROM run_tags WHERE run_id = ?').run(id)
      this.addTags(id, parsed)
      return this.existing(id)
    })
  }

  arrays(id: string): RunArrayInfo[] {
    const rows = this.connection.read(() =>
      this.connection
        .statement<ArrayInfoRow>(`SELECT ${infoColumns} FROM run_blobs WHERE run_id = ? ORDER BY name`)
        .all(id),
    )
    return rows.map((row) => decodedOrThrow(readArrayInfo(row)))
  }

  array(id: string, name: string): RunArray {
    const row = this.connection.read(() =>
      this.connection
        .statement<ArrayRow>(`SELECT ${infoColumns}, data FROM run_blobs WHERE run_id = ? AND name = ?`)
        .get(id, name),
    )
    if (row === undefined) throw notFound(`array ${name} of run`, id)
    return decodedOrThrow(readArray(row))
  }

  private readable(rows: readonly TaggedRunRow[]): Run[] {
    return rows.flatMap((row) => {
      const run = readRun(row)
      if (run.ok) return [run.value]
      this.onProblem(run.problem)
      return []
    })
  }

  private one(where: string, value: string): Run | undefined {
    const row = this.connection.read(() => this.connection.statement<TaggedRunRow>(`${selectRun} ${where}`).get(value))
    return row === undefined ? undefined : decodedOrThrow(readRun(row))
  }

  private existing(id: string): Run {
    const run = this.get(id)
    if (run === undefined) throw notFound('run', id)
    return run
  }

  private insert(row: RunRow): void {
    this.connection
      .statement(
        `INSERT INTO runs (id, key, stage, stage_version, inputs, recipe, seed, created, duration_s, engine, kernel, machine, result, warnings)
         VALUES (:id, :key, :stage, :stage_version, :inputs, :recipe, :seed, :created, :duration_s, :engine, :kernel, :machine,
                 :result, :warnings)`,
      )
      .run(row)
  }

  /** What the key stands for is equal; what was measured and what measured it is taken from the new row. */
  private replace(row: RunRow): void {
    const { id, created, duration_s, engine, kernel, machine, result, warnings } = row
    this.connection.statement('DELETE FROM run_blobs WHERE run_id = ?').run(id)
    this.connection
      .statement(
        `UPDATE runs SET created = :created, duration_s = :duration_s, engine = :engine, kernel = :kernel, machine = :machine,
                result = :result, warnings = :warnings WHERE id = :id`,
      )
      .run({ id, created, duration_s, engine, kernel, machine, result, warnings })
  }

  private insertArray({ run_id, name, encoding, dtype, shape, bytes, sha256, data }: ArrayRow): void {
    this.connection
      .statement(
        `INSERT INTO run_blobs (run_id, name, encoding, dtype, shape, bytes, sha256, data)
         VALUES (:run_id, :name, :encoding, :dtype, :shape, :bytes, :sha256, :data)`,
      )
      .run({ run_id, name, encoding, dtype, shape, bytes, sha256, data })
  }

  private addTags(id: string, tags: readonly string[]): void {
    for (const tag of tags) {
      this.connection.statement('INSERT OR IGNORE INTO run_tags (run_id, tag) VALUES (?, ?)').run(id, tag)
    }
  }
}
