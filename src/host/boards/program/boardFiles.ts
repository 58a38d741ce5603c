import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { BoardConnection } from '../../../remote/index.ts'

const short_ms = 120_000

/** Bytes as a file of the board, verified there. */
export async function sendBytes(
  connection: BoardConnection,
  bytes: Uint8Array,
  path: string,
  mode: number,
  signal?: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bitgauge-send-'))
  try {
    const file = join(folder, 'file')
    await writeFile(file, bytes, { mode: 0o600 })
    await connection.upload(file, path, { mode, sha256: createHash('sha256').update(bytes).digest('hex'), signal })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A file of the cache folder under its content's hash, sent where it is not there. */
export async function placeFile(
  connection: BoardConnection,
  folder: string,
  name: string,
  bytes: Uint8Array,
  sha256: string,
  signal: AbortSignal,
): Promise<string> {
  const path = `${connection.cacheFolder}/${folder}/${name}`
  if (await connection.exists(path)) {
    const { stdout } = await connection.run(['sha256sum', path], { maxBytes: 8192, timeout_ms: 120_000, signal })
    if (stdout.includes(sha256) && stdout.replace(/^\\/, '').startsWith(sha256)) return path
  }
  await sendBytes(connection, bytes, path, 0o600, signal)
  return path
}

export async function sha256Of(connection: BoardConnection, path: string): Promise<string> {
  const told = await outputOf(connection, ['sha256sum', path], short_ms)
  const sum = /^\\?([0-9a-f]{64})\s/.exec(told)?.[1]
  if (sum !== undefined) return sum
  throw new AppError('board-failed', 'The board gave no checksum of a file.', { found: told.slice(0, 100) })
}

export async function bytesOf(connection: BoardConnection, path: string): Promise<number> {
  const told = await outputOf(connection, ['wc', '-c', path], short_ms)
  return Number.parseInt(told.trim(), 10)
}

/** Standard output of a program that must succeed. */
export async function outputOf(
  connection: BoardConnection,
  argv: readonly string[],
  timeout_ms: number,
  signal?: AbortSignal,
): Promise<string> {
  const {
    code,
    signal: by,
    stdout,
    stderr,
  } = await connection.run(argv, { maxBytes: 4 * 1024 * 1024, timeout_ms, signal })
  if (code === 0) return stdout
  const name = argv[argv[0] === 'env' ? 2 : 0]!.split('/').at(-1)!
  const found = `${by ?? code}: ${stderr.trim().split('\n').slice(0, 3).join(' ').slice(0, 400)}`
  if (/no space left|quota exceeded/i.test(stderr)) {
    throw new AppError('disk-full', `The board has no room for what ${name} writes.`, {
      found,
      hint: 'Make room on the board.',
    })
  }
  throw new AppError('board-failed', `${name} failed on the board.`, { expected: 'exit code 0', found })
}
