import type { Connection } from './connection.ts'
import {
  evaluationColumns,
  type BeginRows,
  type EvaluationRepository,
  type EvaluationRow,
  type EvaluationTable,
  type StudyEvaluationRow,
} from './evaluationRepository.ts'

const columns = evaluationColumns.map((name) => `evaluations.${name}`).join(', ')

/** Rows of one reading; what was read before is garbage by then, and cheap to take away. */
const chunk = 2000

const home = {
  count: 'SELECT count(*) FROM evaluations WHERE :id IS NULL',
  rows: `SELECT ${columns} FROM evaluations WHERE run_id > :after AND :id IS NULL ORDER BY run_id LIMIT ${chunk}`,
}

const study = {
  count: 'SELECT count(*) FROM study_cells WHERE study_id = :id',
  rows: `SELECT ${columns}, cells.error, cells.coordinates, cells.number
    FROM study_cells AS cells LEFT JOIN evaluations ON evaluations.run_id = cells.run_id
    WHERE cells.study_id = :id AND cells.number > :after ORDER BY cells.number LIMIT ${chunk}`,
}

const figures = columns.replace('evaluations.fingerprint', 'NULL')
const cells = `SELECT ${figures}, cells.error, cells.coordinates, cells.number
    FROM study_cells AS cells LEFT JOIN evaluations ON evaluations.run_id = cells.run_id WHERE cells.study_id = ?`
const someCells = 200

export class SqliteEvaluations implements EvaluationRepository {
  private readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  all(): EvaluationTable<EvaluationRow> {
    return collected((begin: BeginRows<EvaluationRow>) => this.visitAll(begin))
  }

  ofStudy(id: string): EvaluationTable<StudyEvaluationRow> {
    return collected((begin: BeginRows<StudyEvaluationRow>) => this.visitStudy(id, begin))
  }

  visitAll(begin: BeginRows<EvaluationRow>): void {
    this.read(home, null, begin, { first: '', of: (row) => row[0] })
  }

  visitStudy(id: string, begin: BeginRows<StudyEvaluationRow>): void {
    this.read(study, id, begin, { first: -1, of: (row) => row.at(-1) ?? null })
  }

  pageOfStudy(id: string, after: number): StudyEvaluationRow[] {
    return this.cellRows(`${cells} AND cells.number > ? ORDER BY cells.number LIMIT ${chunk}`, [id, after])
  }

  cellsOfStudy(id: string, numbers: readonly number[]): StudyEvaluationRow[] {
    const rows: StudyEvaluationRow[] = []
    for (let from = 0; from < numbers.length; from += someCells) {
      const some = numbers.slice(from, from + someCells)
      rows.push(...this.cellRows(`${cells} AND cells.number IN (${some.map(() => '?').join()})`, [id, ...some]))
    }
    return rows
  }

  textsAfter(id: number): Map<number, string> {
    const sql = 'SELECT id, text FROM evaluation_texts WHERE id > ?'
    const rows = this.connection.read(() => this.connection.statement<{ id: number; text: string }>(sql).all(id))
    return new Map(rows.map((row) => [row.id, row.text]))
  }

  withoutRun(id: string): { open: number[]; failed: number[] } {
    const open = 'SELECT number FROM study_cells WHERE study_id = ? AND run_id IS NULL'
    return { open: this.numbers(open, id), failed: this.numbers(`${open} AND error IS NOT NULL`, id) }
  }

  additions(): number {
    const sql = 'SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM run_tags)'
    return this.connection.read(() => this.connection.db.prepare(sql).pluck().get() as number)
  }

  private numbers(sql: string, id: string): number[] {
    return this.connection.read(() => this.connection.db.prepare<unknown[], number>(sql).pluck().all(id))
  }

  private cellRows(sql: string, values: readonly (string | number)[]): StudyEvaluationRow[] {
    return this.connection.read(() =>
      this.connection.db
        .prepare<unknown[], StudyEvaluationRow>(sql)
        .raw()
        .all(...values),
    )
  }

  /** Texts and rows as of one moment. */
  private read<Row>(
    sql: { count: string; rows: string },
    id: string | null,
    begin: BeginRows<Row>,
    key: { first: string | number; of: (row: Row) => string | number | null },
  ): void {
    const { db } = this.connection
    this.connection.read(() =>
      db.transaction(() => {
        const texts = this.connection
          .statement<{ id: number; text: string }>('SELECT id, text FROM evaluation_texts')
          .all()
        const count = db.prepare(sql.count).pluck().get({ id }) as number
        const visit = begin(count, new Map(texts.map((one) => [one.id, one.text])))
        const statement = db.prepare<unknown[], Row>(sql.rows).raw()
        let at = 0
        for (let after: string | number | null = key.first; ;) {
          const rows = statement.all({ id, after })
          for (const row of rows) visit(row, at++)
          if (rows.length < chunk) return
          after = key.of(rows.at(-1) as Row)
        }
      })(),
    )
  }
}

function collected<Row>(read: (begin: BeginRows<Row>) => void): EvaluationTable<Row> {
  const rows: Row[] = []
  let texts: ReadonlyMap<number, string> = new Map()
  read((_, found) => {
    texts = found
    return (row) => rows.push(row)
  })
  return { rows, texts }
}
