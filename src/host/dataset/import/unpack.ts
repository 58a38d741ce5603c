import { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../../shared/errors.ts'

export interface UnpackLimits {
  /** most unpacked bytes */
  source_bytes: number
  /** most unpacked bytes for one packed byte */
  gzipRatio: number
}

/** Short files may be packed very well; the ratio is looked at from here on. */
const ratioFrom_bytes = 8 * 1024 * 1024

/**
 * The content of a file: unpacked where its first two bytes are gzip's, else as it is. Never holds more than a few blocks.
 *
 * @throws AppError `input-invalid` where the gzip is broken or ends early, `too-large` past the limits
 */
export async function* unpack(
  packed: AsyncIterable<Buffer>,
  name: string,
  limits: UnpackLimits,
): AsyncGenerator<Buffer> {
  const amounts = { packed: 0, unpacked: 0 }
  const counted = countPacked(packed, amounts)
  const first = await counted.next()
  if (first.done === true) return
  const whole = join(first.value, counted)
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b
  for await (const block of isGzip ? gunzip(whole, name) : whole) {
    amounts.unpacked += block.length
    assertAmounts(amounts, name, limits, isGzip)
    yield block
  }
}

async function* countPacked(packed: AsyncIterable<Buffer>, amounts: { packed: number }): AsyncGenerator<Buffer> {
  for await (const block of packed) {
    amounts.packed += block.length
    yield block
  }
}

async function* join(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

async function* gunzip(packed: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  // An error, whichever of the two has it, ends the loop below with it.
  const unpacked = pipeline(Readable.from(packed), createGunzip({ chunkSize: 256 * 1024 }), () => undefined)
  try {
    for await (const block of unpacked as AsyncIterable<Buffer>) yield block
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? ''
    if (!code.startsWith('Z_')) throw thrown
    throw new AppError('input-invalid', `${name} cannot be unpacked.`, {
      expected: 'a whole gzip file',
      found: code === 'Z_BUF_ERROR' ? 'one that ends early' : `one with broken content (${code})`,
      hint: 'Fetch or pack the file again.',
      cause: thrown,
    })
  }
}

function assertAmounts(
  amounts: { packed: number; unpacked: number },
  name: string,
  limits: UnpackLimits,
  isGzip: boolean,
): void {
  if (amounts.unpacked > limits.source_bytes) {
    throw new AppError('too-large', `${name} holds more than may be imported.`, {
      expected: `at most ${limits.source_bytes} bytes, unpacked`,
      hint: 'Import a part of it, or raise the limit.',
    })
  }
  if (!isGzip || amounts.unpacked < ratioFrom_bytes) return
  const ratio = amounts.unpacked / amounts.packed
  if (ratio <= limits.gzipRatio) return
  throw new AppError('too-large', `${name} unpacks to far more than texts do.`, {
    expected: `at most ${limits.gzipRatio} bytes for each packed byte`,
    found: `more than ${Math.floor(ratio)} after ${amounts.unpacked} bytes`,
    hint: 'If the file is what it should be, unpack it and import the result.',
  })
}
