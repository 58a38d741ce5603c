import { createHash } from 'node:crypto'
import type { BoardCompiler, BoardFacts } from '../../../shared/contract/board.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import { tarEnd, tarHeader, tarPadding } from '../../bundle/tar.ts'
import { runtimeSources } from '../../export/runtime/runtimeSources.ts'
import { bytesOf, outputOf, sendBytes, sha256Of } from './boardFiles.ts'
import { cachedProgram, folderOf, keepProgram, type BoardProgram } from './cachedProgram.ts'

/** What exactness needs is among them: `build/runtime/compile.ts` has the same. */
const flags = ['-std=c99', '-O2', '-ffp-contract=off'] as const
const build_ms = 15 * 60_000
const short_ms = 120_000

const names = ['cc', 'gcc', 'clang']

/** The compiler that a board program is built by; undefined where the board has none. */
export function chosenCompiler({ compilers }: Pick<BoardFacts, 'compilers'>): BoardCompiler | undefined {
  const named = (name: string) =>
    compilers.find(({ command }) => command === name || command.endsWith(`/${name}`)) ?? []
  return names.flatMap(named)[0] ?? compilers[0]
}

/** The runtime and the program as one archive, with an empty program beside them. */
export async function sourcesFor(compiler: string) {
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

/** The program as the board's own compiler makes it; errors: `board-failed` where it does not. */
export async function builtProgram(
  connection: BoardConnection,
  compiler: { command: string; version: string },
  signal?: AbortSignal,
): Promise<BoardProgram> {
  const { tar, key, programs } = await sourcesFor(compiler.version)
  const folder = folderOf(connection, key)
  const before = await cachedProgram(connection, folder)
  if (before !== undefined) return before
  await connection.removeTree(folder)
  const archive = `${folder}/sources.tar`
  await sendBytes(connection, tar, archive, 0o600, signal)
  const run = (argv: readonly string[], timeout_ms: number) => outputOf(connection, argv, timeout_ms, signal)
  await run(['tar', '-xf', archive, '-C', folder], short_ms)
  const at = (name: string): string => `${folder}/${name}`
  // What a compiler leaves that is killed lies here, and not in a folder of the system.
  const compile = ['env', `TMPDIR=${folder}`, compiler.command, ...flags, '-s']
  const sources = programs.map(at)
  const include = [`-I${at('include')}`, `-I${at('src')}`]
  await run([...compile, ...include, '-o', at('bitgauge-run'), ...sources, '-lm', '-lpthread'], build_ms)
  await run([...compile, '-o', at('empty'), at('empty.c')], build_ms)
  const made = {
    ...{ how: 'built' as const, compiler: compiler.version },
    sha256: await sha256Of(connection, at('bitgauge-run')),
    program_bytes: await bytesOf(connection, at('bitgauge-run')),
    empty_bytes: await bytesOf(connection, at('empty')),
  }
  await connection.removeTree(archive)
  return keepProgram(connection, folder, made, signal)
}
