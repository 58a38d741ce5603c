import { readFileSync } from 'node:fs'
import { crc32 as zlibCrc32 } from 'node:zlib'
import canonicalize from 'canonicalize'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../../src/shared/errors.ts'
import { evaluateText, prepareModel } from '../../../../src/core/quantization/evaluateText.ts'
import { encodeSections, type Section } from '../../../../src/core/quantization/file/container.ts'
import { crc32 } from '../../../../src/core/quantization/file/crc32.ts'
import { decodeQuantizedModel } from '../../../../src/core/quantization/file/decodeQuantizedModel.ts'
import type { QuantizedDescription } from '../../../../src/core/quantization/file/description.ts'
import { encodeQuantizedModel } from '../../../../src/core/quantization/file/encodeQuantizedModel.ts'
import { packCodes, packedRowBytes, unpackCodes } from '../../../../src/core/quantization/file/packCodes.ts'
import { sectionKinds } from '../../../../src/core/quantization/file/sectionKinds.ts'
import type { QuantizedModel } from '../../../../src/core/quantization/quantizedModel.ts'
import { stream } from '../../../../src/core/random/randomStream.ts'
import { golden, goldenModel } from '../goldenVectors.ts'
import { integerWidths, randomModel, randomTokens } from '../randomModel.ts'

function descriptionOf({ spec }: QuantizedModel): QuantizedDescription {
  return {
    classes: Array.from({ length: spec.classes }, (_, y) => `class ${y} ä`),
    vocabulary: { fingerprint: `sha256:${'0'.repeat(64)}`, file: null },
    tokenizer: null,
    maxLength: 60,
    origin: { model: `sha256:${'1'.repeat(64)}` },
  }
}

const encode = (model: QuantizedModel): Uint8Array => encodeQuantizedModel(model, descriptionOf(model))
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)

interface Entry {
  kind: number
  part: number
  offset: number
  length: number
}

/** The table of a file's sections. */
function entriesOf(bytes: Uint8Array): Entry[] {
  const view = viewOf(bytes)
  const inFile = Math.floor((bytes.length - 64) / 32)
  return Array.from({ length: Math.min(view.getUint32(12, true), inFile) }, (_, k) => {
    const at = 64 + 32 * k
    return {
      kind: view.getUint16(at, true),
      part: view.getUint16(at + 2, true),
      offset: Number(view.getBigUint64(at + 8, true)),
      length: Number(view.getBigUint64(at + 16, true)),
    }
  })
}

/** The file with something changed and every checksum made right again: what an attacker would send. */
function forged(bytes: Uint8Array, act: (view: DataView, entries: Entry[], copy: Uint8Array) => void): Uint8Array {
  const copy = bytes.slice()
  const view = viewOf(copy)
  act(view, entriesOf(copy), copy)
  entriesOf(copy).forEach(({ offset, length }, k) => {
    const section = copy.subarray(Math.min(offset, copy.length), Math.min(offset + length, copy.length))
    view.setUint32(64 + 32 * k + 4, crc32(section), true)
  })
  view.setUint32(24, crc32(copy.subarray(64, 64 + 32 * view.getUint32(12, true))), true)
  view.setUint32(60, crc32(copy.subarray(0, 60)), true)
  return copy
}

function sectionsOf(bytes: Uint8Array): Section[] {
  return entriesOf(bytes).map(({ offset, length, ...entry }) => ({
    ...entry,
    bytes: bytes.slice(offset, offset + length),
  }))
}

/** The file with one section's bytes in another form. */
function withSection(bytes: Uint8Array, kind: number, act: (section: Uint8Array) => Uint8Array): Uint8Array {
  const sections = sectionsOf(bytes)
  const found = sections.find((section) => section.kind === kind)!
  found.bytes = act(found.bytes)
  return encodeSections(sections)
}

const change =
  (at: number, value: number) =>
  (section: Uint8Array): Uint8Array =>
    section.with(at, value)

describe('the file of a quantized model', () => {
  it('comes back as it was, over random models of every option', () => {
    for (let seed = 0; seed < 120; seed += 1) {
      const model = randomModel(seed)
      expect(decodeQuantizedModel(encode(model))).toEqual({ model, description: descriptionOf(model) })
    }
  })

  it('of version 1, written by an independent program, is read and written again', () => {
    const bytes = readFileSync(new URL('../../../golden/quantized_model_v1.bgq', import.meta.url))
    const { model, description } = decodeQuantizedModel(bytes)
    const { spec, widths, parts, logPrior } = goldenModel(
      golden.models.find(({ name }) => name === 'shared table, EOS')!.model,
    )
    expect(model).toMatchObject({ spec, widths, parts, logPrior, bits: { label: 'W8 A8 C8' } })
    expect(model.recipe.activations.calibrator).toEqual({ name: 'percentile', q: 0.99999 })
    expect(description.classes[3]).toBe('Sci/Tech')
    // A later version's recipe may have more settings, so that the description alone may differ.
    const weights = (file: Uint8Array): Section[] =>
      sectionsOf(file).filter(({ kind }) => kind !== sectionKinds.description)
    expect(weights(encodeQuantizedModel(model, description))).toEqual(weights(new Uint8Array(bytes)))
  })

  it('has the same bytes each time, and gives the model its own results', () => {
    const model = randomModel(8)
    const bytes = encode(model)
    const { model: found, description } = decodeQuantizedModel(bytes)
    expect(encodeQuantizedModel(found, description)).toEqual(bytes)
    const tokens = randomTokens(1, model, 6)
    expect(evaluateText(prepareModel(found), tokens, { trace: true })).toEqual(
      evaluateText(prepareModel(model), tokens, { trace: true }),
    )
  })

  it('begins with BGQM and version 1, has its sections at multiples of 64 and weights at their own width', () => {
    const model = randomModel(1, { family: 'discriminative', widths: [4], sharedEmbedding: true, scale: 'static' })
    const bytes = encode(model)
    expect([...bytes.subarray(0, 12)]).toEqual([0x42, 0x47, 0x51, 0x4d, 0x0d, 0x0a, 0x1a, 0x0a, 1, 0, 0, 0])
    const entries = entriesOf(bytes)
    for (const { offset } of entries) expect(offset % 64).toBe(0)
    const { hidden } = model.spec
    expect(entries.find(({ kind }) => kind === sectionKinds.lstmH)?.length).toBe(4 * hidden * Math.ceil(hidden / 2))
    expect(entries.at(-1)!.offset + entries.at(-1)!.length).toBe(bytes.length)
  })

  it('is read from the middle of a larger buffer', () => {
    const model = randomModel(3)
    const bytes = encode(model)
    const shifted = new Uint8Array(bytes.length + 3)
    shifted.set(bytes, 3)
    expect(decodeQuantizedModel(shifted.subarray(3)).model).toEqual(model)
  })

  it('has a description in canonical JSON, though its vocabulary was written apart and is kept', () => {
    const model = randomModel(8)
    const description = descriptionOf(model)
    for (const kept of [description, { ...description, maxLength: 7 }]) {
      const [section] = sectionsOf(encodeQuantizedModel(model, kept)).filter(
        ({ kind }) => kind === sectionKinds.description,
      )
      const text = new TextDecoder().decode(section!.bytes)
      expect(text).toBe(canonicalize(JSON.parse(text)))
      expect(JSON.parse(text)).toMatchObject(kept)
    }
  })

  it('refuses to be written for a description of other classes, or a model that no engine may run', () => {
    const model = randomModel(3)
    const description = { ...descriptionOf(model), classes: ['one', 'two', 'three', 'four', 'five', 'six'] }
    expect(() => encodeQuantizedModel(model, description)).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
    model.parts[0]!.lstm.bias[0] = NaN
    expect(() => encode(model)).toThrowError(expect.objectContaining({ code: 'non-finite-value' }))
  })
})

describe('a damaged file', () => {
  const model = randomModel(12, {
    family: 'generative',
    head: 'shared',
    widths: [5],
    scale: 'static',
    size: 5,
    sharedEmbedding: true,
  })
  const bytes = encode(model)
  const refusal = expect.any(AppError)

  it('is refused wherever it ends too soon, and where it goes on', () => {
    const ends = entriesOf(bytes).flatMap(({ offset, length }) => [offset, offset + 1, offset + length - 1])
    for (const end of [0, 7, 8, 63, 64, 65, 96, ...ends, bytes.length - 1]) {
      expect(() => decodeQuantizedModel(bytes.subarray(0, end)), `${end} bytes`).toThrowError(refusal)
    }
    expect(() => decodeQuantizedModel(Uint8Array.of(...bytes, 0))).toThrowError(refusal)
  })

  it('is refused for a flipped bit in any of its bytes', () => {
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = bytes.with(at, bytes[at]! ^ (1 << (at % 8)))
      expect(() => decodeQuantizedModel(flipped), `byte ${at}`).toThrowError(refusal)
    }
  })

  it('is refused with nothing but our own errors for random bytes with right checksums', () => {
    const random = stream(5, 'hostile bytes')
    for (let k = 0; k < 400; k += 1) {
      const hostile = forged(bytes, (_view, _entries, copy) => {
        for (let n = 0; n <= random.below(4); n += 1) copy[64 + random.below(copy.length - 64)] = random.below(256)
      })
      try {
        decodeQuantizedModel(hostile)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
      }
    }
  })

  const containers: [string, string, Parameters<typeof forged>[1]][] = [
    ['input-invalid', 'another magic', (_view, _entries, copy) => copy.set([0x50], 0)],
    ['input-invalid', 'version 2', (view) => view.setUint32(8, 2, true)],
    ['too-large', '2^32 - 1 sections', (view) => view.setUint32(12, 2 ** 32 - 1, true)],
    ['input-invalid', 'more sections than bytes', (view) => view.setUint32(12, 90_000, true)],
    ['input-invalid', 'no sections', (view) => view.setUint32(12, 0, true)],
    ['input-invalid', 'another length', (view) => view.setBigUint64(16, 2n ** 60n, true)],
    ['input-invalid', 'reserved bytes of the header', (view) => view.setUint8(40, 1)],
    ['input-invalid', 'reserved bytes of the table', (view) => view.setUint8(64 + 31, 1)],
    [
      'input-invalid',
      'overlapping sections',
      (view, [first]) => view.setBigUint64(64 + 32 + 8, BigInt(first!.offset), true),
    ],
    ['input-invalid', 'a section at 2^63', (view) => view.setBigUint64(64 + 8, 2n ** 63n, true)],
    ['input-invalid', 'a section of 2^63 bytes', (view) => view.setBigUint64(64 + 16, 2n ** 63n, true)],
    ['input-invalid', 'a section that reaches into the next', (view) => view.setBigUint64(64 + 16, 128n, true)],
    ['input-invalid', 'sections changed about', (view) => view.setUint16(64, sectionKinds.head, true)],
    ['input-invalid', 'a section of another part', (view) => view.setUint16(64 + 3 * 32 + 2, 1, true)],
    [
      'input-invalid',
      'bytes between sections',
      (_view, entries, copy) => {
        const before = entries.find(({ offset, length }, k) => offset + length < (entries[k + 1]?.offset ?? 0))!
        copy.set([1], before.offset + before.length)
      },
    ],
  ]
  it.each(containers)('is refused with %s: %s', (code, _, act) => {
    expect(() => decodeQuantizedModel(forged(bytes, act))).toThrowError(expect.objectContaining({ code }))
  })

  const json =
    (act: (text: string) => string) =>
    (section: Uint8Array): Uint8Array =>
      new TextEncoder().encode(act(new TextDecoder().decode(section)))
  const contents: [string, string, number, (section: Uint8Array) => Uint8Array][] = [
    ['input-invalid', 'a width of 9 bits', sectionKinds.structure, change(32, 9)],
    ['input-invalid', 'a width that its grid has not', sectionKinds.structure, change(32, 4)],
    ['input-invalid', 'another hidden size than the description', sectionKinds.structure, change(20, 77)],
    ['input-invalid', 'another family than the description', sectionKinds.structure, change(0, 0)],
    ['input-invalid', 'a description that is no JSON', sectionKinds.description, json((text) => text.slice(1))],
    ['input-invalid', 'a description that is no UTF-8', sectionKinds.description, change(4, 0xff)],
    [
      'input-invalid',
      'a key that nobody knows',
      sectionKinds.description,
      json((text) => text.replace('{', '{"a":1,')),
    ],
    [
      'input-invalid',
      'a key that stands twice',
      sectionKinds.description,
      json((text) => text.replace('{', '{"version":1,')),
    ],
    [
      'input-invalid',
      'nesting of 40 levels',
      sectionKinds.description,
      json((text) => text.replace('"maxLength":60', `"maxLength":${'['.repeat(40)}${']'.repeat(40)}`)),
    ],
    [
      'input-invalid',
      'other sizes than the sections',
      sectionKinds.description,
      json((text) => text.replace(/"hidden":\d+/, '"hidden":4096')),
    ],
    ['input-invalid', 'a grid with unknown bytes', sectionKinds.part, change(32 + 28, 1)],
    ['input-invalid', 'a grid of an unknown kind', sectionKinds.part, change(32, 3)],
    ['input-invalid', 'a grid with ends of 2^31', sectionKinds.part, change(32 + 2 * 32 + 11, 0x7f)],
    ['input-invalid', 'a wrong reciprocal', sectionKinds.part, (section) => change(32 + 20, section[52]! ^ 1)(section)],
    ['input-invalid', 'too few weights', sectionKinds.lstmX, (section) => section.slice(1)],
    ['input-invalid', 'the integer -16 of 5 bits', sectionKinds.lstmX, change(0, 0b10000)],
    ['input-invalid', 'a scale of 0', sectionKinds.lstmXScales, (section) => section.fill(0, 0, 4)],
    ['non-finite-value', 'a bias that is NaN', sectionKinds.lstmBias, (section) => section.fill(0xff, 0, 4)],
    [
      'non-finite-value',
      'an infinite offset',
      sectionKinds.labelTable,
      (section) => (section.set([0, 0, 0x80, 0x7f]), section),
    ],
    ['input-invalid', 'a prior that is NaN', sectionKinds.prior, (section) => section.fill(0xff, 0, 8)],
    ['input-invalid', 'a table of another function', 32, (section) => change(0, section[0]! ^ 1)(section)],
  ]
  it.each(contents)('is refused with %s for its content: %s', (code, _, kind, act) => {
    expect(() => decodeQuantizedModel(withSection(bytes, kind, act))).toThrowError(expect.objectContaining({ code }))
  })

  it('is refused for a section too many and a section too few', () => {
    const sections = sectionsOf(bytes)
    for (const other of [[...sections, sections.at(-1)!], sections.slice(0, -1), sections.toReversed(), []]) {
      expect(() => decodeQuantizedModel(encodeSections(other))).toThrowError(
        expect.objectContaining({ code: 'input-invalid' }),
      )
    }
  })
})

describe('packCodes', () => {
  it('packs the hand-computed bits: the lowest first, each row from a byte of its own', () => {
    // 3 bits: -3 is 101, 1 is 001, 3 is 011; the row is 011 001 101 from the highest bit down, 0xcd
    expect([...packCodes([-3, 1, 3, 0, 0, -1], 2, 3, 3)]).toEqual([0b11001101, 0b0, 0b11000000, 0b1])
    expect([...packCodes([1, -1], 1, 2, 16)]).toEqual([1, 0, 0xff, 0xff])
  })

  it.each(integerWidths)('gives back what it was given at %i bits, signed and unsigned', (width) => {
    const random = stream(width, 'packing')
    for (const signed of [true, false]) {
      const low = signed ? -(2 ** (width - 1)) : 0
      const codes = Array.from({ length: 3 * 11 }, () => low + random.below(2 ** width))
      const bytes = packCodes(codes, 3, 11, width)
      expect(bytes.length).toBe(3 * packedRowBytes(11, width))
      expect([...unpackCodes(bytes, 3, 11, width, signed)!]).toEqual(codes)
    }
  })

  it('is at 8 bits what typed arrays make of it, whatever it came in, and copies nothing that lies there already', () => {
    const codes = Int8Array.of(9, -128, -1, 0, 127, 9)
    const own = packCodes(codes.subarray(1, 5), 2, 2, 8)
    expect(own).toEqual(Uint8Array.of(0x80, 0xff, 0, 0x7f))
    expect([own.buffer, own.byteOffset, own.length]).toEqual([codes.buffer, 1, 4])
    const copied = packCodes([-128, -1, 0, 127], 2, 2, 8)
    expect(copied).toEqual(own)
    expect(packCodes(Int16Array.of(255, 128, 0, 1), 1, 4, 8)).toEqual(Uint8Array.of(255, 128, 0, 1))
    codes[1] = 3
    expect([own[0], copied[0]]).toEqual([3, 0x80])
  })

  it('refuses bits behind the last integer of a row', () => {
    expect(unpackCodes(Uint8Array.of(0b1000_0001), 1, 1, 3, true)).toBeNull()
  })
})

describe('crc32', () => {
  it("is the usual one, zlib's", () => {
    const text = new TextEncoder().encode('123456789')
    expect(crc32(text)).toBe(0xcbf43926)
    const bytes = Uint8Array.from({ length: 1000 }, (_, k) => (k * 7919) & 0xff)
    expect(crc32(bytes)).toBe(zlibCrc32(bytes))
    expect(crc32(new Uint8Array())).toBe(0)
  })
})
