import { crc32 } from 'node:zlib'

/** Length and type of IHDR's chunk, its 13 bytes and its checksum, after the signature. */
const afterHeader = 8 + 12 + 13

/**
 * The PNG with texts in it, each an `iTXt` chunk behind the header, uncompressed and in UTF-8.
 *
 * @see PNG specification (third edition), section 11.3.3.4
 */
export function withPngTexts(png: Buffer, texts: readonly (readonly [keyword: string, text: string])[]): Buffer {
  const chunks = texts.map(([keyword, text]) => textChunk(keyword, text))
  return Buffer.concat([png.subarray(0, afterHeader), ...chunks, png.subarray(afterHeader)])
}

function textChunk(keyword: string, text: string): Buffer {
  // Keyword, its end, not compressed, method 0, no language, no translated keyword.
  const body = Buffer.concat([
    Buffer.from('iTXt'),
    Buffer.from(keyword, 'latin1'),
    Buffer.from([0, 0, 0, 0, 0]),
    Buffer.from(text),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length - 4)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
