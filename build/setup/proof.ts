import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Not in the manifest: it says what was done with the library, not what the library is. */
const fileName = 'proved'

/** Whether this library, in this folder, has passed its self-test on this machine. */
export function isProved(directory: string): boolean {
  return existsSync(join(directory, fileName))
}

/** A folder that may not be written to, such as a packaged application's, stays unmarked and is proved again. */
export async function markProved(directory: string): Promise<void> {
  await writeFile(join(directory, fileName), '').catch(() => {})
}
