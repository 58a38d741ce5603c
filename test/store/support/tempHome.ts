import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that is removed after the test; the home itself, `<folder>/home`, is not made. */
export function tempHome(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'home')
}
