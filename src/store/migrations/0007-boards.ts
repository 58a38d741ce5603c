import type { Migration } from './migration.ts'

const counted: readonly { table: string; part: string }[] = [
  { table: 'boards', part: 'board' },
  { table: 'board_keys', part: 'board' },
  { table: 'board_descriptions', part: 'board' },
  { table: 'profiles', part: 'profile' },
]

export const boards: Migration = {
  version: 7,
  title: 'boards with their keys and what they were, and profiles with every sample',
  up: (db) => {
    db.exec(`
      CREATE TABLE boards (
        name TEXT NOT NULL PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        target TEXT NOT NULL,
        refused TEXT
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE board_keys (
        board TEXT NOT NULL REFERENCES boards (name) ON DELETE CASCADE,
        host TEXT NOT NULL,
        port INTEGER NOT NULL,
        algorithm TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (board, host, port, algorithm)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE board_descriptions (
        board TEXT NOT NULL,
        seen TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        description TEXT NOT NULL,
        PRIMARY KEY (board, seen)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE profiles (
        id TEXT NOT NULL PRIMARY KEY,
        session TEXT NOT NULL,
        created TEXT NOT NULL,
        board TEXT NOT NULL,
        model TEXT NOT NULL,
        entry TEXT NOT NULL,
        result TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX profiles_of_a_board ON profiles (board, id);
      CREATE INDEX profiles_of_a_session ON profiles (session);

      CREATE TABLE profile_arrays (
        profile TEXT NOT NULL REFERENCES profiles (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        encoding TEXT NOT NULL,
        dtype TEXT NOT NULL,
        shape TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (profile, name)
      ) STRICT;

      INSERT INTO part_changes VALUES ('board', 0), ('profile', 0);
    `)
    for (const { table, part } of counted) {
      for (const event of ['insert', 'update', 'delete']) {
        db.exec(`CREATE TRIGGER ${part}_after_${event}_of_${table} AFTER ${event} ON ${table}
          BEGIN UPDATE part_changes SET changes = changes + 1 WHERE part = '${part}'; END`)
      }
    }
  },
}
