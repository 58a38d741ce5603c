import { stat } from 'node:fs/promises'
import { AppError } from '../../src/shared/errors.ts'
import { hashFile } from './hashFile.ts'
import type { WheelPin } from './libraryPin.ts'

/** Whether a file has the pinned size and content. */
export async function isPinned(
  path: string,
  pin: WheelPin,
  signal?: AbortSignal,
  onBytes?: (done: number) => void,
): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined || !stats.isFile() || stats.size !== pin.bytes) return false
  return (await hashFile(path, signal, onBytes)) === pin.sha256
}

/** @throws AppError `hash-mismatch` */
export async function requirePinned(path: string, pin: WheelPin, signal?: AbortSignal): Promise<void> {
  if (await isPinned(path, pin, signal)) return
  const { size } = await stat(path)
  throw new AppError('hash-mismatch', `${pin.file} as downloaded is not the pinned file.`, {
    expected: `${pin.bytes} bytes with sha256 ${pin.sha256}`,
    found: `${size} bytes with sha256 ${await hashFile(path, signal)}`,
    hint: 'Check the index that pip uses (pip config list), or give the file with --offline.',
  })
}
