import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { withFileFailures, type Work } from '../../../store/datasets/index.ts'
import { checkUtf8 } from './checkUtf8.ts'
import { unpack, type UnpackLimits } from './unpack.ts'

const block_bytes = 256 * 1024

/** One file while it is read. */
export interface OpenSource {
  /** without its folders */
  name: string
  /** as it lies there */
  bytes: number
  /** its content: unpacked, UTF-8 without a mark at its beginning; a character may be parted by a block's end */
  blocks: AsyncIterable<Buffer>
  /** by gzip, once `blocks` has begun */
  packed: () => boolean
  /** of the file as it lies there, once `blocks` has ended */
  sha256: () => string
  close: () => Promise<void>
}

/**
 * Opens a file of texts, packed by gzip or not; which it is shows in its first bytes, not in its name.
 *
 * @throws AppError `not-found`, `permission-denied`, `input-invalid` (no file, empty, no UTF-8, a broken gzip), `too-large`; all but the
 * first three while `blocks` is read
 */
export async function openSource(path: string, limits: UnpackLimits, work: Work): Promise<OpenSource> {
  const name = basename(path)
  return withFileFailures(name, async () => {
    const file = await open(path, 'r')
    try {
      const stats = await file.stat()
      if (!stats.isFile()) throw noFile(name, stats.isDirectory() ? 'a folder' : 'something that is no file')
      if (stats.size === 0) throw emptyFile(name)
      return sourceOf(file, name, stats.size, limits, work)
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  })
}

function sourceOf(file: FileHandle, name: string, size: number, limits: UnpackLimits, work: Work): OpenSource {
  const hash = createHash('sha256')
  let isPacked = false
  async function* packed(): AsyncGenerator<Buffer> {
    let done = 0
    for (;;) {
      work.check()
      const block = Buffer.allocUnsafe(block_bytes)
      const { bytesRead } = await withFileFailures(name, () => file.read(block, 0, block_bytes, null))
      if (bytesRead === 0) return
      if (done === 0) isPacked = block[0] === 0x1f && block[1] === 0x8b
      done += bytesRead
      hash.update(block.subarray(0, bytesRead))
      work.progress({ phase: `reading ${name}`, done, total: Math.max(size, done), unit: 'bytes' })
      yield block.subarray(0, bytesRead)
    }
  }
  return {
    name,
    bytes: size,
    blocks: checkUtf8(unpack(packed(), name, limits), name),
    packed: () => isPacked,
    sha256: () => hash.digest('hex'),
    close: () => file.close(),
  }
}

function noFile(name: string, found: string): AppError {
  return new AppError('input-invalid', `${name} cannot be imported.`, { expected: 'a file', found })
}

export function emptyFile(name: string): AppError {
  return new AppError('input-invalid', `${name} is empty.`, {
    expected: 'at least one row with a text and a label',
    found: 'nothing',
  })
}
