import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import type { TensorflowVariant } from '../../src/shared/contract/system.ts'
import { AppError } from '../../src/shared/errors.ts'
import type { LibraryPin } from './libraryPin.ts'
import { libraryPins } from './pins.ts'

/** Raised when the same pins and sources would be installed in another way, so that older installations are not taken for new ones. */
const recipeNumber = 1

/** Version of Node-API that the addon is built for; its binary then runs on every Node and Electron of today. */
export const napiVersion = 8

/** Everything that decides what an installed library is: the wheels and the addon's sources. */
export interface Recipe {
  pin: LibraryPin
  addon: { folder: string; version: string }
}

/**
 * The recipe for a variant on this machine.
 * @throws AppError `platform-unsupported`
 */
export function recipeFor(variant: TensorflowVariant, platform = `${process.platform}-${process.arch}`): Recipe {
  const pin = libraryPins.find((candidate) => candidate.variant === variant && candidate.platform === platform)
  if (pin === undefined) throw unsupported(variant, platform)
  return { pin, addon: addonSources() }
}

/** `<cache>/tensorflow/2.21.0-cpu-linux-x64-<8 digits>`; the digits stand for the whole recipe. */
export function libraryDirectory(cache: string, recipe: Recipe): string {
  const { version, variant, platform } = recipe.pin
  return join(tensorflowFolder(cache), `${version}-${variant}-${platform}-${recipeKey(recipe)}`)
}

export function tensorflowFolder(cache: string): string {
  return resolve(cache, 'tensorflow')
}

/** Path of the addon inside a library's folder; the package's build rules link it against `$ORIGIN/../../deps/lib`. */
export const addonFile = `lib/napi-v${napiVersion}/tfjs_binding.node`

function recipeKey(recipe: Recipe): string {
  const parts = [recipeNumber, napiVersion, recipe.addon.version, recipe.pin]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 8)
}

function addonSources(): Recipe['addon'] {
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json')
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return { folder: dirname(file), version }
}

function unsupported(variant: TensorflowVariant, platform: string): AppError {
  const supported = libraryPins.filter((pin) => pin.variant === variant).map((pin) => pin.platform)
  return new AppError('platform-unsupported', `There is no TensorFlow library (${variant}) for this platform.`, {
    expected: supported.join(' or '),
    found: platform,
    hint: 'Run Bitgauge on one of these, for example in a Linux container, and open it from here with `bitgauge serve`.',
  })
}
