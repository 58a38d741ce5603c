import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { BoardFacts } from '../../../shared/contract/board.ts'
import { AppError } from '../../../shared/errors.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import { findUpwards } from '../../resources.ts'
import { cachedProgram, folderOf, keepProgram, type BoardProgram } from './cachedProgram.ts'

/** A static program of the cross builds; errors: `board-failed` where there is none for this architecture. */
export async function uploadedProgram(
  connection: BoardConnection,
  facts: BoardFacts,
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const program = await staticProgram(facts)
  if (program === undefined) {
    throw new AppError('board-failed', 'There is no way to get the board program onto this board.', {
      expected: 'a C compiler on the board, or a program that was built for it before',
      found: `no compiler, and no program for ${facts.arch}`,
      hint: 'Install gcc on the board; or run npm run runtime:cross in the clone.',
    })
  }
  const folder = folderOf(connection, program.key)
  const before = await cachedProgram(connection, folder)
  if (before !== undefined) return before
  await connection.removeTree(folder)
  await connection.upload(program.path, `${folder}/bitgauge-run`, { mode: 0o700, sha256: program.key, signal })
  const made = {
    how: 'uploaded' as const,
    compiler: program.compiler,
    sha256: program.key,
    program_bytes: program.bytes,
  }
  return keepProgram(connection, folder, { ...made, empty_bytes: null }, signal)
}

const manifestSchema = z.object({
  compiler: z.string(),
  programs: z.array(z.object({ target: z.string(), file: z.string(), bytes: z.int(), sha256: z.string() })),
})
const targets: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64', arm: 'armv7', riscv64: 'riscv64' }

/** The cross build for a board; undefined where there is none. */
export async function staticProgram({ arch }: BoardFacts) {
  const named = process.env['BITGAUGE_BOARD_PROGRAMS']
  const path = [
    ...(named === undefined ? [] : [join(named, 'manifest.json')]),
    ...['dist/boards/manifest.json', 'bundled/boards/manifest.json'].flatMap((name) => found(name) ?? []),
  ][0]
  if (path === undefined) return undefined
  const manifest = manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  const program = manifest.programs.find(({ target }) => target === targets[arch])
  if (program === undefined || !existsSync(join(dirname(path), program.file))) return undefined
  return {
    path: join(dirname(path), program.file),
    key: program.sha256,
    bytes: program.bytes,
    compiler: manifest.compiler,
  }
}

function found(name: string): string | undefined {
  try {
    return findUpwards(name)
  } catch {
    return undefined
  }
}
