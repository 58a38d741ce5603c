import { crc32, deflateRawSync } from 'node:zlib'
import { AppError } from '../../shared/errors.ts'

export interface ZipEntry {
  /** a path with slashes */
  name: string
  bytes: Uint8Array
}

/** What the format holds without its extension for large files. */
const most = { bytes: 0xffff_ffff, entries: 0xffff }

/** Version 2.0: folders and deflate. */
const needed = 20
/** So that programs take the names for UTF-8 and not for a code page, and the attributes for rights. */
const madeOnUnix = 3 << 8
/** A file that its owner may write and all may read, in the upper half of the attributes. */
const plainFile = 0o100644 * 0x10000
/** Names are UTF-8. */
const utf8 = 0x0800
const deflated = 8
/** 1 January 1980, the first day that the format knows: the same files are the same bytes. */
const date = 0x0021

interface Placed {
  name: Buffer
  crc: number
  packed: Buffer
  bytes: number
  offset: number
}

/**
 * A zip archive of some files, in their order and without times, so that the same files give the same bytes.
 *
 * @throws AppError `too-large` beyond 4 GiB or 65,535 files
 * @see PKWARE, .ZIP File Format Specification (APPNOTE.TXT) 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16
 */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const placed: Placed[] = []
  let offset = 0
  const add = (part: Buffer): void => {
    parts.push(part)
    offset += part.length
  }
  for (const { name, bytes } of entries) {
    const packed = deflateRawSync(bytes)
    const entry = { name: Buffer.from(name), crc: crc32(bytes), packed, bytes: bytes.length, offset }
    placed.push(entry)
    add(localHeader(entry))
    add(packed)
    assertFits(offset, placed.length)
  }
  const directory = offset
  for (const entry of placed) add(centralHeader(entry))
  assertFits(offset, placed.length)
  add(endRecord(placed.length, offset - directory, directory))
  return Buffer.concat(parts)
}

function localHeader({ name, ...entry }: Placed): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x04034b50, 0)
  writeCommon(header, 4, { name, ...entry })
  return Buffer.concat([header, name])
}

function centralHeader(entry: Placed): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x02014b50, 0)
  header.writeUInt16LE(madeOnUnix | needed, 4)
  writeCommon(header, 6, entry)
  header.writeUInt32LE(plainFile, 38)
  header.writeUInt32LE(entry.offset, 42)
  return Buffer.concat([header, entry.name])
}

/** The fields that both headers have in one order, from the version needed to the length of the name. */
function writeCommon(header: Buffer, at: number, { name, crc, packed, bytes }: Placed): void {
  header.writeUInt16LE(needed, at)
  header.writeUInt16LE(utf8, at + 2)
  header.writeUInt16LE(deflated, at + 4)
  header.writeUInt16LE(date, at + 8)
  header.writeUInt32LE(crc, at + 10)
  header.writeUInt32LE(packed.length, at + 14)
  header.writeUInt32LE(bytes, at + 18)
  header.writeUInt16LE(name.length, at + 22)
}

function endRecord(entries: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22)
  record.writeUInt32LE(0x06054b50, 0)
  record.writeUInt16LE(entries, 8)
  record.writeUInt16LE(entries, 10)
  record.writeUInt32LE(size, 12)
  record.writeUInt32LE(offset, 16)
  return record
}

function assertFits(bytes: number, entries: number): void {
  if (bytes <= most.bytes && entries <= most.entries) return
  throw new AppError('too-large', 'The export is too large for one zip.', {
    expected: `at most ${most.bytes} bytes and ${most.entries} files`,
    hint: 'Take its files one by one.',
  })
}
