import { cp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { diskFull } from './failures.ts'
import { hashFile } from './hashFile.ts'
import type { ManifestFile } from './manifest.ts'
import { addonFile, napiVersion, type Recipe } from './recipe.ts'
import type { FoundTools } from './requirements.ts'
import { runChild } from './runChild.ts'

export interface BuildOptions {
  /** folder with `deps/lib` and `deps/include`, where the addon is built */
  library: string
  addon: Recipe['addon']
  tools: FoundTools
  environment: Record<string, string>
  log: string
  signal: AbortSignal
}

const sources = ['binding', 'binding.gyp', 'package.json']
/** what the linker looks for, and the file it finds */
const linkNames = [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
] as const

/**
 * Builds the addon from a copy of its package's sources against the library beside it, removes what only the build needed, and gives
 * the addon's entry for the manifest.
 * @throws AppError `addon-build-failed`, `disk-full`, `cancelled`
 */
export async function buildAddon(options: BuildOptions): Promise<ManifestFile> {
  const { library, addon } = options
  for (const name of sources) await cp(join(addon.folder, name), join(library, name), { recursive: true })
  for (const [name, target] of linkNames) await symlink(target, join(library, 'deps', 'lib', name))
  await compile(options)
  for (const name of [...sources, 'build', join('deps', 'include')]) {
    await rm(join(library, name), { recursive: true, force: true, maxRetries: 3 })
  }
  for (const [name] of linkNames) await rm(join(library, 'deps', 'lib', name))
  return describe(library)
}

async function compile(options: BuildOptions): Promise<void> {
  const { code, output } = await runChild({
    command: process.execPath,
    args: [nodeGyp(), 'rebuild', ...gypArguments(options)],
    cwd: options.library,
    environment: { ...options.environment, CXX: options.tools.compiler },
    log: options.log,
    signal: options.signal,
    input: '',
  })
  if (code === 0 && existsSync(join(options.library, addonFile))) return
  if (/No space left on device/.test(output)) throw diskFull(options.library)
  throw new AppError('addon-build-failed', 'The addon for the TensorFlow library could not be built.', {
    found: await firstError(options.log),
    hint: `The whole output of the build is in ${options.log}.`,
  })
}

function gypArguments(options: BuildOptions): string[] {
  return [
    `--nodedir=${nodeFolder()}`,
    `--python=${options.tools.python}`,
    '--jobs=2',
    '--module_name=tfjs_binding',
    `--module_path=${dirname(join(options.library, addonFile))}`,
    `--napi_build_version=${napiVersion}`,
  ]
}

function nodeGyp(): string {
  const packageFile = createRequire(import.meta.url).resolve('node-gyp/package.json')
  return join(dirname(packageFile), 'bin', 'node-gyp.js')
}

/** The folder that holds `include/node`: that of the pinned Node's package, otherwise of the Node that runs. */
function nodeFolder(): string {
  const folders = [pinnedNodeFolder(), dirname(dirname(process.execPath))]
  const found = folders.find((folder) => folder !== undefined && existsSync(join(folder, 'include/node/node_api.h')))
  if (found !== undefined) return found
  throw new AppError('addon-build-failed', "Node's header files are not there.", {
    expected: 'the package of the pinned Node in node_modules',
    hint: 'Run `npm ci` in the folder of Bitgauge.',
  })
}

function pinnedNodeFolder(): string | undefined {
  try {
    const name = `node-${process.platform}-${process.arch}/package.json`
    return dirname(createRequire(import.meta.url).resolve(name))
  } catch {
    return undefined
  }
}

/** The first line of the log that a compiler or linker marked as an error, or its last line. */
async function firstError(log: string): Promise<string> {
  const text = await readFile(log, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const line = lines.find((candidate) => /\berror:|undefined reference|cannot find -l/.test(candidate)) ?? lines.at(-1)
  return (line ?? 'no output').trim().slice(0, 300)
}

async function describe(library: string): Promise<ManifestFile> {
  const path = join(library, addonFile)
  const { size, mtimeMs } = await stat(path)
  return { path: addonFile, bytes: size, sha256: await hashFile(path), mtime_s: Math.floor(mtimeMs / 1000) }
}
