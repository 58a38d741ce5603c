import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { defaultPaths, prepareCache } from '../../src/host/paths.ts'
import { makeFolder } from '../../src/store/makeFolder.ts'
import { root } from '../tasks/run.ts'

const runtime = join(root, 'src', 'runtime')

/** What every build of the runtime has: no contraction of products and sums, on any machine (numerics.md section 1). */
export const exactFlags = ['-std=c99', '-O2', '-ffp-contract=off'] as const

export const strictFlags = ['-Wall', '-Wextra', '-Wconversion', '-Werror'] as const

export interface CompileOptions {
  /** the compiler's command and what stands before every other argument, as `['python3', '-m', 'ziglang', 'cc', '-target', 'aarch64-linux-musl']` */
  compiler?: readonly string[]
  /** besides {@link exactFlags} */
  flags?: readonly string[]
  /** behind the sources, as `-lpthread` */
  link?: readonly string[]
}

/**
 * A program of the runtime's library and sources with a `main`, compiled once: it lies in the cache under a hash of all sources, headers, the compiler's
 * version and the flags. Programs may be compiled side by side.
 *
 * @param sources relative to the checkout
 * @throws Error with the compiler's output
 */
export async function compileProgram(sources: readonly string[], options: CompileOptions = {}): Promise<string> {
  const [program = 'cc', ...first] = options.compiler ?? [process.env['CC'] ?? 'cc']
  const args = [...first, ...exactFlags, ...(options.flags ?? [])]
  const inputs = [...librarySources(), ...sources.map((source) => join(root, source))]
  const folder = join(defaultPaths().cache, 'runtime', await key(program, [...args, ...(options.link ?? [])], inputs))
  const target = join(folder, basename(sources[0]!).replace(/\.c$/, ''))
  if (existsSync(target)) return target
  prepareCache(defaultPaths().cache)
  makeFolder(folder)
  const staging = mkdtempSync(join(folder, 'staging-'))
  try {
    const made = join(staging, 'program')
    const places = ['-I', join(runtime, 'include'), '-I', join(runtime, 'src'), '-o', made]
    await compile(program, [...args, ...places, ...inputs, '-lm', ...(options.link ?? [])])
    renameSync(made, target)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  return target
}

/** The C files of the library, sorted. */
export function librarySources(): string[] {
  return filesOf(join(runtime, 'src')).filter((file) => file.endsWith('.c'))
}

async function compile(program: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args, { maxBuffer: 1 << 26 })
  } catch (error) {
    throw new Error(`${program} failed:\n${(error as { stderr?: string }).stderr ?? String(error)}`, { cause: error })
  }
}

async function key(program: string, args: readonly string[], inputs: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, [
    ...args.filter((arg) => arg === 'cc' || arg === '-m' || arg === 'ziglang'),
    '--version',
  ])
  const hash = createHash('sha256').update(JSON.stringify([program, stdout, args]))
  for (const file of [...new Set([...filesOf(runtime), ...inputs])]) hash.update(file).update(readFileSync(file))
  return hash.digest('hex').slice(0, 24)
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
