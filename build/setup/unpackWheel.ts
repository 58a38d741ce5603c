import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import { AppError } from '../../src/shared/errors.ts'
import type { Take, WheelPin } from './libraryPin.ts'
import type { ManifestFile } from './manifest.ts'

export interface UnpackOptions {
  /** the wheel */
  file: string
  pin: WheelPin
  /** folder that the paths of the pin are relative to */
  into: string
  signal: AbortSignal
  /** hears the bytes written by each chunk */
  onBytes: (bytes: number) => void
}

/**
 * Writes the entries that the pin names and gives them with size and sha256, which is taken while writing. Names, sizes and checksums of
 * the entries are checked, so that a wheel that is not what it should be cannot write elsewhere or without bound.
 * @throws AppError `wheel-invalid`; errors of the operating system as they are
 */
export async function unpackWheel(options: UnpackOptions): Promise<ManifestFile[]> {
  try {
    return await unpackEntries(options)
  } catch (error) {
    throw isSystemError(error) || error instanceof AppError ? error : invalid(options.pin, (error as Error).message)
  }
}

async function unpackEntries(options: UnpackOptions): Promise<ManifestFile[]> {
  const { pin } = options
  const zip = await yauzl.openPromise(options.file, { strictFileNames: true })
  const taken = new Set<Take>()
  const files: ManifestFile[] = []
  let declared = 0
  try {
    for await (const entry of zip.eachEntry()) {
      const take = pin.take.find((candidate) => matches(candidate, entry.fileName))
      if (take === undefined || entry.fileName.endsWith('/')) continue
      declared += entry.uncompressedSize
      if (declared > pin.unpackedBytes) throw invalid(pin, `it holds more than ${pin.unpackedBytes} bytes`)
      const file = await unpackEntry(zip, entry, targetPath(take, entry.fileName), take, options)
      taken.add(take)
      if (take.buildOnly !== true) files.push(file)
    }
  } finally {
    zip.close()
  }
  const absent = pin.take.find((take) => !taken.has(take))
  if (absent !== undefined) throw invalid(pin, `${absent.from} is not in it`)
  return files
}

async function unpackEntry(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  path: string,
  take: Take,
  options: UnpackOptions,
): Promise<ManifestFile> {
  const unixMode = entry.externalFileAttributes >>> 16
  if ((unixMode & 0o170000) === 0o120000) throw invalid(options.pin, `${entry.fileName} is a link`)
  const target = join(options.into, path)
  await mkdir(dirname(target), { recursive: true })
  const meter = measure(options.onBytes)
  const output = createWriteStream(target, {
    flags: 'wx',
    mode: (unixMode & 0o100) === 0 ? 0o644 : 0o755,
    flush: take.buildOnly !== true,
  })
  await pipeline(await zip.openReadStreamPromise(entry), meter.stream, output, { signal: options.signal })
  const { bytes, checksum, sha256 } = meter.result()
  if (checksum !== entry.crc32) throw invalid(options.pin, `the checksum of ${entry.fileName} is wrong`)
  const { mtimeMs } = await stat(target)
  return { path, bytes, sha256, mtime_s: Math.floor(mtimeMs / 1000) }
}

/** Passes bytes through and counts, checks and hashes them; yauzl itself does not look at checksums. */
function measure(onBytes: (bytes: number) => void) {
  const hash = createHash('sha256')
  let [bytes, checksum] = [0, 0]
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      checksum = crc32(chunk, checksum)
      bytes += chunk.length
      onBytes(chunk.length)
      done(null, chunk)
    },
  })
  return { stream, result: () => ({ bytes, checksum, sha256: hash.digest('hex') }) }
}

function matches(take: Take, name: string): boolean {
  return take.from.endsWith('/') ? name.startsWith(take.from) : name === take.from
}

function targetPath(take: Take, name: string): string {
  return take.to + name.slice(take.from.length)
}

/** ENOSPC, EACCES and the like are about this machine; an entry that is there twice (EEXIST) is about the wheel. */
function isSystemError(error: unknown): boolean {
  const { code, name } = error as NodeJS.ErrnoException
  return name === 'AbortError' || (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) && code !== 'EEXIST')
}

function invalid(pin: WheelPin, found: string): AppError {
  return new AppError('wheel-invalid', `${pin.file} cannot be unpacked.`, {
    expected: `the wheel of ${pin.package} ${pin.version}`,
    found,
    hint: 'Run the command again to download it anew; if this repeats, the file on the package index is damaged.',
  })
}
