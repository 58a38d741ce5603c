import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { buildAddon } from './buildAddon.ts'
import { childEnvironment } from './childEnvironment.ts'
import { peakBytes } from './diskSpace.ts'
import { megabytes, seconds } from './format.ts'
import type { WheelPin } from './libraryPin.ts'
import { newLogFile } from './logFile.ts'
import { manifestBytes, writeManifest, type Manifest, type ManifestFile } from './manifest.ts'
import { downloadWheels, keptWheels } from './obtainWheels.ts'
import { offlineWheels } from './offlineWheels.ts'
import { checkPlatform } from './platform.ts'
import { libraryDirectory, napiVersion, tensorflowFolder, type Recipe } from './recipe.ts'
import type { SetupReporter } from './reporter.ts'
import { checkRequirements, type FoundTools } from './requirements.ts'
import { clearStaging, createStaging, moveIntoPlace, removeStaging } from './staging.ts'
import { unpackWheel } from './unpackWheel.ts'

export interface InstallOptions {
  cache: string
  offlineWheels: readonly string[]
  environment: NodeJS.ProcessEnv
  signal: AbortSignal
  report: SetupReporter
}

export interface Installed {
  bytes: number
  extract_s: number
  build_s: number
}

/** What the parts of one installation share. */
interface Work extends InstallOptions {
  recipe: Recipe
  /** folder of the wheels kept for a repetition */
  kept: string
  staging: string
  /** folder that becomes the library's */
  library: string
  log: string
  childEnvironment: Record<string, string>
}

/** After these, a kept wheel would only be in the way. */
const withoutKept = new Set(['disk-full', 'hash-mismatch', 'wheel-invalid'])

/**
 * Installs a library: check what the machine has, fetch the wheels, unpack, build the addon, put it in its place in one step. Only for
 * the holder of the lock. Whatever goes wrong, the scratch folder is removed; whole wheels are kept for the next try.
 */
export async function installLibrary(recipe: Recipe, options: InstallOptions): Promise<Installed> {
  checkPlatform(recipe.pin)
  const folder = tensorflowFolder(options.cache)
  await clearStaging(folder)
  const staging = await createStaging(folder)
  const work: Work = {
    ...options,
    recipe,
    staging,
    kept: join(folder, 'downloads'),
    library: join(staging, 'library'),
    log: await newLogFile(options.cache),
    childEnvironment: childEnvironment(options.environment, staging),
  }
  try {
    const installed = await performWork(work)
    await rm(work.kept, { recursive: true, force: true })
    return installed
  } catch (error) {
    const code = error instanceof AppError ? error.code : (error as NodeJS.ErrnoException).code
    if (code === 'ENOSPC' || withoutKept.has(code ?? '')) await rm(work.kept, { recursive: true, force: true })
    throw error
  } finally {
    await removeStaging(staging)
  }
}

async function performWork(work: Work): Promise<Installed> {
  const there = await wheelsThere(work)
  const toDownload = work.recipe.pin.wheels.filter((wheel) => !there.has(wheel))
  const tools = await checkTools(work, toDownload)
  const downloaded = await downloadWheels(toDownload, { ...work, ...tools, environment: work.childEnvironment })
  const unpacked = await unpackAll(work, new Map([...there, ...downloaded]))
  const built = await buildStep(work, tools)
  const manifest = manifestOf(work.recipe, [...unpacked.files, built.file])
  await writeManifest(work.library, manifest)
  const target = libraryDirectory(work.cache, work.recipe)
  await moveIntoPlace(work.library, target, work.staging)
  work.report.step(`installed in ${target}`)
  return { bytes: manifestBytes(manifest), extract_s: unpacked.duration_s, build_s: built.duration_s }
}

/** Wheels that need no download: those the user gave, or those kept from a set-up that did not come to its end. */
async function wheelsThere(work: Work): Promise<Map<WheelPin, string>> {
  work.report.progress('checking what is there', 0, null, 'files')
  if (work.offlineWheels.length > 0) {
    const given = await offlineWheels(work.recipe.pin, work.offlineWheels, work.signal)
    for (const [wheel, file] of given) work.report.step(`checked ${file}: ${megabytes(wheel.bytes)}, the pinned sha256`)
    return given
  }
  const kept = await keptWheels(work.recipe.pin, work.kept, work.signal)
  for (const wheel of kept.keys()) work.report.step(`used the ${wheel.file} of an earlier set-up`)
  return kept
}

function checkTools(work: Work, toDownload: readonly WheelPin[]): Promise<FoundTools> {
  work.report.progress('checking Python, compiler and disk', 0, null, 'tools')
  return checkRequirements({
    environment: work.childEnvironment,
    cwd: work.staging,
    signal: work.signal,
    python: work.environment['BITGAUGE_PYTHON'],
    needsPip: toDownload.length > 0,
    folder: work.cache,
    bytes: peakBytes(work.recipe.pin.wheels, toDownload),
  })
}

async function unpackAll(work: Work, wheels: ReadonlyMap<WheelPin, string>) {
  const started = performance.now()
  const total = [...wheels.keys()].reduce((sum, wheel) => sum + wheel.unpackedBytes, 0)
  const files: ManifestFile[] = []
  let done = 0
  const onBytes = (bytes: number): void => {
    done += bytes
    work.report.progress('unpacking', done, total, 'bytes')
  }
  await mkdir(work.library, { mode: 0o700 })
  for (const pin of work.recipe.pin.wheels) {
    const file = wheels.get(pin)
    if (file === undefined) throw new Error(`${pin.file} was not obtained`)
    files.push(...(await unpackWheel({ file, pin, into: work.library, signal: work.signal, onBytes })))
  }
  const duration_s = (performance.now() - started) / 1000
  work.report.step(`unpacked ${megabytes(done)} in ${seconds(duration_s)}`)
  return { files, duration_s }
}

async function buildStep(work: Work, tools: FoundTools) {
  const started = performance.now()
  const duration = (): number => (performance.now() - started) / 1000
  const tick = (): void => work.report.progress('building the addon', Math.round(duration()), null, 's')
  const timer = setInterval(tick, 1000)
  tick()
  try {
    const environment = work.childEnvironment
    const file = await buildAddon({ ...work, addon: work.recipe.addon, tools, environment })
    work.report.step(`built the addon: ${megabytes(file.bytes)} in ${seconds(duration())}`)
    return { file, duration_s: duration() }
  } finally {
    clearInterval(timer)
  }
}

function manifestOf(recipe: Recipe, files: ManifestFile[]): Manifest {
  const { pin, addon } = recipe
  return {
    schema: 'bitgauge/tensorflow-library/1',
    variant: pin.variant,
    version: pin.version,
    platform: pin.platform,
    addonVersion: addon.version,
    napi: napiVersion,
    installed: new Date().toISOString(),
    wheels: pin.wheels.map(({ file, bytes, sha256 }) => ({ file, bytes, sha256 })),
    files,
  }
}
