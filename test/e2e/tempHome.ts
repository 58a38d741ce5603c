import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TempHome {
  readonly path: string
  remove(): void
}

export function tempHome(): TempHome {
  const path = mkdtempSync(join(tmpdir(), 'bitgauge-home-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }) }
}
