import { datasetNameSchema } from '../shared/contract/datasetRules.ts'
import type { CalibrationNameRepository } from './calibrationNameRepository.ts'
import { notFound, type Connection } from './connection.ts'
import { parseInput } from './parseInput.ts'

export class SqliteCalibrationNames implements CalibrationNameRepository {
  private readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  all(): Map<string, string> {
    const rows = this.connection.read(() =>
      this.connection.statement<{ run_id: string; name: string }>('SELECT run_id, name FROM calibration_names').all(),
    )
    return new Map(rows.map(({ run_id, name }) => [run_id, name]))
  }

  runsOf(name: string): string[] {
    const rows = this.connection.read(() =>
      this.connection
        .statement<{ run_id: string }>('SELECT run_id FROM calibration_names WHERE name = ? ORDER BY run_id')
        .all(name),
    )
    return rows.map(({ run_id }) => run_id)
  }

  give(runs: readonly string[], name: string | null): void {
    const given = name === null ? null : parseInput(datasetNameSchema, 'The name of the calibration set', name)
    this.connection.write(() => runs.forEach((run) => this.giveOne(run, given)))
  }

  private giveOne(run: string, name: string | null): void {
    if (this.connection.statement('SELECT 1 FROM runs WHERE id = ?').get(run) === undefined) throw notFound('run', run)
    this.connection.statement('DELETE FROM calibration_names WHERE run_id = ?').run(run)
    if (name === null) return
    this.connection.statement('INSERT INTO calibration_names (run_id, name) VALUES (?, ?)').run(run, name)
  }
}
