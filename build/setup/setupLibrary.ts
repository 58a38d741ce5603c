import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AppError } from '../../src/shared/errors.ts'
import { namedFailure } from './failures.ts'
import { installLibrary } from './installLibrary.ts'
import { locateLibrary } from './locate.ts'
import { tensorflowFolder, type Recipe } from './recipe.ts'
import { repairTimes } from './repairTimes.ts'
import { SetupReporter } from './reporter.ts'
import { takeSetupLock } from './setupLock.ts'
import { alreadyThere, place, type SetupOptions, type SetupReport } from './setupReport.ts'

export type LibraryOptions = Omit<SetupOptions, 'variant'> & {
  /** how long to wait for another set-up; half an hour by default */
  wait_s?: number
}

const wait_s = 30 * 60

/** Set-up for any recipe; see `setupTensorflow`. */
export async function setupLibrary(recipe: Recipe, options: LibraryOptions): Promise<SetupReport> {
  const located = locateLibrary(options.cache, recipe)
  if (located.state === 'ready') return alreadyThere(located, ['the library was there'])
  try {
    return await setupLocked(recipe, { ...options, cache: resolve(options.cache) })
  } catch (error) {
    throw namedFailure(error, options.cache)
  }
}

async function setupLocked(recipe: Recipe, options: LibraryOptions): Promise<SetupReport> {
  const report = new SetupReporter(options.onProgress)
  const lost = new AbortController()
  const signal = options.signal === undefined ? lost.signal : AbortSignal.any([options.signal, lost.signal])
  const folder = tensorflowFolder(options.cache)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const release = await takeSetupLock({
    folder,
    signal,
    wait_s: options.wait_s ?? wait_s,
    onWait: (waited_s) => report.progress('waiting for another set-up', Math.round(waited_s), null, 's'),
    onLost: (error: AppError) => lost.abort(error),
  })
  try {
    return await setupAlone(recipe, { ...options, signal, report })
  } finally {
    await release()
  }
}

async function setupAlone(
  recipe: Recipe,
  options: LibraryOptions & { signal: AbortSignal; report: SetupReporter },
): Promise<SetupReport> {
  const { report } = options
  const located = locateLibrary(options.cache, recipe)
  if (located.state === 'ready') return alreadyThere(located, ['another set-up made the library'])
  if (located.state === 'damaged' && (await repairTimes(located.directory, options.signal))) {
    const repaired = locateLibrary(options.cache, recipe)
    if (repaired.state === 'ready') {
      return alreadyThere(repaired, ['the library was there; checked the content of every file'])
    }
  }
  const { bytes, extract_s, build_s } = await installLibrary(recipe, {
    cache: options.cache,
    offlineWheels: options.offlineWheels ?? [],
    environment: options.environment ?? process.env,
    signal: options.signal,
    report,
  })
  return {
    ...place(located),
    state: 'installed',
    bytes,
    downloaded_bytes: report.downloadedBytes,
    download_s: report.download_s,
    extract_s,
    build_s,
    steps: report.steps,
  }
}
