import { crc32 } from '../../src/core/quantization/file/crc32.ts'
import { encodeSections, type Section } from '../../src/core/quantization/file/container.ts'
import type { QuantizedDescription } from '../../src/core/quantization/file/description.ts'
import { encodeQuantizedModel } from '../../src/core/quantization/file/encodeQuantizedModel.ts'
import type { QuantizedModel } from '../../src/core/quantization/quantizedModel.ts'

/** Of class names alone; nothing that bears on a result. */
export function descriptionOf(classes: number): QuantizedDescription {
  return {
    classes: Array.from({ length: classes }, (_, y) => `class ${y}`),
    vocabulary: { fingerprint: `sha256:${'0'.repeat(64)}`, file: null },
    tokenizer: null,
    maxLength: 60,
    origin: {},
  }
}

/** The file of a model, with {@link descriptionOf}. */
export const modelFile = (model: QuantizedModel): Uint8Array =>
  encodeQuantizedModel(model, descriptionOf(model.spec.classes))

/** A section as the table of a file claims it. */
export interface Entry {
  kind: number
  part: number
  offset: number
  length: number
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

/** The table of a file's sections, as far as the file reaches. */
export function entriesOf(bytes: Uint8Array): Entry[] {
  const view = viewOf(bytes)
  const inFile = Math.max(0, Math.floor((bytes.length - 64) / 32))
  return Array.from({ length: Math.min(bytes.length < 16 ? 0 : view.getUint32(12, true), inFile) }, (_, k) => {
    const at = 64 + 32 * k
    return {
      kind: view.getUint16(at, true),
      part: view.getUint16(at + 2, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      length: Number(view.getBigUint64(at + 16, true)),
    }
  })
}

/** The same file with every checksum that it has room for made right. */
export function repaired(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 64) return bytes
  const copy = bytes.slice()
  const view = viewOf(copy)
  const entries = entriesOf(copy)
  entries.forEach(({ offset, length }, k) =>
    view.setUint32(64 + 32 * k + 4, crc32(copy.subarray(offset, offset + length)), true),
  )
  view.setUint32(24, crc32(copy.subarray(64, 64 + 32 * view.getUint32(12, true))), true)
  view.setUint32(60, crc32(copy.subarray(0, 60)), true)
  return copy
}

export function sectionsOf(bytes: Uint8Array): Section[] {
  return entriesOf(bytes).map(({ offset, length, ...entry }) => ({
    ...entry,
    bytes: bytes.slice(offset, offset + length),
  }))
}

/** The file of other sections: `act` changes their list, or the bytes of some. */
export function withSections(bytes: Uint8Array, act: (sections: Section[]) => unknown): Uint8Array {
  const sections = sectionsOf(bytes)
  act(sections)
  return encodeSections(sections)
}
