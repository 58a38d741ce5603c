import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { namedFailure } from '../../setup/failures.ts'
import { root } from '../../tasks/run.ts'
import { programSources } from '../boardProgram.ts'
import { compileProgram, exactFlags } from '../compile.ts'
import { elfMachine, type Target } from './targets.ts'
import { zigVersion } from './zigPin.ts'

/** What lies in a folder of board programs; written last, so that a folder without it is not whole. */
export const boardProgramsSchema = z.strictObject({
  schema: z.literal('bitgauge/board-programs/1'),
  runtime: z.string(),
  compiler: z.string(),
  flags: z.array(z.string()),
  programs: z.array(
    z.strictObject({
      target: z.enum(['x64', 'arm64', 'armv7', 'riscv64']),
      triple: z.string(),
      file: z.string(),
      bytes: z.int(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
})
export type BoardPrograms = z.infer<typeof boardProgramsSchema>

export interface CrossOptions {
  /** zig's path */
  zig: string
  /** folder for what zig keeps, musl as compiled for each target above all */
  zigCache: string
  targets: readonly Target[]
  /** folder for the programs and `manifest.json` */
  output: string
  /** relative to the checkout; the board program where absent */
  sources?: readonly string[]
  onTarget?: (target: Target) => void
}

/** What every cross build has besides {@link exactFlags}: musl linked in, no symbols, and none of the traps that zig adds to C. */
export const crossFlags = ['-fno-sanitize=undefined', '-static', '-s'] as const

const manifestName = 'manifest.json'

/**
 * Builds the board program for each target and puts the programs into a folder under their names, `bitgauge-run-arm64`, with a manifest of sizes and
 * sha256. The same sources give the same bytes.
 *
 * @throws Error with the compiler's output; AppError `permission-denied`, `disk-full`
 */
export async function crossBuild(options: CrossOptions): Promise<BoardPrograms> {
  const sources = options.sources ?? programSources()
  const built: [Target, string][] = []
  for (const target of options.targets) {
    options.onTarget?.(target)
    built.push([target, await compileFor(target, sources, options)])
  }
  try {
    return await deliver(built, options.output)
  } catch (thrown) {
    throw namedFailure(thrown, options.output)
  }
}

/** A program for a target, compiled once: see `compileProgram`. */
export function compileFor(
  target: Target,
  sources: readonly string[],
  { zig, zigCache }: Pick<CrossOptions, 'zig' | 'zigCache'>,
): Promise<string> {
  return compileProgram(sources, {
    compiler: [zig, 'cc', '-target', target.triple],
    flags: [...crossFlags, ...target.flags],
    link: ['-lpthread'],
    environment: { ZIG_GLOBAL_CACHE_DIR: zigCache, ZIG_LOCAL_CACHE_DIR: zigCache },
  })
}

async function deliver(built: readonly [Target, string][], output: string): Promise<BoardPrograms> {
  await mkdir(output, { recursive: true })
  await rm(join(output, manifestName), { force: true })
  const programs: BoardPrograms['programs'] = []
  for (const [target, path] of built) programs.push(await deliverOne(target, path, output))
  const manifest: BoardPrograms = {
    schema: 'bitgauge/board-programs/1',
    runtime: runtimeVersion(),
    compiler: `zig ${zigVersion}`,
    flags: [...exactFlags, ...crossFlags],
    programs,
  }
  const temporary = join(output, `${manifestName}.new`)
  await writeFile(temporary, `${JSON.stringify(manifest, null, 2)}\n`)
  await rename(temporary, join(output, manifestName))
  return manifest
}

async function deliverOne({ name, triple, machine }: Target, path: string, output: string) {
  const content = await readFile(path)
  const found = elfMachine(content)
  if (found !== machine) throw new Error(`${path} is for machine ${found}, not ${machine} (${name})`)
  const file = `bitgauge-run-${name}`
  const temporary = join(output, `${file}.new`)
  await copyFile(path, temporary)
  await chmod(temporary, 0o755)
  await rename(temporary, join(output, file))
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { target: name, triple, file, bytes: content.length, sha256 }
}

function runtimeVersion(): string {
  const header = readFileSync(join(root, 'src', 'runtime', 'include', 'bitgauge.h'), 'utf8')
  return /BG_RUNTIME_VERSION "([^"]+)"/.exec(header)?.[1] ?? 'unknown'
}
