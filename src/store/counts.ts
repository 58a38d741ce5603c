import type { Connection } from './connection.ts'

/** How many things of a kind the store's tables hold. */
export interface StoredCounts {
  /** declarations with a name or without: all draws of one are one set, as `groupSets` of shared has it */
  calibrations: number
  studies: number
  boards: number
}

/**
 * What sets were declared with: in the recipe of one that was drawn here, in the manifest of one that was drawn elsewhere. A damaged row is none, as it
 * is none in a list.
 */
const declared = `SELECT calibration_names.name AS name, runs.inputs ->> '$.dataset' AS dataset, runs.seed AS seed,
    CASE CASE WHEN json_valid(runs.recipe) THEN runs.recipe ->> '$.kind' END
      WHEN 'set' THEN runs.recipe
      WHEN 'given-set' THEN CASE WHEN json_valid(runs.result) THEN runs.result -> '$.manifest' END
    END AS declared
  FROM runs LEFT JOIN calibration_names ON calibration_names.run_id = runs.id
  WHERE runs.stage = 'calibration'`

/** The same shares in another order are the same composition. */
const composition = `CASE json_type(declared, '$.composition') WHEN 'object'
  THEN (SELECT json_group_array(json_array(key, value)) FROM (SELECT key, value FROM json_each(declared, '$.composition') ORDER BY key))
  ELSE declared -> '$.composition' END`

/** A draw that is there twice is a set of its own. Exported for the test that asks SQLite how it would run it. */
export const calibrationCountSql = `WITH sets AS (${declared}),
  keyed AS (
    SELECT json_array(name, dataset, ${composition}, declared ->> '$.size', seed) AS key, declared ->> '$.draw' AS draw
    FROM sets WHERE declared IS NOT NULL
  )
  SELECT count(DISTINCT key) + count(*) - count(DISTINCT json_array(key, draw)) AS count FROM keyed`

/** Counted by SQLite: no row is read as what it is. */
export function countConnection(connection: Connection): StoredCounts {
  const count = (sql: string): number =>
    connection.read(() => connection.statement<{ count: number }>(sql).get())?.count ?? 0
  return {
    calibrations: count(calibrationCountSql),
    studies: count('SELECT count(*) AS count FROM studies'),
    boards: count('SELECT count(*) AS count FROM boards'),
  }
}
