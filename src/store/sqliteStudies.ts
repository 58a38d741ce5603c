import type { JobOwner } from './jobRepository.ts'
import { notFound, type Connection } from './connection.ts'
import { AppError } from '../shared/errors.ts'
import { nextStep } from '../shared/nextSteps.ts'
import type { Run } from './runRepository.ts'
import { readRun, type TaggedRunRow } from './runRow.ts'
import { selectRun } from './runSql.ts'
import { decodedOrThrow, toJson } from './storeJson.ts'
import type {
  CellCounts,
  CellEnd,
  CellRow,
  CellState,
  IsAlive,
  NewStudy,
  RemovedStudy,
  StudyPatch,
  StudyRepository,
  StudyRequest,
  StudyRow,
} from './studyRepository.ts'
import {
  readCell,
  readStudy,
  studyColumns,
  writeStudy,
  writeStudyPatch,
  type CellColumns,
  type StudyColumns,
} from './studyRow.ts'

/** Exported for the test that asks SQLite how it would run them. */
export const cellSql: Readonly<Record<CellState | 'all', string>> = {
  all: cellsWhere(''),
  planned: cellsWhere('AND run_id IS NULL AND error IS NULL'),
  done: cellsWhere('AND run_id IS NOT NULL'),
  failed: cellsWhere('AND error IS NOT NULL'),
}

const openSql = 'SELECT number FROM study_cells WHERE study_id = ? AND run_id IS NULL'
const failedSql = 'SELECT number FROM study_cells WHERE study_id = ? AND error IS NOT NULL'

const ownerColumns = 'owner_instance AS instance, owner_pid AS pid, owner_start AS start'

export class SqliteStudies implements StudyRepository {
  private readonly connection: Connection
  private readonly onProblem: (problem: string) => void

  constructor(connection: Connection, onProblem: (problem: string) => void) {
    this.connection = connection
    this.onProblem = onProblem
  }

  plan(study: NewStudy, coordinates: readonly unknown[], isAlive: IsAlive): StudyRow {
    const fresh = { state: 'planned', models: {}, error: null, started: null, ended: null } as const
    const row = writeStudy({ ...study, ...fresh, cells: coordinates.length })
    return this.connection.write(() => {
      const there = this.row('name', row.name)
      if (there !== undefined) this.assertFree(there.id, isAlive)
      const id = there?.id ?? row.id
      if (there === undefined) this.insert(row)
      else this.replace({ ...row, id, created: there.created })
      this.insertCells(id, coordinates)
      return this.existing(id)
    })
  }

  get(reference: string): StudyRow | undefined {
    const row = this.connection.read(() => this.row('id', reference) ?? this.row('name', reference))
    return row === undefined ? undefined : decodedOrThrow(readStudy(row))
  }

  list(): StudyRow[] {
    const rows = this.connection.read(() =>
      this.connection.statement<StudyColumns>(`SELECT ${studyColumns} FROM studies ORDER BY id DESC`).all(),
    )
    return rows.flatMap((row) => {
      const study = readStudy(row)
      if (study.ok) return [study.value]
      this.onProblem(study.problem)
      return []
    })
  }

  update(id: string, patch: StudyPatch): StudyRow {
    const changed = writeStudyPatch(patch)
    return this.connection.write(() => {
      this.set(id, changed)
      return this.existing(id)
    })
  }

  take(id: string, owner: JobOwner, isAlive: IsAlive, now: string): StudyRow {
    return this.connection.write(() => {
      this.existing(id)
      this.assertFree(id, isAlive)
      this.connection
        .statement(
          `UPDATE studies SET state = 'running', request = NULL, error = NULL, started = coalesce(started, :now), ended = NULL,
                  owner_instance = :instance, owner_pid = :pid, owner_start = :start WHERE id = :id`,
        )
        .run({ ...owner, id, now })
      return this.existing(id)
    })
  }

  release(id: string, patch: StudyPatch): StudyRow {
    const changed = writeStudyPatch(patch)
    return this.connection.write(() => {
      this.set(id, changed)
      this.disown(id)
      return this.existing(id)
    })
  }

  pauseAbandoned(isAlive: IsAlive): StudyRow[] {
    return this.connection.write(() => {
      const owned = this.connection
        .statement<JobOwner & { id: string }>(
          `SELECT id, ${ownerColumns} FROM studies WHERE owner_instance IS NOT NULL ORDER BY id`,
        )
        .all()
      const abandoned = owned.filter(({ id, instance, pid, start }) => !isAlive({ instance, pid, start }, id))
      for (const { id } of abandoned) {
        this.disown(id)
        this.connection.statement(`UPDATE studies SET state = 'paused' WHERE id = ?`).run(id)
      }
      return abandoned.flatMap(({ id }) => {
        const study = readStudy(this.row('id', id) as StudyColumns)
        return study.ok ? [study.value] : []
      })
    })
  }

  request(id: string, request: StudyRequest): boolean {
    return this.connection.write(() => {
      this.existing(id)
      const sql = 'UPDATE studies SET request = ? WHERE id = ? AND owner_instance IS NOT NULL'
      return this.connection.statement(sql).run(request, id).changes > 0
    })
  }

  requested(id: string): StudyRequest | null {
    const row = this.connection.read(() =>
      this.connection.statement<{ request: StudyRequest | null }>('SELECT request FROM studies WHERE id = ?').get(id),
    )
    return row?.request ?? null
  }

  counts(id: string): CellCounts {
    const sql = `SELECT (SELECT cells FROM studies WHERE id = :id) AS total,
      (SELECT count(*) FROM study_cells WHERE study_id = :id AND run_id IS NULL) AS open,
      (SELECT count(*) FROM study_cells WHERE study_id = :id AND error IS NOT NULL) AS failed`
    const row = this.connection.read(() =>
      this.connection.statement<{ total: number | null; open: number; failed: number }>(sql).get({ id }),
    )
    const { total = 0, open = 0, failed = 0 } = row ?? {}
    return { total: total ?? 0, done: (total ?? 0) - open, failed }
  }

  cells(id: string, options: { state?: CellState; after?: number; offset?: number; limit?: number } = {}): CellRow[] {
    const { state = 'all', after = -1, offset = 0, limit = -1 } = options
    const rows = this.connection.read(() =>
      this.connection.statement<CellColumns>(cellSql[state]).all({ id, after, offset, limit }),
    )
    return rows.map((row) => decodedOrThrow(readCell(row)))
  }

  states(id: string): string {
    const numbers = (sql: string): number[] =>
      this.connection
        .statement<{ number: number }>(sql)
        .all(id)
        .map(({ number }) => number)
    return this.connection.read(() => {
      const letters = Buffer.alloc(this.existing(id).cells, 'd')
      for (const number of numbers(openSql)) letters.write('o', number)
      for (const number of numbers(failedSql)) letters.write('f', number)
      return letters.toString('latin1')
    })
  }

  cellsWithRuns(id: string, { after, limit }: { after: number; limit: number }): (CellRow & { run: Run | null })[] {
    const cells = this.cells(id, { after, limit })
    const sql = `${selectRun} WHERE runs.id IN (SELECT run_id FROM study_cells WHERE study_id = ? AND number > ? AND number <= ?)`
    const last = cells.at(-1)?.number ?? after
    const rows = this.connection.read(() => this.connection.statement<TaggedRunRow>(sql).all(id, after, last))
    const runs = new Map(rows.map((row) => [row.id, decodedOrThrow(readRun(row))]))
    return cells.map((cell) => ({ ...cell, run: cell.runId === null ? null : (runs.get(cell.runId) ?? null) }))
  }

  checksums(id: string, array: string): Map<string, string> {
    const sql = `SELECT run_id, sha256 FROM run_blobs
      WHERE run_id IN (SELECT run_id FROM study_cells WHERE study_id = ? AND run_id IS NOT NULL) AND name = ?`
    const rows = this.connection.read(() =>
      this.connection.statement<{ run_id: string; sha256: string }>(sql).all(id, array),
    )
    return new Map(rows.map(({ run_id, sha256 }) => [run_id, sha256]))
  }

  finish(id: string, ends: readonly CellEnd[]): void {
    const sql = 'UPDATE study_cells SET run_id = :runId, error = :error WHERE study_id = :id AND number = :number'
    this.connection.write(() => {
      for (const end of ends) {
        const { runId, error } =
          'runId' in end ? { ...end, error: null } : { runId: null, error: toJson(end.error, 'The error') }
        const { changes } = this.connection.statement(sql).run({ id, number: end.number, runId, error })
        if (changes === 0) throw notFound('cell', String(end.number))
      }
    })
  }

  reopen(id: string, which: 'failed' | 'all'): void {
    const also = which === 'failed' ? 'AND error IS NOT NULL' : ''
    this.connection.write(() =>
      this.connection
        .statement(`UPDATE study_cells SET run_id = NULL, error = NULL WHERE study_id = ? ${also}`)
        .run(id),
    )
  }

  reopenCells(id: string, numbers: readonly number[]): void {
    const sql = 'UPDATE study_cells SET run_id = NULL, error = NULL WHERE study_id = ? AND number = ?'
    this.connection.write(() => numbers.forEach((number) => this.connection.statement(sql).run(id, number)))
  }

  remove(id: string, isAlive: IsAlive): RemovedStudy | null {
    return this.connection.write(() => {
      this.assertFree(id, isAlive)
      const row = this.row('id', id)
      if (row === undefined) return null
      const removed = { study: decodedOrThrow(readStudy(row)), cells: this.cells(id) }
      this.connection.statement('DELETE FROM studies WHERE id = ?').run(id)
      return removed
    })
  }

  restore({ study, cells }: RemovedStudy): StudyRow {
    const row = writeStudy(study)
    return this.connection.write(() => {
      if (this.row('id', study.id) !== undefined || this.row('name', study.name) !== undefined) {
        throw new AppError('conflict', `There is a study ${study.name} again.`, {
          hint: 'Remove or rename it, then bring this one back.',
        })
      }
      this.insert(row)
      this.insertCells(
        study.id,
        cells.map(({ coordinates }) => coordinates),
      )
      this.finish(
        study.id,
        cells.flatMap(({ number, runId, error }): CellEnd[] => {
          if (runId !== null) return this.hasRun(runId) ? [{ number, runId }] : []
          return error === null ? [] : [{ number, error }]
        }),
      )
      return this.existing(study.id)
    })
  }

  private row(column: 'id' | 'name', value: string): StudyColumns | undefined {
    return this.connection.statement<StudyColumns>(`SELECT ${studyColumns} FROM studies WHERE ${column} = ?`).get(value)
  }

  private hasRun(id: string): boolean {
    return this.connection.statement('SELECT 1 FROM runs WHERE id = ?').get(id) !== undefined
  }

  private existing(id: string): StudyRow {
    const row = this.row('id', id)
    if (row === undefined) throw notFound('study', id)
    return decodedOrThrow(readStudy(row))
  }

  private assertFree(id: string, isAlive: IsAlive): void {
    const owner = this.connection
      .statement<JobOwner & { name: string }>(
        `SELECT name, ${ownerColumns} FROM studies WHERE id = ? AND owner_instance IS NOT NULL`,
      )
      .get(id)
    if (owner === undefined || !isAlive(owner, id)) return
    throw new AppError('conflict', 'The study is under way in another program on this machine.', {
      found: `process ${owner.pid}`,
      hint: nextStep('wait-or-pause-study', owner.name),
    })
  }

  private set(id: string, changed: Partial<StudyColumns>): void {
    const names = Object.keys(changed)
    if (names.length === 0) return
    const assignments = names.map((name) => `${name} = :${name}`).join(', ')
    this.connection.statement(`UPDATE studies SET ${assignments} WHERE id = :id`).run({ ...changed, id })
  }

  private disown(id: string): void {
    const sql =
      'UPDATE studies SET owner_instance = NULL, owner_pid = NULL, owner_start = NULL, request = NULL WHERE id = ?'
    this.connection.statement(sql).run(id)
  }

  private insert(row: StudyColumns): void {
    const values = studyColumns
      .split(', ')
      .map((name) => `:${name}`)
      .join(', ')
    this.connection.statement(`INSERT INTO studies (${studyColumns}) VALUES (${values})`).run(row)
  }

  private replace({ id, models: _, ...row }: StudyColumns): void {
    this.connection.statement('DELETE FROM study_cells WHERE study_id = ?').run(id)
    this.set(id, row)
    this.disown(id)
  }

  private insertCells(id: string, coordinates: readonly unknown[]): void {
    const statement = this.connection.statement(
      'INSERT INTO study_cells (study_id, number, coordinates) VALUES (?, ?, ?)',
    )
    coordinates.forEach((value, number) => statement.run(id, number, toJson(value, 'The coordinates of a cell')))
  }
}

function cellsWhere(condition: string): string {
  return `SELECT study_id, number, coordinates, run_id, error FROM study_cells
    WHERE study_id = :id AND number > :after ${condition} ORDER BY number LIMIT :limit OFFSET :offset`
}
