import { join } from 'node:path'
import { bundledFolder } from '../bundledFolder.ts'
import { installedProblem } from '../installedProblem.ts'
import { manifestBytes, readManifestAs } from '../manifest.ts'
import { runtimeManifestSchema } from './runtimeManifest.ts'
import { runtimeDirectory, runtimeFile, runtimeRecipe, type RuntimeRecipe } from './runtimeRecipe.ts'

export interface LocatedRuntime {
  state: 'ready' | 'missing' | 'damaged'
  /** of the sources */
  version: string
  directory: string
  /** path of `bitgauge.node`, also where it is not there */
  addon: string
  /** 0 where there is no manifest */
  bytes: number
  /** what built it; null where there is no manifest */
  compiler: string | null
  /** what is wrong, one sentence; absent when ready */
  problem?: string
}

/**
 * Where the runtime's addon is, built from these very sources, and whether it is what set-up left: in the cache, then in a packaged application.
 * Never throws for one that is not there.
 */
export function locateRuntime(
  { cache }: { cache: string },
  recipe: RuntimeRecipe = runtimeRecipe(),
  bundled = bundledFolder(),
): LocatedRuntime {
  const own = locateIn(cache, recipe)
  if (own.state !== 'missing' || bundled === null) return own
  const packaged = locateIn(bundled, recipe)
  return packaged.state === 'missing' ? own : packaged
}

function locateIn(cache: string, recipe: RuntimeRecipe): LocatedRuntime {
  const directory = runtimeDirectory(cache, recipe)
  const place = { version: recipe.version, directory, addon: join(directory, runtimeFile) }
  const manifest = readManifestAs(runtimeManifestSchema, directory)
  if (manifest === 'missing') {
    const problem = 'The runtime of quantized models has not been built.'
    return { ...place, state: 'missing', bytes: 0, compiler: null, problem }
  }
  if (manifest === 'invalid') {
    const problem = "The manifest of the runtime's addon cannot be read."
    return { ...place, state: 'damaged', bytes: 0, compiler: null, problem }
  }
  const found = { ...place, bytes: manifestBytes(manifest), compiler: manifest.compiler }
  const problem = installedProblem(directory, manifest.files)
  return problem === undefined ? { ...found, state: 'ready' } : { ...found, state: 'damaged', problem }
}
