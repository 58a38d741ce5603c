import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Names in `<cache>/tensorflow`, where a library, and nothing else, may be. */
export function tensorflowEntries(cache: string): string[] {
  return readdirSync(join(cache, 'tensorflow')).sort()
}
