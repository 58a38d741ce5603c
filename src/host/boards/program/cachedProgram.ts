import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import { outputOf, sendBytes, sha256Of } from './boardFiles.ts'

/** The board program as it lies on a board. */
export interface BoardProgram {
  path: string
  how: 'built' | 'uploaded'
  compiler: string
  sha256: string
  program_bytes: number
  /** of an empty program by the same compiler and flags; null where none was built */
  empty_bytes: number | null
}

const short_ms = 120_000

const wholeSchema = z.strictObject({
  how: z.enum(['built', 'uploaded']),
  compiler: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  program_bytes: z.int().min(1),
  empty_bytes: z.int().min(1).nullable(),
})

/** Where a program lies, by the hash of what it is made of. */
export function folderOf({ cacheFolder }: BoardConnection, key: string): string {
  return `${cacheFolder}/programs/${key.slice(0, 32)}`
}

/** The program that lies there, its bytes looked at again; undefined where it is not whole. */
export async function cachedProgram(connection: BoardConnection, folder: string): Promise<BoardProgram | undefined> {
  if (!(await connection.exists(`${folder}/whole.json`))) return undefined
  const text = new TextDecoder().decode(await connection.readFile(`${folder}/whole.json`, 65_536))
  const path = `${folder}/bitgauge-run`
  try {
    const made = wholeSchema.parse(JSON.parse(text))
    return (await sha256Of(connection, path)) === made.sha256 ? { path, ...made } : undefined
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code !== 'board-failed') throw thrown
    return undefined
  }
}

/** Marks a program as whole once it has run. */
export async function keepProgram(
  connection: BoardConnection,
  folder: string,
  made: Omit<BoardProgram, 'path'>,
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const path = `${folder}/bitgauge-run`
  await outputOf(connection, [path, '--probe'], short_ms, signal)
  await sendBytes(connection, Buffer.from(`${JSON.stringify(made)}\n`), `${folder}/whole.json`, 0o600, signal)
  return { path, ...made }
}
