import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../src/shared/errors.ts'
import { isPinned } from './checkWheel.ts'
import { hashFile } from './hashFile.ts'
import type { LibraryPin, WheelPin } from './libraryPin.ts'

/**
 * Pairs the files that the user gave with the pinned wheels by their content, whatever they are called.
 * @throws AppError `not-found`, `hash-mismatch` (a file is none of the pinned wheels), `input-invalid` (a wheel was not given)
 */
export async function offlineWheels(
  pin: LibraryPin,
  files: readonly string[],
  signal: AbortSignal,
): Promise<Map<WheelPin, string>> {
  const found = new Map<WheelPin, string>()
  for (const file of files) found.set(await wheelOf(pin, file, signal), file)
  const absent = pin.wheels.filter((wheel) => !found.has(wheel))
  if (absent.length === 0) return found
  throw new AppError('input-invalid', 'Not all wheels were given with --offline.', {
    expected: pin.wheels.length === 1 ? 'one file' : `${pin.wheels.length} files`,
    found: `without ${absent.map((wheel) => wheel.file).join(', ')}`,
    hint: 'Give --offline once for each file.',
  })
}

async function wheelOf(pin: LibraryPin, file: string, signal: AbortSignal): Promise<WheelPin> {
  const stats = await stat(file).catch(() => undefined)
  if (stats?.isFile() !== true) {
    throw new AppError('not-found', `There is no file ${file}.`, { hint: 'Give the path of a wheel after --offline.' })
  }
  for (const wheel of pin.wheels) if (await isPinned(file, wheel, signal)) return wheel
  throw await notPinned(pin, file, stats.size, signal)
}

async function notPinned(pin: LibraryPin, file: string, size: number, signal: AbortSignal): Promise<AppError> {
  const meant = pin.wheels.find((wheel) => wheel.file === basename(file))
  const expected = meant ?? (pin.wheels.length === 1 ? pin.wheels[0] : undefined)
  return new AppError('hash-mismatch', `${file} is not a wheel that this version of Bitgauge is built for.`, {
    expected:
      expected === undefined
        ? `one of the ${pin.wheels.length} wheels of TensorFlow ${pin.version} (${pin.variant}), which build/setup/pins.ts names`
        : `${expected.file}, ${expected.bytes} bytes, sha256 ${expected.sha256}`,
    found: `${size} bytes, sha256 ${await hashFile(file, signal)}`,
    hint: 'Download it again: the file is damaged or of another version.',
  })
}
