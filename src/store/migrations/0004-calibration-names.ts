import type { Migration } from './migration.ts'

export const calibrationNames: Migration = {
  version: 4,
  title: 'names of calibration sets',
  up: (db) => {
    // All draws of a set have its name; a draw that is removed takes its row along, and a name without draws is free again.
    db.exec(`
      CREATE TABLE calibration_names (
        run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
        name TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE INDEX calibration_names_by_name ON calibration_names (name, run_id);
    `)
  },
}
