const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** CRC-32 of the bytes as in gzip and PNG: polynomial 0x04c11db7, reflected, first and last value inverted. Finds accidents, not malice. */
export function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (let k = 0; k < bytes.length; k += 1) value = table[(value ^ bytes[k]!) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}
