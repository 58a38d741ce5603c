import type { Migration } from './migration.ts'

export const runs: Migration = {
  version: 2,
  title: 'runs, their arrays and tags, and the log of opened test splits',
  up: (db) => {
    // `data` is the last column of its table: what comes before it is then read without its pages.
    db.exec(`
      CREATE TABLE runs (
        id TEXT NOT NULL PRIMARY KEY,
        key TEXT NOT NULL UNIQUE CHECK (length(key) = 64),
        stage TEXT NOT NULL,
        stage_version INTEGER NOT NULL CHECK (stage_version >= 1),
        inputs TEXT NOT NULL,
        recipe TEXT NOT NULL,
        seed INTEGER NOT NULL CHECK (seed >= 0),
        created TEXT NOT NULL,
        duration_s REAL NOT NULL CHECK (duration_s >= 0),
        engine TEXT NOT NULL,
        kernel TEXT,
        machine TEXT NOT NULL,
        result TEXT NOT NULL,
        warnings TEXT NOT NULL
      ) STRICT;

      CREATE INDEX runs_by_stage ON runs (stage, id);

      CREATE TABLE run_tags (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        PRIMARY KEY (run_id, tag)
      ) STRICT, WITHOUT ROWID;

      CREATE INDEX run_tags_by_tag ON run_tags (tag, run_id);

      CREATE TABLE run_blobs (
        run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        encoding TEXT NOT NULL CHECK (encoding IN ('zstd', 'gzip')),
        dtype TEXT NOT NULL,
        shape TEXT NOT NULL,
        bytes INTEGER NOT NULL CHECK (bytes >= 0),
        sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
        data BLOB NOT NULL,
        PRIMARY KEY (run_id, name)
      ) STRICT;

      CREATE TABLE test_openings (
        id TEXT NOT NULL PRIMARY KEY,
        opened TEXT NOT NULL,
        dataset TEXT NOT NULL,
        run_key TEXT NOT NULL,
        program TEXT NOT NULL
      ) STRICT;

      CREATE INDEX test_openings_by_dataset ON test_openings (dataset, id);
    `)
  },
}
