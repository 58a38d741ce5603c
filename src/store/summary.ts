import type { StoreSummary } from '../shared/contract/store.ts'
import { bytesOnDisk } from './check.ts'
import type { Connection } from './connection.ts'

/** How large the store is, and how much of what people ask first it holds. */
export function summarizeConnection(connection: Connection): StoreSummary {
  const count = (table: 'runs' | 'test_openings'): number =>
    connection.read(() => connection.statement<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).get())
      ?.count ?? 0
  return {
    bytes: bytesOnDisk(connection.paths.file),
    runs: count('runs'),
    testOpenings: count('test_openings'),
  }
}
