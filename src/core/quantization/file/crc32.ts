/** [8][256]: what a byte leaves when k zero bytes have come behind it. */
const tables = makeTables()

/**
 * CRC-32 of the bytes as in gzip and PNG: polynomial 0x04c11db7, reflected, first and last value inverted. Finds accidents, not malice.
 *
 * Eight bytes at a time: the checksum is linear, so that what each leaves is looked up by itself.
 */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  let k = 0
  for (const end = bytes.length - (bytes.length % 8); k < end; k += 8) {
    value ^= bytes[k]! | (bytes[k + 1]! << 8) | (bytes[k + 2]! << 16) | (bytes[k + 3]! << 24)
    value =
      tables[1792 + (value & 0xff)]! ^
      tables[1536 + ((value >>> 8) & 0xff)]! ^
      tables[1280 + ((value >>> 16) & 0xff)]! ^
      tables[1024 + (value >>> 24)]! ^
      tables[768 + bytes[k + 4]!]! ^
      tables[512 + bytes[k + 5]!]! ^
      tables[256 + bytes[k + 6]!]! ^
      tables[bytes[k + 7]!]!
  }
  for (; k < bytes.length; k += 1) value = tables[(value ^ bytes[k]!) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
    made[byte] = value
  }
  for (let k = 256; k < made.length; k += 1) made[k] = made[made[k - 256]! & 0xff]! ^ (made[k - 256]! >>> 8)
  return made
}
