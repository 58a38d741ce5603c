import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { BoardFacts } from '../../shared/contract/board.ts'
import { AppError } from '../../shared/errors.ts'
import type { BoardConnection } from '../../remote/index.ts'
import { tarEnd, tarHeader, tarPadding } from '../bundle/tar.ts'
import { runtimeSources } from '../export/runtime/runtimeSources.ts'
import { findUpwards } from '../resources.ts'

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

/** What exactness needs is among them: `build/runtime/compile.ts` has the same. */
const flags = ['-std=c99', '-O2', '-ffp-contract=off'] as const
const build_ms = 15 * 60_000
const short_ms = 120_000

const wholeSchema = z.strictObject({
  how: z.enum(['built', 'uploaded']),
  compiler: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  program_bytes: z.int().min(1),
  empty_bytes: z.int().min(1).nullable(),
})

/** How a program would come to a board, or that one is there. */
export async function programState(
  connection: BoardConnection,
  facts: BoardFacts,
): Promise<'there' | 'build' | 'upload' | 'none'> {
  const { compiler } = chosenCompiler(facts)
  const source = compiler === undefined ? await staticProgram(facts) : await sourcesFor(compiler.version)
  if (source === undefined) return 'none'
  if (await connection.exists(`${folderOf(connection, source.key)}/whole.json`)) return 'there'
  return compiler === undefined ? 'upload' : 'build'
}

/**
 * The board program, built by the board's own compiler, or a static one of the cross builds. It lies in the board's cache folder under a hash of what it is made of, and is made once.
 *
 * @throws AppError `board-failed` where it can neither be built nor is a program for this architecture here; `disk-full`, `connection-lost`, `cancelled`
 */
export async function prepareProgram(
  connection: BoardConnection,
  facts: BoardFacts,
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const { compiler } = chosenCompiler(facts)
  if (compiler === undefined) return uploaded(connection, facts, signal)
  try {
    return await built(connection, compiler, signal)
  } catch (thrown) {
    const mayUpload =
      thrown instanceof AppError && thrown.code === 'board-failed' && (await staticProgram(facts)) !== undefined
    if (mayUpload) return uploaded(connection, facts, signal)
    throw thrown
  }
}

function chosenCompiler({ compilers }: BoardFacts) {
  return {
    compiler:
      ['cc', 'gcc', 'clang'].flatMap(
        (name) => compilers.find(({ command }) => command === name || command.endsWith(`/${name}`)) ?? [],
      )[0] ?? compilers[0],
  }
}

function folderOf({ cacheFolder }: BoardConnection, key: string): string {
  return `${cacheFolder}/programs/${key.slice(0, 32)}`
}

/** The runtime and the program as one archive, with an empty program beside them. */
async function sourcesFor(compiler: string) {
  const files = (await runtimeSources()).filter(({ name }) =>
    /^runtime\/(include|src|program)\/[^/]+\.[ch]$/.test(name),
  )
  const all = [...files.map(({ name, bytes }) => ({ name: name.slice('runtime/'.length), bytes })), empty]
  const tar = Buffer.concat([
    ...all.flatMap(({ name, bytes }) => [tarHeader(name, bytes.length), bytes, tarPadding(bytes.length)]),
    tarEnd,
  ])
  const key = createHash('sha256')
    .update(JSON.stringify([compiler, flags]))
    .update(tar)
    .digest('hex')
  const programs = all.map(({ name }) => name).filter((name) => /^(src|program)\/.*\.c$/.test(name))
  return { tar, key, programs }
}

const empty = { name: 'empty.c', bytes: Buffer.from('int main(void) { return 0; }\n') }

async function built(
  connection: BoardConnection,
  compiler: { command: string; version: string },
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const { tar, key, programs } = await sourcesFor(compiler.version)
  const folder = folderOf(connection, key)
  const before = await whole(connection, folder)
  if (before !== undefined) return before
  await connection.removeTree(folder)
  const archive = `${folder}/sources.tar`
  await send(connection, tar, archive, 0o600, signal)
  const run = (argv: readonly string[], timeout_ms: number) => must(connection, argv, timeout_ms, signal)
  await run(['tar', '-xf', archive, '-C', folder], short_ms)
  const at = (name: string): string => `${folder}/${name}`
  const sources = programs.map(at)
  const include = [`-I${at('include')}`, `-I${at('src')}`]
  await run(
    [compiler.command, ...flags, '-s', ...include, '-o', at('bitgauge-run'), ...sources, '-lm', '-lpthread'],
    build_ms,
  )
  await run([compiler.command, ...flags, '-s', '-o', at('empty'), at('empty.c')], build_ms)
  const made = {
    ...{ how: 'built' as const, compiler: compiler.version },
    sha256: await sha256Of(connection, at('bitgauge-run')),
    program_bytes: await bytesOf(connection, at('bitgauge-run')),
    empty_bytes: await bytesOf(connection, at('empty')),
  }
  await connection.removeTree(archive)
  return settle(connection, folder, made, signal)
}

async function uploaded(connection: BoardConnection, facts: BoardFacts, signal?: AbortSignal): Promise<BoardProgram> {
  const program = await staticProgram(facts)
  if (program === undefined) {
    throw new AppError('board-failed', 'There is no way to get the board program onto this board.', {
      expected: 'a C compiler on the board, or a program that was built for it before',
      found: `no compiler, and no program for ${facts.arch}`,
      hint: 'Install gcc on the board; or run npm run runtime:cross in the clone.',
    })
  }
  const folder = folderOf(connection, program.key)
  const before = await whole(connection, folder)
  if (before !== undefined) return before
  await connection.removeTree(folder)
  await connection.upload(program.path, `${folder}/bitgauge-run`, { mode: 0o700, sha256: program.key, signal })
  const made = {
    how: 'uploaded' as const,
    compiler: program.compiler,
    sha256: program.key,
    program_bytes: program.bytes,
  }
  return settle(connection, folder, { ...made, empty_bytes: null }, signal)
}

const manifestSchema = z.object({
  compiler: z.string(),
  programs: z.array(z.object({ target: z.string(), file: z.string(), bytes: z.int(), sha256: z.string() })),
})
const targets: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64', arm: 'armv7', riscv64: 'riscv64' }

async function staticProgram({ arch }: BoardFacts) {
  const path = ['dist/boards/manifest.json', 'bundled/boards/manifest.json'].flatMap((name) => found(name) ?? [])[0]
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

/** The program that lies there, its bytes looked at again; undefined where it is not whole. */
async function whole(connection: BoardConnection, folder: string): Promise<BoardProgram | undefined> {
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

async function settle(
  connection: BoardConnection,
  folder: string,
  made: Omit<BoardProgram, 'path'>,
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const path = `${folder}/bitgauge-run`
  await must(connection, [path, '--probe'], short_ms, signal)
  await send(connection, Buffer.from(`${JSON.stringify(made)}\n`), `${folder}/whole.json`, 0o600, signal)
  return { path, ...made }
}

/** Bytes as a file of the board, verified there. */
export async function send(
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

async function sha256Of(connection: BoardConnection, path: string): Promise<string> {
  const told = await must(connection, ['sha256sum', path], short_ms)
  const sum = /^\\?([0-9a-f]{64})\s/.exec(told)?.[1]
  if (sum !== undefined) return sum
  throw new AppError('board-failed', 'The board gave no checksum of a file.', { found: told.slice(0, 100) })
}

async function bytesOf(connection: BoardConnection, path: string): Promise<number> {
  const told = await must(connection, ['wc', '-c', path], short_ms)
  return Number.parseInt(told.trim(), 10)
}

/** Standard output of a program that must succeed. */
async function must(
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
  const name = argv[0]!.split('/').at(-1)!
  throw new AppError('board-failed', `${name} failed on the board.`, {
    expected: 'exit code 0',
    found: `${by ?? code}: ${stderr.trim().split('\n').slice(0, 3).join(' ').slice(0, 400)}`,
  })
}
