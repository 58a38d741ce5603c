import type { Connection } from './connection.ts'
import {
  evaluationColumns,
  type EvaluationRepository,
  type EvaluationRow,
  type EvaluationTable,
  type StudyEvaluationRow,
} from './evaluationRepository.ts'

const columns = evaluationColumns.map((name) => `evaluations.${name}`).join(', ')

const allSql = `SELECT ${columns} FROM evaluations ORDER BY run_id`

const ofStudySql = `SELECT ${columns}, cells.error, cells.coordinates
  FROM study_cells AS cells LEFT JOIN evaluations ON evaluations.run_id = cells.run_id
  WHERE cells.study_id = ? ORDER BY cells.number`

export class SqliteEvaluations implements EvaluationRepository {
  private readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  all(): EvaluationTable<EvaluationRow> {
    return this.read<EvaluationRow>(allSql, [])
  }

  ofStudy(id: string): EvaluationTable<StudyEvaluationRow> {
    return this.read<StudyEvaluationRow>(ofStudySql, [id])
  }

  /** Rows and texts as of one moment. */
  private read<Row>(sql: string, given: readonly string[]): EvaluationTable<Row> {
    return this.connection.read(() =>
      this.connection.db.transaction(() => {
        const rows = this.connection.db
          .prepare<unknown[], Row>(sql)
          .raw()
          .all(...given)
        const texts = this.connection
          .statement<{ id: number; text: string }>('SELECT id, text FROM evaluation_texts')
          .all()
        return { rows, texts: new Map(texts.map(({ id, text }) => [id, text])) }
      })(),
    )
  }
}
