import { cp, rm, symlink } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { diskFull } from './failures.ts'
import { firstError } from './firstError.ts'
import { describeFile, type ManifestFile } from './manifest.ts'
import { nodeFolder } from './nodeFolder.ts'
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
  return describeFile(library, addonFile)
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
