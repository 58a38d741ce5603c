import type { Migration } from './migration.ts'

/** After which changes of a table the count of a part grows. */
const counted: readonly { table: string; part: string; when?: string }[] = [
  { table: 'runs', part: 'run' },
  { table: 'run_tags', part: 'run' },
  { table: 'runs', part: 'calibration', when: "stage = 'calibration'" },
  { table: 'calibration_names', part: 'calibration' },
  { table: 'studies', part: 'study' },
  { table: 'study_cells', part: 'study' },
]

export const partChanges: Migration = {
  version: 6,
  title: 'how often each part was changed, so that a window sees the writes of every program',
  up: (db) => {
    db.exec(`
      CREATE TABLE part_changes (
        part TEXT NOT NULL PRIMARY KEY,
        changes INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;

      INSERT INTO part_changes VALUES ('run', 0), ('calibration', 0), ('study', 0);
    `)
    for (const { table, part, when } of counted) {
      for (const [event, row] of [
        ['insert', 'new'],
        ['update', 'new'],
        ['delete', 'old'],
      ]) {
        db.exec(`CREATE TRIGGER ${part}_after_${event}_of_${table} AFTER ${event} ON ${table}
          ${when === undefined ? '' : `WHEN ${row}.${when}`}
          BEGIN UPDATE part_changes SET changes = changes + 1 WHERE part = '${part}'; END`)
      }
    }
  },
}
