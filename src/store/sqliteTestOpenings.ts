import { z } from 'zod'
import { fingerprintSchema, idSchema, momentSchema } from '../shared/units.ts'
import type { Connection } from './connection.ts'
import { parseInput } from './parseInput.ts'
import { decode } from './storeJson.ts'
import type { TestOpening, TestOpeningRepository } from './testOpeningRepository.ts'

export const testOpeningSchema = z.strictObject({
  id: idSchema,
  opened: momentSchema,
  dataset: fingerprintSchema,
  runKey: z.string().regex(/^[0-9a-f]{64}$/),
  program: z.string().min(1),
})

export const selectOpening = 'SELECT id, opened, dataset, run_key AS runKey, program FROM test_openings'

export class SqliteTestOpenings implements TestOpeningRepository {
  private readonly connection: Connection
  private readonly onProblem: (problem: string) => void

  constructor(connection: Connection, onProblem: (problem: string) => void) {
    this.connection = connection
    this.onProblem = onProblem
  }

  log(opening: TestOpening): void {
    const row = parseInput(testOpeningSchema, 'The opening of a test split', opening)
    this.connection.read(() =>
      this.connection
        .statement(
          `INSERT INTO test_openings (id, opened, dataset, run_key, program) VALUES (:id, :opened, :dataset, :runKey, :program)`,
        )
        .run(row),
    )
  }

  list({ limit, dataset }: { limit: number; dataset?: string | undefined }): TestOpening[] {
    const rows = this.connection.read(() =>
      dataset === undefined
        ? this.connection.statement<TestOpening>(`${selectOpening} ORDER BY id DESC LIMIT ?`).all(limit)
        : this.connection
            .statement<TestOpening>(`${selectOpening} WHERE dataset = ? ORDER BY id DESC LIMIT ?`)
            .all(dataset, limit),
    )
    return rows.flatMap((row) => {
      const opening = decode(testOpeningSchema, `The opening ${row.id} of a test split`, () => row)
      if (opening.ok) return [opening.value]
      this.onProblem(opening.problem)
      return []
    })
  }
}
