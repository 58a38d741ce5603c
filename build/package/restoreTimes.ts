import { existsSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { manifestFileSchema } from '../setup/manifest.ts'

const manifestSchema = z.object({ files: z.array(manifestFileSchema) })

/**
 * Gives the files of each library below a folder the times that its manifest names: a copy has that of the copying, and a library whose times
 * are others counts as changed. Archives and packages keep them.
 */
export function restoreTimes(bundled: string): void {
  for (const kind of readdirSync(bundled, { withFileTypes: true })) {
    if (!kind.isDirectory()) continue
    for (const name of readdirSync(join(bundled, kind.name))) restore(join(bundled, kind.name, name))
  }
}

function restore(library: string): void {
  const manifest = join(library, 'manifest.json')
  if (!existsSync(manifest)) return
  for (const { path, mtime_s } of manifestSchema.parse(JSON.parse(readFileSync(manifest, 'utf8'))).files) {
    utimesSync(join(library, path), mtime_s, mtime_s)
  }
}
