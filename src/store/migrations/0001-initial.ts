import type { Migration } from './migration.ts'

export const initial: Migration = {
  version: 1,
  title: 'jobs and the store’s own history',
  up: (db) => {
    db.exec(`
      CREATE TABLE meta (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE jobs (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        title TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
        params TEXT NOT NULL,
        progress TEXT,
        result TEXT,
        error TEXT,
        warnings TEXT NOT NULL,
        created TEXT NOT NULL,
        started TEXT,
        ended TEXT,
        owner_instance TEXT NOT NULL,
        owner_pid INTEGER NOT NULL,
        owner_start TEXT
      ) STRICT;

      CREATE INDEX jobs_by_state ON jobs (state, id);
    `)
  },
}
