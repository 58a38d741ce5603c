import { isAscii, isUtf8 } from 'node:buffer'
import { AppError } from '../../../shared/errors.ts'

/** A fault in a file's bytes; the reader of records adds the row that it stands in. */
export class EncodingFault extends AppError {
  constructor(message: string, details: { expected: string; found: string; hint: string }) {
    super('input-invalid', message, details)
  }
}

/**
 * Lets through blocks that are UTF-8 as a whole, a character that a block's end parts included. A byte order mark at the beginning is
 * taken away. Before a fault is thrown, everything before it has been given, so that the caller knows the row.
 *
 * @throws EncodingFault with the offset of the first wrong byte, counted from 0 in the unpacked content; for UTF-16 and UTF-32 by name
 */
export async function* checkUtf8(blocks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  let offset = 0
  let carry: Buffer = Buffer.alloc(0)
  for await (const block of blocks) {
    const begins = offset === 0 && carry.length === 0
    if (begins) assertNotWide(block, name)
    const joined = carry.length === 0 ? block : Buffer.concat([carry, block])
    const whole = isAscii(joined) ? joined.length : wholeCharacters(joined)
    const head = joined.subarray(0, whole)
    if (!isUtf8(head)) {
      const at = firstFault(head)
      yield head.subarray(0, at)
      throw notUtf8(name, offset + at, head[at] as number)
    }
    yield begins && hasMark(head) ? head.subarray(3) : head
    offset += whole
    carry = joined.subarray(whole)
  }
  if (carry.length > 0) throw notUtf8(name, offset, carry[0] as number)
}

/** Length of the block without a last character that has begun and not ended. */
function wholeCharacters(block: Buffer): number {
  for (let back = 1; back <= Math.min(3, block.length); back += 1) {
    const byte = block[block.length - back] as number
    if (byte < 0x80) return block.length
    if (byte >= 0xc0) return lengthOf(byte) > back ? block.length - back : block.length
  }
  return block.length
}

function lengthOf(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
}

/** Where the first wrong character begins, character by character: a fault is looked for once a file. */
function firstFault(block: Buffer): number {
  let at = 0
  while (at < block.length) {
    const byte = block[at] as number
    const length = byte < 0x80 ? 1 : lengthOf(byte)
    if (at + length > block.length || !isUtf8(block.subarray(at, at + length))) return at
    at += length
  }
  return at
}

function hasMark(block: Buffer): boolean {
  return block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf
}

/** UTF-16 and UTF-32 by their mark, UTF-16 without one by the zero bytes that it puts beside Latin letters. */
function assertNotWide(block: Buffer, name: string): void {
  const [a, b, c, d] = block
  const found =
    a === 0xff && b === 0xfe
      ? c === 0 && d === 0
        ? 'UTF-32'
        : 'UTF-16 (little-endian)'
      : a === 0xfe && b === 0xff
        ? 'UTF-16 (big-endian)'
        : looksWide(block)
          ? 'what looks like UTF-16 without a mark'
          : undefined
  if (found === undefined) return
  throw new EncodingFault(`${name} is not in UTF-8.`, { expected: 'UTF-8', found, hint: 'Save the file as UTF-8.' })
}

function looksWide(block: Buffer): boolean {
  const some = block.subarray(0, 64)
  if (some.length < 4) return false
  const zeros = (from: number): number => some.filter((byte, index) => index % 2 === from && byte === 0).length
  return Math.min(zeros(0), zeros(1)) === 0 && Math.max(zeros(0), zeros(1)) > some.length / 4
}

function notUtf8(name: string, offset: number, byte: number): EncodingFault {
  return new EncodingFault(`${name} is not in UTF-8 from byte ${offset} on.`, {
    expected: 'UTF-8',
    found: `the byte 0x${byte.toString(16).padStart(2, '0')}`,
    hint: 'Save the file as UTF-8; if it is Latin-1 or Windows-1252, iconv converts it.',
  })
}
