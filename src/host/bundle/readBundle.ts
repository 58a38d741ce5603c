import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { AppError } from '../../shared/errors.ts'
import {
  bundleLimits,
  bundleManifestName,
  bundleManifestSchema,
  sha256,
  type BundledFile,
  type BundleManifest,
} from './bundleFile.ts'
import { block_bytes, readTarHeader } from './tar.ts'

export interface BundleEntry {
  file: BundledFile
  bytes: Buffer
}

/**
 * Reads a bundle from its beginning to its end: its list first, then each file, which has to be the next one of the list, of its size and
 * its hash. Nothing else may be in it; nothing is unpacked beyond what the list says, and nothing is written.
 *
 * @throws AppError `not-found`, `input-invalid`, `hash-mismatch`, `too-large`
 */
export async function* readBundle(path: string, see: (manifest: BundleManifest) => void): AsyncGenerator<BundleEntry> {
  const unpacked = await openUnpacked(path)
  const blocks = new Blocks((unpacked as AsyncIterable<Buffer>)[Symbol.asyncIterator]())
  try {
    const manifest = await readManifest(blocks)
    see(manifest)
    for (const file of manifest.files) yield { file, bytes: await readFileOf(blocks, file) }
    await assertEnd(blocks)
  } finally {
    unpacked.destroy()
  }
}

async function readFileOf(blocks: Blocks, file: BundledFile): Promise<Buffer> {
  const header = readTarHeader(await blocks.take(block_bytes))
  if (header?.name !== file.path || header.bytes !== file.bytes)
    throw invalid(`${file.path}, ${file.bytes} bytes`, header)
  const bytes = await blocks.take(file.bytes)
  await blocks.take(padding(file.bytes))
  const found = sha256(bytes)
  if (found === file.sha256) return bytes
  throw new AppError('hash-mismatch', 'The bundle is damaged.', {
    expected: `${file.path} with sha256 ${file.sha256}`,
    found,
  })
}

async function readManifest(blocks: Blocks): Promise<BundleManifest> {
  const header = readTarHeader(await blocks.take(block_bytes))
  if (header?.name !== bundleManifestName) throw invalid(bundleManifestName, header)
  if (header.bytes > bundleLimits.manifest_bytes) throw tooLarge('list', header.bytes, bundleLimits.manifest_bytes)
  const text = (await blocks.take(header.bytes)).toString('utf8')
  await blocks.take(padding(header.bytes))
  const manifest = parseManifest(text)
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > bundleLimits.total_bytes) throw tooLarge('content', total, bundleLimits.total_bytes)
  if (new Set(manifest.files.map(({ path }) => path)).size < manifest.files.length) {
    throw new AppError('input-invalid', 'The bundle’s list names a file twice.')
  }
  return manifest
}

function parseManifest(text: string): BundleManifest {
  try {
    return bundleManifestSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('input-invalid', 'The bundle’s list cannot be read.', {
      expected: 'a bundle of this version of Bitgauge',
      cause,
    })
  }
}

/** Two empty blocks and nothing behind them. */
async function assertEnd(blocks: Blocks): Promise<void> {
  const end = await blocks.take(2 * block_bytes)
  if (end.some((byte) => byte !== 0) || !(await blocks.isOver())) {
    throw new AppError('input-invalid', 'The bundle holds more than its list says.')
  }
}

/** The unpacked bytes of a file, taken in pieces; never more is in memory than was asked for and one piece of the stream. */
class Blocks {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterator<Buffer>) {
    this.#chunks = chunks
  }

  /** So many bytes. Errors: `input-invalid` where the file ends before. */
  async take(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let missing = bytes
    while (missing > 0) {
      if (this.#rest.length === 0 && !(await this.#more()))
        throw new AppError('input-invalid', 'The bundle ends before its end.')
      const part = this.#rest.subarray(0, missing)
      this.#rest = this.#rest.subarray(part.length)
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts, bytes)
  }

  async isOver(): Promise<boolean> {
    return this.#rest.length === 0 && !(await this.#more())
  }

  async #more(): Promise<boolean> {
    try {
      const { value, done } = await this.#chunks.next()
      if (done === true) return false
      this.#rest = value
      return this.#rest.length > 0 || this.#more()
    } catch (cause) {
      throw new AppError('input-invalid', 'The bundle cannot be unpacked.', {
        expected: 'a gzipped tar archive',
        cause,
      })
    }
  }
}

async function openUnpacked(path: string): Promise<Gunzip> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new AppError('not-found', `There is no file ${basename(path)}.`, { cause })
  })
  if (!found.isFile()) throw new AppError('input-invalid', `${basename(path)} is no file.`, { expected: 'a bundle' })
  // What goes wrong on the way is thrown to whoever reads the end of it.
  return pipeline(createReadStream(path), createGunzip(), () => {})
}

function padding(bytes: number): number {
  return (block_bytes - (bytes % block_bytes)) % block_bytes
}

function invalid(expected: string, header: { name: string; bytes: number } | null): AppError {
  const found = header === null ? 'its end' : `${JSON.stringify(header.name.slice(0, 80))}, ${header.bytes} bytes`
  return new AppError('input-invalid', 'The bundle does not hold what its list says.', { expected, found })
}

function tooLarge(what: string, found: number, most: number): AppError {
  return new AppError('too-large', `The bundle’s ${what} is too large.`, {
    expected: `at most ${most} bytes`,
    found: `${found} bytes`,
  })
}
