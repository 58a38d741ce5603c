import { join, resolve } from 'node:path'

export interface StorePaths {
  home: string
  file: string
  backups: string
}

/** Where a home keeps its store. SQLite puts `-wal` and `-shm` files beside `file` while it is in use. */
export function storePaths(home: string): StorePaths {
  const folder = resolve(home)
  return { home: folder, file: join(folder, 'bitgauge.sqlite'), backups: join(folder, 'backups') }
}
