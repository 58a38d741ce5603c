import { AppError } from '../../shared/errors.ts'

/** A tar archive is made of blocks of so many bytes. */
export const block_bytes = 512

/** What of the format is used: regular files of up to 8 GiB with short names, nothing else (POSIX.1-1988, ustar). */
const largest_bytes = 0o77777777777
const longestName = 100

/** The header of a file without owner, time or rights of its own, so that the same files are the same bytes. */
export function tarHeader(name: string, bytes: number): Buffer {
  if (Buffer.byteLength(name) > longestName || bytes > largest_bytes) {
    throw new AppError('too-large', `The bundle cannot hold ${name}.`, { found: `${bytes} bytes` })
  }
  const header = Buffer.alloc(block_bytes)
  header.write(name, 0, 'utf8')
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148)
  return header
}

/** Zeros up to the next block. */
export function tarPadding(bytes: number): Buffer {
  return Buffer.alloc((block_bytes - (bytes % block_bytes)) % block_bytes)
}

/** Two empty blocks end an archive. */
export const tarEnd = Buffer.alloc(2 * block_bytes)

/**
 * Name and size of a regular file; null for the empty block at the end.
 *
 * @throws AppError `input-invalid` for links, folders, devices and whatever else a header may be of
 */
export function readTarHeader(header: Buffer): { name: string; bytes: number } | null {
  if (header.every((byte) => byte === 0)) return null
  const name = textOf(header.subarray(0, longestName))
  const size = textOf(header.subarray(124, 136)).trim()
  const sum = textOf(header.subarray(148, 156)).trim()
  const type = String.fromCharCode(header[156] as number)
  const sound = type === '0' && /^[0-7]{1,11}$/.test(size) && /^[0-7]{1,7}$/.test(sum)
  if (!sound || Number.parseInt(sum, 8) !== checksum(header) || textOf(header.subarray(345, 500)) !== '') {
    throw new AppError('input-invalid', 'The bundle has an entry that no bundle of Bitgauge has.', {
      expected: 'regular files alone',
      found: JSON.stringify(name.slice(0, 60)),
    })
  }
  return { name, bytes: Number.parseInt(size, 8) }
}

/** Of all bytes, those of the sum itself counting as blanks. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 0x20 : byte), 0)
}

function textOf(field: Buffer): string {
  const end = field.indexOf(0)
  return field.toString('latin1', 0, end === -1 ? field.length : end)
}
