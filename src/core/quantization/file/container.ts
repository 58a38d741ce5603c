import { AppError } from '../../../shared/errors.ts'
import { crc32 } from './crc32.ts'

/** `docs/format/quantized-model.md` has the same table. */
export const containerLimits = { file_bytes: 2 ** 32, sections: 100_000 } as const

/** `BGQM` and the line ends that a transfer as text would change. */
const magic = Uint8Array.of(0x42, 0x47, 0x51, 0x4d, 0x0d, 0x0a, 0x1a, 0x0a)
export const fileVersion = 1
const headerBytes = 64
const entryBytes = 32
/** of every section, so that a mapped file can be read in place by any instruction */
const alignment = 64

export interface Section {
  /** 0 to 65,535 */
  kind: number
  /** of the model, from 0; 0 for sections of the whole model */
  part: number
  bytes: Uint8Array
}

/**
 * Header, table of sections, sections; each section begins at the next multiple of 64, gaps are zero, the file ends with the last section.
 *
 * @throws AppError `too-large`
 */
export function encodeSections(sections: readonly Section[]): Uint8Array {
  if (sections.length > containerLimits.sections) throw tooLarge('sections', containerLimits.sections, sections.length)
  const tableEnd = headerBytes + sections.length * entryBytes
  let length = tableEnd
  const offsets = sections.map(({ bytes }) => {
    const offset = aligned(length)
    length = offset + bytes.length
    return offset
  })
  if (length > containerLimits.file_bytes) throw tooLarge('bytes', containerLimits.file_bytes, length)
  const file = new Uint8Array(length)
  const view = new DataView(file.buffer)
  sections.forEach(({ kind, part, bytes }, k) => {
    const at = headerBytes + k * entryBytes
    view.setUint16(at, kind, true)
    view.setUint16(at + 2, part, true)
    view.setUint32(at + 4, crc32(bytes), true)
    view.setBigUint64(at + 8, BigInt(offsets[k]!), true)
    view.setBigUint64(at + 16, BigInt(bytes.length), true)
    file.set(bytes, offsets[k])
  })
  writeHeader(file, sections.length)
  return file
}

function writeHeader(file: Uint8Array, sections: number): void {
  const view = new DataView(file.buffer)
  file.set(magic)
  view.setUint32(8, fileVersion, true)
  view.setUint32(12, sections, true)
  view.setBigUint64(16, BigInt(file.length), true)
  view.setUint32(24, crc32(file.subarray(headerBytes, headerBytes + sections * entryBytes)), true)
  view.setUint32(60, crc32(file.subarray(0, 60)), true)
}

/**
 * The sections of a file that may have been made to do harm. Checked in this order, before anything is copied: magic, version, checksum of the
 * header, counts and length against limits and file, checksum of the table, each offset and length (none but those of {@link encodeSections} pass,
 * so that nothing overlaps or is left over), zero gaps, checksum of each section.
 *
 * @returns views of `bytes`
 * @throws AppError `input-invalid`, `too-large`
 */
export function decodeSections(bytes: Uint8Array): Section[] {
  const count = readHeader(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let end = headerBytes + count * entryBytes
  const sections = Array.from({ length: count }, (_, k): Section => {
    const at = headerBytes + k * entryBytes
    const offset = Number(view.getBigUint64(at + 8, true))
    const length = Number(view.getBigUint64(at + 16, true))
    if (offset !== aligned(end)) throw invalid(`section ${k} at ${offset} in place of ${aligned(end)}`)
    if (length > bytes.length - offset) throw invalid(`section ${k} beyond the end of the file`)
    if (view.getBigUint64(at + 24, true) !== 0n) throw invalid(`section ${k} with bytes that version 1 does not know`)
    if (!isZero(bytes, end, offset)) throw invalid(`bytes between the sections before section ${k}`)
    end = offset + length
    return { kind: view.getUint16(at, true), part: view.getUint16(at + 2, true), bytes: bytes.subarray(offset, end) }
  })
  if (end !== bytes.length) throw invalid(`${bytes.length - end} bytes behind the last section`)
  sections.forEach((section, k) => {
    const expected = view.getUint32(headerBytes + k * entryBytes + 4, true)
    if (crc32(section.bytes) !== expected) throw invalid(`section ${k} with another checksum than its own`)
  })
  return sections
}

/** The number of sections. */
function readHeader(bytes: Uint8Array): number {
  if (!magic.every((byte, k) => bytes[k] === byte)) {
    throw new AppError('input-invalid', 'The file is no quantized model of Bitgauge.', {
      expected: 'a file that begins with BGQM',
    })
  }
  if (bytes.length < headerBytes) throw invalid(`${bytes.length} bytes, fewer than a header has`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const version = view.getUint32(8, true)
  if (version !== fileVersion) {
    throw new AppError('input-invalid', 'The quantized model is of another version of the format.', {
      expected: String(fileVersion),
      found: String(version),
      hint: 'Quantize the model again, or take the version of Bitgauge that wrote the file.',
    })
  }
  if (crc32(bytes.subarray(0, 60)) !== view.getUint32(60, true))
    throw invalid('a header with another checksum than its own')
  if (!isZero(bytes, 28, 60)) throw invalid('a header with bytes that version 1 does not know')
  const count = view.getUint32(12, true)
  if (count > containerLimits.sections) throw tooLarge('sections', containerLimits.sections, count)
  if (bytes.length > containerLimits.file_bytes) throw tooLarge('bytes', containerLimits.file_bytes, bytes.length)
  const length = Number(view.getBigUint64(16, true))
  if (length !== bytes.length) throw invalid(`${bytes.length} bytes where the header says ${length}`)
  const tableEnd = headerBytes + count * entryBytes
  if (tableEnd > bytes.length) throw invalid(`a table of ${count} sections beyond the end of the file`)
  if (crc32(bytes.subarray(headerBytes, tableEnd)) !== view.getUint32(24, true)) {
    throw invalid('a table of sections with another checksum than its own')
  }
  return count
}

function aligned(at: number): number {
  return Math.ceil(at / alignment) * alignment
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let k = from; k < to; k += 1) if (bytes[k] !== 0) return false
  return true
}

function invalid(found: string): AppError {
  return new AppError('input-invalid', 'The file of the quantized model is damaged.', { found })
}

function tooLarge(what: string, expected: number, found: number): AppError {
  return new AppError('too-large', `A quantized model's file has too many ${what}.`, {
    expected: `at most ${expected}`,
    found: String(found),
  })
}
