import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isPinned, requirePinned } from './checkWheel.ts'
import { downloadWheel } from './downloadWheel.ts'
import type { LibraryPin, WheelPin } from './libraryPin.ts'
import type { SetupReporter } from './reporter.ts'

export interface ObtainOptions {
  /** whole and verified wheels of set-ups that did not come to their end; used instead of a second download */
  kept: string
  /** scratch folder */
  staging: string
  python: string
  environment: Record<string, string>
  log: string
  signal: AbortSignal
  report: SetupReporter
}

/** The wheels that lie whole in the folder of kept ones; removes everything else from it. */
export async function keptWheels(pin: LibraryPin, kept: string, signal: AbortSignal): Promise<Map<WheelPin, string>> {
  await mkdir(kept, { recursive: true, mode: 0o700 })
  const found = new Map<WheelPin, string>()
  for (const name of await readdir(kept)) {
    const wheel = pin.wheels.find((candidate) => candidate.file === name)
    const path = join(kept, name)
    if (wheel !== undefined && (await isPinned(path, wheel, signal))) found.set(wheel, path)
    else await rm(path, { recursive: true, force: true })
  }
  return found
}

/**
 * Downloads and checks these wheels one after another; gives their paths in the folder of kept wheels.
 * @throws AppError `download-failed`, `hash-mismatch`, `disk-full`, `cancelled`
 */
export async function downloadWheels(
  wheels: readonly WheelPin[],
  options: ObtainOptions,
): Promise<Map<WheelPin, string>> {
  const found = new Map<WheelPin, string>()
  if (wheels.length === 0) return found
  const total = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0)
  let before = 0
  for (const wheel of wheels) {
    const onBytes = (done: number): void => options.report.progress('downloading', before + done, total, 'bytes')
    onBytes(0)
    found.set(wheel, await obtainOne(wheel, options, onBytes))
    before += wheel.bytes
  }
  options.report.progress('downloading', total, total, 'bytes')
  return found
}

async function obtainOne(wheel: WheelPin, options: ObtainOptions, onBytes: (done: number) => void): Promise<string> {
  const started = performance.now()
  const folder = join(options.staging, 'download')
  const file = await downloadWheel(wheel, { ...options, folder, onBytes })
  await requirePinned(file, wheel, options.signal)
  const target = join(options.kept, wheel.file)
  await rename(file, target)
  await rm(folder, { recursive: true, force: true })
  options.report.downloaded(wheel.file, (await stat(target)).size, (performance.now() - started) / 1000)
  return target
}
