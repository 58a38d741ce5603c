import { join } from 'node:path'
import type { TensorflowVariant } from '../../src/shared/contract/system.ts'
import { AppError } from '../../src/shared/errors.ts'
import { bundledFolder } from './bundledFolder.ts'
import { installedProblem } from './installedProblem.ts'
import { manifestBytes, readManifest } from './manifest.ts'
import { addonFile, libraryDirectory, recipeFor, type Recipe } from './recipe.ts'

export interface LocatedTensorflow {
  state: 'ready' | 'missing' | 'damaged'
  variant: TensorflowVariant
  version: string
  directory: string
  /** path of `tfjs_binding.node`, also where it is not there */
  addon: string
  /** of all files by the manifest; 0 where there is none */
  bytes: number
  /** what is wrong, one sentence; absent when ready */
  problem?: string
}

export interface LocateOptions {
  cache: string
  variant?: TensorflowVariant | undefined
}

/**
 * Where the library is and whether it is what set-up left: sizes and times of all files, no content, a few milliseconds. Without a
 * variant: CUDA's when it is ready, otherwise the CPU's. Never throws for a library that is missing or damaged.
 */
export function locateTensorflow(options: LocateOptions): LocatedTensorflow {
  if (options.variant !== undefined) return locateVariant(options.cache, options.variant)
  const cuda = locateVariant(options.cache, 'cuda')
  return cuda.state === 'ready' ? cuda : locateVariant(options.cache, 'cpu')
}

/** The same for any recipe, in the cache and then in a packaged application. */
export function locateLibrary(cache: string, recipe: Recipe, bundled = bundledFolder()): LocatedTensorflow {
  const own = locateIn(cache, recipe)
  if (own.state !== 'missing' || bundled === null) return own
  const packaged = locateIn(bundled, recipe)
  return packaged.state === 'missing' ? own : packaged
}

function locateIn(cache: string, recipe: Recipe): LocatedTensorflow {
  const directory = libraryDirectory(cache, recipe)
  const { variant, version } = recipe.pin
  const place = { variant, version, directory, addon: join(directory, addonFile) }
  const manifest = readManifest(directory)
  if (manifest === 'missing') {
    return { ...place, state: 'missing', bytes: 0, problem: 'The TensorFlow library has not been set up.' }
  }
  if (manifest === 'invalid') {
    return { ...place, state: 'damaged', bytes: 0, problem: 'The manifest of the TensorFlow library cannot be read.' }
  }
  const problem = installedProblem(directory, manifest.files)
  const bytes = manifestBytes(manifest)
  return problem === undefined ? { ...place, state: 'ready', bytes } : { ...place, state: 'damaged', bytes, problem }
}

function locateVariant(cache: string, variant: TensorflowVariant): LocatedTensorflow {
  try {
    return locateLibrary(cache, recipeFor(variant))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { state: 'missing', variant, version: '', directory: '', addon: '', bytes: 0, problem: error.message }
  }
}
