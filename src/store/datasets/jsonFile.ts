import { open, readFile, stat } from 'node:fs/promises'
import type { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { damagedFile } from './readLines.ts'

/** Writes a JSON file of ours and syncs it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeSynced(path, `${JSON.stringify(value, null, 2)}\n`)
}

/** Writes a new file, 0600, and syncs it. */
export async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** @throws AppError `store-damaged` where it is missing, larger than `limit_bytes`, no JSON, or of another shape */
export async function readJson<S extends z.ZodType>(
  path: string,
  name: string,
  schema: S,
  limit_bytes: number,
): Promise<z.output<S>> {
  try {
    if ((await stat(path)).size > limit_bytes) throw damagedFile(name, `more than ${limit_bytes} bytes`)
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    throw damagedFile(name, describe(thrown), thrown)
  }
}

function describe(thrown: unknown): string {
  const issue = (thrown as { issues?: { path: PropertyKey[]; message: string }[] }).issues?.[0]
  if (issue !== undefined) return `${issue.path.map(String).join('.')}: ${issue.message}`
  const code = (thrown as NodeJS.ErrnoException).code
  return code === 'ENOENT' ? 'nothing there' : (code ?? 'no JSON')
}
