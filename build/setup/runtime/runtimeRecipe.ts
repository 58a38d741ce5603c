import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../../../src/shared/errors.ts'
import { napiVersion } from '../recipe.ts'

/** Raised when the same sources would be built in another way. */
const recipeNumber = 1

/** Of every file: no contraction of products and sums, whatever the machine has (numerics.md section 1). */
export const exactFlags = ['-O2', '-ffp-contract=off', '-fPIC', '-fvisibility=hidden', '-DNDEBUG'] as const

/** `now`: a function that is missing is found when the addon is loaded, and not when it is called. */
export const sharedFlags =
  process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-s', '-Wl,-z,now']

/** Everything that decides what the addon is. */
export interface RuntimeRecipe {
  /** folder with `include`, `src`, `collector` and `addon` */
  sources: string
  /** C and C++ files, relative to `sources`, sorted */
  files: readonly string[]
  /** by `bitgauge.h` */
  version: string
  /** 16 digits that stand for the content of all sources and for how they are built */
  key: string
}

const known = new Map<string, RuntimeRecipe>()

/** `src/runtime` beside the program or above it: the source and the built program lie at different depths. */
function ownSources(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  for (let folder = here; folder !== dirname(folder); folder = dirname(folder)) {
    const sources = join(folder, 'src', 'runtime')
    if (existsSync(join(sources, 'include', 'bitgauge.h'))) return sources
  }
  throw new AppError('not-found', 'The sources of the runtime are not there.', {
    expected: `src/runtime in a folder above ${here}`,
    hint: 'Install Bitgauge again.',
  })
}

/** The recipe of a source tree; read once a process. */
export function runtimeRecipe(sources: string = ownSources()): RuntimeRecipe {
  const found = known.get(sources) ?? readRecipe(sources)
  known.set(sources, found)
  return found
}

/** `<cache>/runtime-addon/0.1.0-linux-x64-<16 digits>` */
export function runtimeDirectory(cache: string, { version, key }: RuntimeRecipe): string {
  return join(runtimeFolder(cache), `${version}-${process.platform}-${process.arch}-${key}`)
}

export function runtimeFolder(cache: string): string {
  return resolve(cache, 'runtime-addon')
}

/** Name of the addon inside its folder. */
export const runtimeFile = 'bitgauge.node'

function readRecipe(sources: string): RuntimeRecipe {
  const all = ['include', 'src', 'collector', 'addon'].flatMap((folder) => filesOf(join(sources, folder)))
  const hash = createHash('sha256').update(JSON.stringify([recipeNumber, napiVersion, exactFlags, sharedFlags]))
  let version = 'unknown'
  for (const path of all) {
    const content = readFileSync(path)
    const name = relative(sources, path)
    hash.update(JSON.stringify([name, content.length])).update(content)
    if (name === join('include', 'bitgauge.h')) version = versionIn(content.toString('utf8')) ?? version
  }
  const files = all.map((path) => relative(sources, path)).filter((name) => /\.(c|cc)$/.test(name))
  return { sources, files, version, key: hash.digest('hex').slice(0, 16) }
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(c|cc|h)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function versionIn(header: string): string | undefined {
  return /#define BG_RUNTIME_VERSION "([^"]+)"/.exec(header)?.[1]
}
