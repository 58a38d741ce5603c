import type { Migration } from './migration.ts'

export const studies: Migration = {
  version: 3,
  title: 'studies and their cells',
  up: (db) => {
    // A cell is done where it has a run, failed where it has an error, and else still to be done: a run that is removed opens its cells.
    db.exec(`
      CREATE TABLE studies (
        id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        fingerprint TEXT NOT NULL,
        yaml TEXT NOT NULL,
        folder TEXT,
        state TEXT NOT NULL CHECK (state IN ('planned', 'running', 'paused', 'done', 'failed', 'cancelled')),
        request TEXT CHECK (request IN ('pause', 'cancel')),
        cells INTEGER NOT NULL CHECK (cells >= 0),
        dataset TEXT,
        models TEXT NOT NULL,
        versions TEXT NOT NULL,
        error TEXT,
        created TEXT NOT NULL,
        started TEXT,
        ended TEXT,
        owner_instance TEXT,
        owner_pid INTEGER,
        owner_start TEXT
      ) STRICT;

      CREATE TABLE study_cells (
        study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE CASCADE,
        number INTEGER NOT NULL CHECK (number >= 0),
        coordinates TEXT NOT NULL,
        run_id TEXT REFERENCES runs (id) ON DELETE SET NULL,
        error TEXT,
        PRIMARY KEY (study_id, number),
        CHECK (run_id IS NULL OR error IS NULL)
      ) STRICT;

      CREATE INDEX study_cells_by_run ON study_cells (run_id) WHERE run_id IS NOT NULL;
      CREATE INDEX study_cells_open ON study_cells (study_id, number) WHERE run_id IS NULL;
      CREATE INDEX study_cells_failed ON study_cells (study_id, number) WHERE error IS NOT NULL;
    `)
  },
}
