import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { defaultPaths, prepareCache } from '../../src/host/paths.ts'
import { makeFolder } from '../../src/store/makeFolder.ts'
import { root } from '../tasks/run.ts'

const runtime = join(root, 'src', 'runtime')

const includes = ['-I', join(runtime, 'include'), '-I', join(runtime, 'src')]

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
  /** of the compiler, besides that of this process */
  environment?: Readonly<Record<string, string>>
  /** whether a file of the library, by its name, is compiled; all are where this is left out */
  library?: (name: string) => boolean
}

/**
 * A program of the runtime's library and sources with a `main`, compiled once: it and the object of each file lie in the cache under a hash of what they
 * are made of: source, all headers, the compiler's version and the flags. Programs may be compiled side by side.
 *
 * @param sources relative to the checkout
 * @throws Error with the compiler's output
 */
export async function compileProgram(sources: readonly string[], options: CompileOptions = {}): Promise<string> {
  const [program = 'cc', ...first] = options.compiler ?? [process.env['CC'] ?? 'cc']
  const args = [...first, ...exactFlags, ...(options.flags ?? [])]
  const library = librarySources().filter((file) => options.library?.(basename(file)) ?? true)
  const inputs = [...library, ...sources.map((source) => join(root, source))]
  const compiler: Compiler = { program, args, environment: { ...process.env, ...options.environment } }
  const version = await versionOf(compiler)
  const headers = hashOf([version, JSON.stringify([program, args])], headersOf(inputs))
  const objects = await objectsOf(compiler, inputs, headers)
  const link = [...objects, '-lm', ...(options.link ?? [])]
  const name = basename(sources[0]!).replace(/\.c$/, '')
  return made(join(hashOf([headers, JSON.stringify(link)], []), name), (target) =>
    compile(compiler, [...args, '-o', target, ...link]),
  )
}

/** The C files of the library, sorted. */
export function librarySources(): string[] {
  return filesOf(join(runtime, 'src'), 'c')
}

interface Compiler {
  program: string
  /** before all that a file or a link adds */
  args: readonly string[]
  environment: NodeJS.ProcessEnv
}

/** The objects of C files, as many at once as there are processors. */
async function objectsOf(compiler: Compiler, inputs: readonly string[], headers: string): Promise<string[]> {
  const objects: string[] = []
  const left = inputs.map((file, k) => ({ file, k }))
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { file, k } = next
      objects[k] = await made(join('objects', `${hashOf([headers, file], [file])}.o`), (target) =>
        compile(compiler, [...compiler.args, ...includes, '-c', '-o', target, file]),
      )
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  return objects
}

/** A file of the cache, made where it is not there; under another name until it is whole. */
async function made(name: string, make: (target: string) => Promise<void>): Promise<string> {
  const { cache } = defaultPaths()
  const target = join(cache, 'runtime', name)
  if (existsSync(target)) return target
  prepareCache(cache)
  makeFolder(dirname(target))
  const staging = mkdtempSync(join(dirname(target), 'staging-'))
  try {
    await make(join(staging, basename(target)))
    renameSync(join(staging, basename(target)), target)
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  return target
}

async function compile({ program, environment }: Compiler, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(program, args, { maxBuffer: 1 << 26, env: environment })
  } catch (error) {
    throw new Error(`${program} failed:\n${(error as { stderr?: string }).stderr ?? String(error)}`, { cause: error })
  }
}

async function versionOf({ program, args, environment }: Compiler): Promise<string> {
  const first = args.filter((arg) => arg === 'cc' || arg === '-m' || arg === 'ziglang')
  const { stdout } = await promisify(execFile)(program, [...first, '--version'], { env: environment })
  return stdout
}

/** All headers of the runtime, and those beside the files. */
function headersOf(inputs: readonly string[]): string[] {
  const folders = new Set([runtime, ...inputs.map((file) => dirname(file))])
  return [...new Set([...folders].flatMap((folder) => filesOf(folder, 'h')))]
}

function hashOf(texts: readonly string[], files: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(texts))
  for (const file of files) hash.update(file).update(readFileSync(file))
  return hash.digest('hex').slice(0, 24)
}

function filesOf(folder: string, extension: 'c' | 'h'): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(`.${extension}`))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
