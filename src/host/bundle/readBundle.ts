import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream'
import { createGunzip, type Gunzip } from 'node:zlib'
import { inspectJson } from '../../core/model/inspectJson.ts'
import { AppError } from '../../shared/errors.ts'
import { fileFailure, withFileFailures } from '../../store/datasets/index.ts'
import {
  anyBundleManifestSchema,
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
 * @param see is given the list and its sha256 before any file is read
 * @throws AppError `not-found`, `permission-denied`, `input-invalid`, `hash-mismatch`, `too-large`
 */
export async function* readBundle(
  path: string,
  see: (manifest: BundleManifest, listHash: string) => void,
): AsyncGenerator<BundleEntry> {
  const { unpacked, packed_bytes } = await openUnpacked(path)
  const blocks = new Blocks((unpacked as AsyncIterable<Buffer>)[Symbol.asyncIterator](), basename(path))
  try {
    const text = await readList(blocks)
    const manifest = parseManifest(text)
    assertBounds(manifest, packed_bytes)
    see(manifest, sha256(Buffer.from(text)))
    for (const file of manifest.files) yield { file, bytes: await readFileOf(blocks, file) }
    await assertEnd(blocks)
    // What stands behind the packed bytes is skipped without a word.
    if (unpacked.bytesWritten !== packed_bytes) throw moreThanListed()
  } finally {
    unpacked.destroy()
  }
}

async function readFileOf(blocks: Blocks, file: BundledFile): Promise<Buffer> {
  const header = readTarHeader(await blocks.take(block_bytes))
  if (header?.name !== file.path || header.bytes !== file.bytes)
    throw invalid(`${file.path}, ${file.bytes} bytes`, header)
  const bytes = await blocks.take(file.bytes)
  await takePadding(blocks, file.bytes)
  const found = sha256(bytes)
  if (found === file.sha256) return bytes
  throw new AppError('hash-mismatch', 'The bundle is damaged.', {
    expected: `${file.path} with sha256 ${file.sha256}`,
    found,
  })
}

async function readList(blocks: Blocks): Promise<string> {
  const header = readTarHeader(await blocks.take(block_bytes))
  if (header?.name !== bundleManifestName) throw invalid(bundleManifestName, header)
  if (header.bytes > bundleLimits.manifest_bytes) throw tooLarge('list', header.bytes, bundleLimits.manifest_bytes)
  const text = (await blocks.take(header.bytes)).toString('utf8')
  await takePadding(blocks, header.bytes)
  return text
}

function parseManifest(text: string): BundleManifest {
  const value = parseJson(text)
  const { version } = anyBundleManifestSchema.safeParse(value).data ?? { version: 1 }
  if (version > 1) {
    throw new AppError('input-invalid', 'The bundle is of a later version of Bitgauge.', {
      expected: 'version 1 of bundles',
      found: `version ${version}`,
      hint: 'Bring Bitgauge up to date, then import it.',
    })
  }
  const manifest = bundleManifestSchema.safeParse(value)
  if (manifest.success) return manifest.data
  const issue = manifest.error.issues[0]
  throw notRead(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 120))
}

function parseJson(text: string): unknown {
  const { depth, repeated } = inspectJson(text)
  if (depth > bundleLimits.depth) throw notRead(`${depth} levels`)
  if (repeated !== undefined) throw notRead('a name that stands twice')
  try {
    return JSON.parse(text)
  } catch {
    throw notRead('no JSON')
  }
}

/** Sizes are those of the list, and no file is unpacked beyond its own: what they add up to is known before the first one. */
function assertBounds({ files }: BundleManifest, packed_bytes: number): void {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const most = Math.max(bundleLimits.free_bytes, bundleLimits.ratio * packed_bytes)
  if (total > bundleLimits.total_bytes) throw tooLarge('content', total, bundleLimits.total_bytes)
  if (total > most) throw tooLarge('content', total, most)
  if (new Set(files.map(({ path }) => path)).size < files.length) {
    throw new AppError('input-invalid', 'The bundle’s list names a file twice.')
  }
}

/** Two empty blocks and nothing behind them. */
async function assertEnd(blocks: Blocks): Promise<void> {
  const end = await blocks.take(2 * block_bytes)
  if (end.some((byte) => byte !== 0) || !(await blocks.isOver())) throw moreThanListed()
}

/** The unpacked bytes of a file, taken in pieces; never more is in memory than was asked for and one piece of the stream. */
class Blocks {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #name: string
  #rest: Buffer = Buffer.alloc(0)

  /** @param name the file's, for what goes wrong with it */
  constructor(chunks: AsyncIterator<Buffer>, name: string) {
    this.#chunks = chunks
    this.#name = name
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
      const failure = fileFailure(cause, this.#name)
      if (failure instanceof AppError) throw failure
      throw new AppError('input-invalid', 'The bundle cannot be unpacked.', {
        expected: 'a gzipped tar archive',
        cause,
      })
    }
  }
}

async function openUnpacked(path: string): Promise<{ unpacked: Gunzip; packed_bytes: number }> {
  const found = await withFileFailures(basename(path), () => stat(path))
  if (!found.isFile()) throw new AppError('input-invalid', `${basename(path)} is no file.`, { expected: 'a bundle' })
  // What goes wrong on the way is thrown to whoever reads the end of it.
  const unpacked = pipeline(createReadStream(path), createGunzip(), () => {})
  return { unpacked, packed_bytes: found.size }
}

/** Zeros up to the next block. */
async function takePadding(blocks: Blocks, bytes: number): Promise<void> {
  const padding = await blocks.take((block_bytes - (bytes % block_bytes)) % block_bytes)
  if (padding.some((byte) => byte !== 0)) throw moreThanListed()
}

function invalid(expected: string, header: { name: string; bytes: number } | null): AppError {
  const found = header === null ? 'its end' : `${JSON.stringify(header.name.slice(0, 80))}, ${header.bytes} bytes`
  return new AppError('input-invalid', 'The bundle does not hold what its list says.', { expected, found })
}

function notRead(found: string): AppError {
  return new AppError('input-invalid', 'The bundle’s list cannot be read.', {
    expected: 'a bundle of this version of Bitgauge',
    found,
  })
}

function moreThanListed(): AppError {
  return new AppError('input-invalid', 'The bundle holds more than its list says.')
}

function tooLarge(what: string, found: number, most: number): AppError {
  return new AppError('too-large', `The bundle’s ${what} is too large.`, {
    expected: `at most ${most} bytes`,
    found: `${found} bytes`,
  })
}
