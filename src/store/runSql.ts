/** One run a row, its tags as a JSON list in no promised order. */
export const selectRun = `SELECT runs.*,
  (SELECT json_group_array(run_tags.tag) FROM run_tags WHERE run_tags.run_id = runs.id) AS tags
  FROM runs`

/** Runs, or their ids, of `:keys`, a JSON list; the list is walked and each key looked up. */
export const runsByKeysSql = selectRun.replace(
  /FROM runs$/,
  'FROM json_each(:keys) AS wanted CROSS JOIN runs ON runs.key = wanted.value',
)
export const idsByKeysSql =
  'SELECT runs.key, runs.id FROM json_each(:keys) AS wanted CROSS JOIN runs ON runs.key = wanted.value'

/**
 * The newest runs, with the filters that are given as `:stage`, `:tag` and `:after`. ULIDs sort by the time they were made, so every
 * filter has an index that ends in the id and nothing is sorted; a tag's index is walked first, since few runs have it.
 */
export function runListSql(filters: { stage: boolean; tag: boolean; after: boolean }): string {
  const id = filters.tag ? 'tagged.run_id' : 'runs.id'
  const from = filters.tag ? 'CROSS JOIN runs ON runs.id = tagged.run_id' : ''
  const conditions = [
    filters.tag ? 'tagged.tag = :tag' : '',
    filters.stage ? 'runs.stage = :stage' : '',
    filters.after ? `${id} < :after` : '',
  ].filter((condition) => condition !== '')
  const select = filters.tag ? selectRun.replace(/FROM runs$/, `FROM run_tags AS tagged ${from}`) : selectRun
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return `${select} ${where} ORDER BY ${id} DESC LIMIT :limit`
}
