import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Progress } from '../../../src/shared/contract/jobs.ts'
import { AppError } from '../../../src/shared/errors.ts'
import { requirePinned } from '../../setup/checkWheel.ts'
import { childEnvironment } from '../../setup/childEnvironment.ts'
import { peakBytes, findSpace } from '../../setup/diskSpace.ts'
import { downloadWheel } from '../../setup/downloadWheel.ts'
import { namedFailure } from '../../setup/failures.ts'
import type { WheelPin } from '../../setup/libraryPin.ts'
import { newLogFile } from '../../setup/logFile.ts'
import { SetupReporter } from '../../setup/reporter.ts'
import { takeSetupLock } from '../../setup/setupLock.ts'
import { clearStaging, createStaging, moveIntoPlace, removeStaging } from '../../setup/staging.ts'
import { findPip, findPython, type Missing } from '../../setup/tools.ts'
import { unpackWheel } from '../../setup/unpackWheel.ts'
import { zigWheels } from './zigPin.ts'

export interface ZigOptions {
  cache: string
  /** the wheel as a file; else pip downloads it */
  offline?: string | undefined
  environment?: NodeJS.ProcessEnv
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
  /** another wheel than the pinned one of this platform */
  wheel?: WheelPin
}

const wait_s = 10 * 60

/**
 * The pinned wheel of this platform.
 * @throws AppError `platform-unsupported`
 */
export function zigWheel(platform = `${process.platform}-${process.arch}`): WheelPin {
  const wheel = zigWheels[platform]
  if (wheel !== undefined) return wheel
  throw new AppError('platform-unsupported', 'Board programs cannot be built on this platform.', {
    expected: Object.keys(zigWheels).join(' or '),
    found: platform,
    hint: 'Build them in a Linux container, or on the board with its own compiler: src/runtime/README.md says how.',
  })
}

/** Where zig lies, whether or not it is there: `<cache>/zig/0.17.1-<8 digits of the wheel's sha256>/zig`. */
export function zigPath(cache: string, wheel: WheelPin): string {
  return join(resolve(cache), 'zig', `${wheel.version}-${wheel.sha256.slice(0, 8)}`, 'zig')
}

/**
 * Zig of the pinned version, out of its wheel, in the cache: a folder of its own, that only appears whole. The wheel comes with the user's own pip and
 * its index, once; nothing of it is installed into a Python.
 *
 * @returns path of the program
 * @throws AppError `platform-unsupported`, `python-missing`, `pip-missing`, `disk-full`, `download-failed`, `hash-mismatch`, `wheel-invalid`,
 * `setup-busy`, `not-found`, `permission-denied`, `cancelled`
 */
export async function setupZig(options: ZigOptions): Promise<string> {
  const wheel = options.wheel ?? zigWheel()
  const zig = zigPath(options.cache, wheel)
  if (existsSync(zig)) return zig
  try {
    await setupLocked(wheel, options)
  } catch (thrown) {
    throw namedFailure(thrown, options.cache)
  }
  return zig
}

async function setupLocked(wheel: WheelPin, options: ZigOptions): Promise<void> {
  const folder = join(resolve(options.cache), 'zig')
  const report = new SetupReporter(options.onProgress)
  const lost = new AbortController()
  const signal = AbortSignal.any([lost.signal, ...(options.signal === undefined ? [] : [options.signal])])
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const release = await takeSetupLock({
    ...{ folder, signal, wait_s },
    onWait: (waited_s) => report.progress('waiting for another set-up', Math.round(waited_s), null, 's'),
    onLost: (error) => lost.abort(error),
  })
  try {
    if (existsSync(zigPath(options.cache, wheel))) return
    await clearStaging(folder)
    const staging = await createStaging(folder)
    await install({ ...options, wheel, staging, report, signal }).finally(() => removeStaging(staging))
  } finally {
    await release()
  }
}

interface Work extends ZigOptions {
  wheel: WheelPin
  staging: string
  report: SetupReporter
  signal: AbortSignal
}

async function install(work: Work): Promise<void> {
  const { wheel, staging, signal, report } = work
  const space = await findSpace(staging, peakBytes([wheel], work.offline === undefined ? [wheel] : []))
  if (space !== undefined) throw missingTool(space)
  const file = work.offline === undefined ? await download(work) : await given(work.offline, work)
  const into = join(staging, 'zig')
  let done = 0
  const onBytes = (bytes: number): void => {
    done += bytes
    report.progress('unpacking', done, wheel.unpackedBytes, 'bytes')
  }
  await mkdir(into, { mode: 0o700 })
  await unpackWheel({ file, pin: wheel, into, signal, onBytes })
  await moveIntoPlace(into, join(zigPath(work.cache, wheel), '..'), staging)
}

async function download({ wheel, staging, signal, report, cache, environment = process.env }: Work): Promise<string> {
  const children = childEnvironment(environment, staging)
  const trial = { environment: children, cwd: staging, signal }
  const python = await findPython(trial, environment['BITGAUGE_PYTHON'])
  if (typeof python !== 'string') throw missingTool(python)
  const pip = await findPip(trial, python)
  if (pip !== undefined) throw missingTool(pip)
  const onBytes = (done: number): void => report.progress('downloading zig', done, wheel.bytes, 'bytes')
  const [folder, log] = [join(staging, 'download'), await newLogFile(cache)]
  const file = await downloadWheel(wheel, { python, folder, environment: children, log, signal, onBytes })
  await requirePinned(file, wheel, signal)
  return file
}

async function given(file: string, { wheel, signal }: Work): Promise<string> {
  if (!existsSync(file)) {
    throw new AppError('not-found', `There is no file ${file}.`, { hint: `Give the path of ${wheel.file}.` })
  }
  await requirePinned(file, wheel, signal)
  return file
}

function missingTool({ code, need, found, packages }: Missing): AppError {
  return new AppError(code, 'The compiler of the board programs cannot be fetched on this machine.', {
    expected: need,
    found,
    hint:
      packages.length > 0
        ? `Install what is missing, on Debian: apt install ${packages.join(' ')}; or give the wheel with --offline.`
        : 'Free some space, or name another folder in BITGAUGE_CACHE.',
  })
}
