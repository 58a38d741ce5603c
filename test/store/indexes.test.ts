import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { idsByKeysSql, runListSql, runsByKeysSql } from '../../src/store/runSql.ts'
import { jobListSql } from '../../src/store/sqliteJobs.ts'
import { openTemp } from './support/openTemp.ts'

/** What SQLite says that it would do, a line a step. */
function plan(sql: string): string[] {
  const store = openTemp()
  const db = new Database(store.path, { readonly: true })
  const given = { limit: 1, stage: 'x', tag: 'x', after: 'x', state: 'done', keys: '[]' }
  const named = Object.entries(given).filter(([name]) => sql.includes(`:${name}`))
  const steps = db.prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(Object.fromEntries(named))
  db.close()
  return steps.map(({ detail }) => detail)
}

const choices = [false, true]
const filters = choices.flatMap((stage) => choices.flatMap((tag) => choices.map((after) => ({ stage, tag, after }))))

describe('a list of a hundred thousand rows', () => {
  it.each(filters)('of runs walks an index and sorts nothing: %o', (filter) => {
    const steps = plan(runListSql(filter))
    expect(steps.filter((step) => step.startsWith('SCAN')).every((step) => step.includes('USING INDEX'))).toBe(true)
    expect(steps.join('\n')).toContain('USING')
    expect(steps.join('\n')).not.toContain('TEMP B-TREE')
  })

  it.each([runsByKeysSql, idsByKeysSql])('of many keys looks each of them up', (sql) => {
    const steps = plan(sql).join('\n')
    expect(steps).toMatch(/SEARCH runs USING (COVERING )?INDEX .* \(key=\?\)/)
    expect(steps).not.toContain('SCAN runs')
  })

  it.each(Object.entries(jobListSql))('of jobs (%s) walks an index and sorts nothing', (_name, sql) => {
    const steps = plan(sql).join('\n')
    expect(steps).toMatch(/USING INDEX/)
    expect(steps).not.toContain('TEMP B-TREE')
  })
})
