import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../src/shared/errors.ts'
import { childEnvironment } from '../childEnvironment.ts'
import { namedFailure } from '../failures.ts'
import { newLogFile } from '../logFile.ts'
import { describeFile, manifestBytes, writeManifest } from '../manifest.ts'
import { napiVersion } from '../recipe.ts'
import { SetupReporter } from '../reporter.ts'
import { runChild } from '../runChild.ts'
import { takeSetupLock } from '../setupLock.ts'
import { clearStaging, createStaging, moveIntoPlace, removeStaging } from '../staging.ts'
import { commandParts, findCompiler } from '../tools.ts'
import { buildRuntime } from './buildRuntime.ts'
import { locateRuntime } from './locateRuntime.ts'
import type { RuntimeManifest } from './runtimeManifest.ts'
import { runtimeDirectory, runtimeFile, runtimeFolder, type RuntimeRecipe } from './runtimeRecipe.ts'
import { reportOf, type RuntimeReport, type RuntimeSetupOptions } from './runtimeReport.ts'

const wait_s = 10 * 60
/** Builds of other sources that are left beside the new one. */
const keptBuilds = 8

/** Builds what is missing or damaged; see `setupRuntime`. */
export async function installRuntime(recipe: RuntimeRecipe, options: RuntimeSetupOptions): Promise<RuntimeReport> {
  try {
    return await installLocked(recipe, options)
  } catch (thrown) {
    throw namedFailure(thrown, options.cache)
  }
}

async function installLocked(recipe: RuntimeRecipe, options: RuntimeSetupOptions): Promise<RuntimeReport> {
  const report = new SetupReporter(options.onProgress)
  const lost = new AbortController()
  const signal = AbortSignal.any([lost.signal, ...(options.signal === undefined ? [] : [options.signal])])
  const folder = runtimeFolder(options.cache)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const release = await takeSetupLock({
    ...{ folder, signal, wait_s },
    onWait: (waited_s) => report.progress('waiting for another set-up', Math.round(waited_s), null, 's'),
    onLost: (error) => lost.abort(error),
  })
  try {
    const located = locateRuntime(options, recipe)
    if (located.state === 'ready') return reportOf(located)
    return await installAlone(recipe, { ...options, folder, signal, report })
  } finally {
    await release()
  }
}

interface Work extends RuntimeSetupOptions {
  folder: string
  signal: AbortSignal
  report: SetupReporter
}

async function installAlone(recipe: RuntimeRecipe, work: Work): Promise<RuntimeReport> {
  const started = performance.now()
  const { folder, cache } = work
  await clearStaging(folder)
  const staging = await createStaging(folder)
  try {
    const environment = childEnvironment(work.environment ?? process.env, staging)
    const compiler = await compilerOf({ environment, cwd: staging, signal: work.signal })
    const target = join(staging, 'addon')
    await mkdir(target, { mode: 0o700 })
    const tell = (done: number, total: number): void =>
      work.report.progress('building the runtime', done, total, 'files')
    tell(0, recipe.files.length)
    const log = await newLogFile(cache)
    await buildRuntime({
      recipe,
      compiler: compiler.command,
      staging,
      target,
      environment,
      log,
      signal: work.signal,
      tell,
    })
    const manifest = await manifestOf(recipe, compiler.version, target)
    await writeManifest(target, manifest)
    const directory = runtimeDirectory(cache, recipe)
    await moveIntoPlace(target, directory, staging)
    await removeOldBuilds(folder, directory)
    const build_s = (performance.now() - started) / 1000
    const { version } = recipe
    return {
      state: 'installed',
      version,
      directory,
      bytes: manifestBytes(manifest),
      compiler: compiler.version,
      build_s,
    }
  } finally {
    await removeStaging(staging)
  }
}

async function compilerOf(trial: Parameters<typeof findCompiler>[0]): Promise<{ command: string; version: string }> {
  const found = await findCompiler(trial, { standard: 17, make: false })
  if (typeof found !== 'string') {
    throw new AppError(found.code, 'The runtime of quantized models cannot be built on this machine.', {
      expected: found.need,
      found: found.found,
      hint: `Install it, on Debian: apt install ${found.packages.join(' ')}. Until then --engine tensor evaluates with TensorFlow.`,
    })
  }
  const { command, first } = commandParts(found)
  const { output } = await runChild({ ...trial, command, args: [...first, '--version'], input: '', timeout_s: 60 })
  return { command: found, version: output.split('\n')[0]?.trim() || found }
}

async function manifestOf({ version }: RuntimeRecipe, compiler: string, target: string): Promise<RuntimeManifest> {
  return {
    schema: 'bitgauge/runtime-addon/1',
    version,
    platform: `${process.platform}-${process.arch}`,
    napi: napiVersion,
    compiler,
    installed: new Date().toISOString(),
    files: [await describeFile(target, runtimeFile)],
  }
}

/** Each change of the sources leaves a build behind; other versions of the program may still use theirs. */
async function removeOldBuilds(folder: string, newest: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^[^-]+-[a-z0-9]+-[a-z0-9]+-[0-9a-f]{16}$/.test(name))
  const others = names.map((name) => join(folder, name)).filter((path) => path !== newest)
  const dated = await Promise.all(others.map(async (path) => ({ path, made: (await stat(path)).mtimeMs })))
  dated.sort((a, b) => b.made - a.made)
  for (const { path } of dated.slice(keptBuilds)) await rm(path, { recursive: true, force: true })
}
