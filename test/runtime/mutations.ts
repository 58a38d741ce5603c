import type { Section } from '../../src/core/quantization/file/container.ts'
import { sectionKinds } from '../../src/core/quantization/file/sectionKinds.ts'
import type { RandomStream } from '../../src/core/random/randomStream.ts'
import { entriesOf, repaired, sectionsOf, viewOf, withSections } from './modelFiles.ts'

/** A file that somebody changed, and how. */
export interface Mutation {
  name: string
  bytes: Uint8Array
}

type Act = (view: DataView, copy: Uint8Array) => void

function changed(bytes: Uint8Array, act: Act): Uint8Array {
  const copy = bytes.slice()
  act(viewOf(copy), copy)
  return copy
}

/** Each byte of the header and of the table of sections, with the checksums as they were and made right. */
export function containerBytes(bytes: Uint8Array): Mutation[] {
  const end = 64 + 32 * entriesOf(bytes).length
  return Array.from({ length: end }, (_, at) => at).flatMap((at) =>
    [0x01, 0xfe].flatMap((mask) => {
      const other = changed(bytes, (_, copy) => (copy[at]! ^= mask))
      return [
        { name: `byte ${at} ^ ${mask}`, bytes: other },
        { name: `byte ${at} ^ ${mask}, repaired`, bytes: repaired(other) },
      ]
    }),
  )
}

/** Ends at and beside each section's, as a broken transfer leaves them and with a header that says so. */
export function truncations(bytes: Uint8Array): Mutation[] {
  const borders = entriesOf(bytes).flatMap(({ offset, length }) => [offset, offset + length])
  const ends = [0, 1, 7, 8, 9, 63, 64, 65, ...borders.flatMap((at) => [at - 1, at, at + 1])]
  return [...new Set(ends)].flatMap((end) => {
    const short = new Uint8Array(end)
    short.set(bytes.subarray(0, end))
    const honest = end < 64 ? short : changed(short, (view) => view.setBigUint64(16, BigInt(end), true))
    return [
      { name: `${end} bytes`, bytes: short },
      { name: `${end} bytes, repaired`, bytes: repaired(honest) },
    ]
  })
}

const large = [
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 32n - 64n,
  2n ** 53n + 1n,
  2n ** 63n,
  2n ** 64n - 64n,
  2n ** 64n - 1n,
]

/** Counts, lengths and offsets of a container that lie. */
export function hostileContainers(bytes: Uint8Array): Mutation[] {
  const put = (name: string, act: Act): Mutation => ({ name, bytes: repaired(changed(bytes, act)) })
  const counts = [0, 1, 2, 90_000, 100_000, 100_001, 2 ** 27 - 2, 2 ** 27, 2 ** 31, 2 ** 32 - 1]
  const last = entriesOf(bytes).length - 1
  return [
    ...counts.map((count) => put(`${count} sections`, (view) => view.setUint32(12, count, true))),
    ...large.map((length) => put(`a length of ${length}`, (view) => view.setBigUint64(16, length, true))),
    ...[0, 1, last].flatMap((k) =>
      large.flatMap((value) => [
        put(`section ${k} at ${value}`, (view) => view.setBigUint64(64 + 32 * k + 8, value, true)),
        put(`section ${k} of ${value} bytes`, (view) => view.setBigUint64(64 + 32 * k + 16, value, true)),
        put(`section ${k} of ${value} bytes more`, (view) => {
          const at = 64 + 32 * k + 16
          view.setBigUint64(at, BigInt.asUintN(64, view.getBigUint64(at, true) + value), true)
        }),
      ]),
    ),
    { name: 'a byte more', bytes: Uint8Array.of(...bytes, 0) },
    put('a byte in a gap', (_, copy) => {
      const entries = entriesOf(copy)
      const before = entries.find(({ offset, length }, k) => offset + length < (entries[k + 1]?.offset ?? 0))!
      copy[before.offset + before.length] = 1
    }),
  ]
}

/** Sections left out, twice, exchanged, of another kind, of another part, longer and shorter. */
export function otherSections(bytes: Uint8Array): Mutation[] {
  return sectionsOf(bytes).flatMap(({ kind }, k) => {
    const put = (name: string, act: (sections: Section[]) => unknown): Mutation => ({
      name: `section ${k}, kind ${kind}, ${name}`,
      bytes: withSections(bytes, act),
    })
    return [
      put('left out', (all) => all.splice(k, 1)),
      put('twice', (all) => all.splice(k, 0, all[k]!)),
      put('exchanged', (all) => all.splice(k, 2, ...all.slice(k, k + 2).toReversed())),
      put('of another kind', (all) => (all[k]!.kind += 1)),
      put('of another part', (all) => (all[k]!.part += 1)),
      put('a byte longer', (all) => (all[k]!.bytes = Uint8Array.of(...all[k]!.bytes, 0))),
      put('four bytes shorter', (all) => (all[k]!.bytes = all[k]!.bytes.slice(0, -4))),
      put('empty', (all) => (all[k]!.bytes = new Uint8Array())),
    ]
  })
}

/** Each byte of the first section of a kind, xor some masks; none where the file has no such section. */
export function everyByte(bytes: Uint8Array, kind: number, masks: readonly number[]): Mutation[] {
  const sections = sectionsOf(bytes)
  const k = sections.findIndex((section) => section.kind === kind)
  return Array.from(sections[k]?.bytes ?? [], (_, at) => at).flatMap((at) =>
    masks.map((mask) => ({
      name: `section ${k}, kind ${kind}, byte ${at} ^ ${mask}`,
      bytes: withSections(bytes, (all) => (all[k]!.bytes[at]! ^= mask)),
    })),
  )
}

const sizes = [
  0,
  1,
  2,
  4,
  5,
  4095,
  4096,
  4097,
  65_535,
  65_536,
  65_537,
  1_048_576,
  1_048_577,
  2 ** 30,
  2 ** 31,
  2 ** 32 - 1,
]

/** V, E, H, K and parts of sizes up to the limits and beyond, alone and all at once. */
export function otherSizes(bytes: Uint8Array): Mutation[] {
  const put = (name: string, act: (structure: DataView) => void): Mutation => ({
    name,
    bytes: withSections(bytes, (all) => act(viewOf(all[0]!.bytes))),
  })
  const one = [12, 16, 20, 24, 28].flatMap((at) =>
    sizes.map((size) => put(`${size} at ${at} of the structure`, (view) => view.setUint32(at, size, true))),
  )
  const classes = [65_536, 2 ** 16 - 1, 14_000].map((count) =>
    put(`${count} classes and parts`, (view) => {
      view.setUint32(24, count, true)
      view.setUint32(28, count, true)
    }),
  )
  const all = put('the largest sizes', (view) =>
    [1_048_576, 4096, 4096, 65_536].forEach((size, k) => view.setUint32(12 + 4 * k, size, true)),
  )
  return [...one, ...classes, all]
}

const float32 = (value: number): Uint8Array => new Uint8Array(Float32Array.of(value).buffer)
const word = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer)
const float64 = (value: number): Uint8Array => new Uint8Array(Float64Array.of(value).buffer)

/** At and beside every bound of the format; signalling NaN, subnormal numbers and -0 among them. */
const edges = [0, 2 ** -40, 2 ** 40, 2 ** -60, 2 ** -61, 2 ** 41, 1e-42, 3.4e38, Infinity, NaN, 1].flatMap((value) => [
  float32(value),
  float32(-value),
  ...[-1, 1].map((step) => word((new Uint32Array(float32(value).buffer)[0]! + step) >>> 0)),
])
const priorEdges = [0, 1e-300, -0, -(2 ** 40), -(2 ** 40) * (1 + 2 ** -52), -Infinity, NaN, -5].map(float64)
const integerEdges = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), -(2 ** 31) + 1].map((value) => word(value >>> 0))

const edgesOf: Readonly<Record<number, readonly Uint8Array[]>> = {
  [sectionKinds.prior]: priorEdges,
  [sectionKinds.lstmIntegerBias]: integerEdges,
}
const kindsOfFloats: readonly number[] = [
  sectionKinds.embeddingScales,
  sectionKinds.lstmXScales,
  sectionKinds.lstmHScales,
  sectionKinds.lstmBias,
  sectionKinds.headScales,
  sectionKinds.headBias,
  sectionKinds.labelTable,
]
const kindsOfMatrices: readonly number[] = [
  sectionKinds.embedding,
  sectionKinds.lstmX,
  sectionKinds.lstmH,
  sectionKinds.head,
]

/** First and last value of each array put on and beside every bound. */
export function edgeValues(bytes: Uint8Array): Mutation[] {
  return sectionsOf(bytes).flatMap(({ kind, bytes: content }, k) => {
    const values = edgesOf[kind] ?? ([...kindsOfFloats, ...kindsOfMatrices].includes(kind) ? edges : [])
    return values
      .filter(({ length }) => length <= content.length)
      .flatMap((value) =>
        [0, content.length - value.length].map((at) => ({
          name: `section ${k}, kind ${kind}, ${value.join(' ')} at ${at}`,
          bytes: withSections(bytes, (all) => all[k]!.bytes.set(value, at)),
        })),
      )
  })
}

/** Some bits of one to five sections flipped, the checksums right. */
export function flippedBits(bytes: Uint8Array, count: number, random: RandomStream): Mutation[] {
  const sections = entriesOf(bytes).length
  return Array.from({ length: count }, (_, n) => ({
    name: `flips ${n}`,
    bytes: withSections(bytes, (all) => {
      for (let flips = 1 + random.below(5); flips > 0; flips -= 1) {
        const { bytes: content, kind } = all[random.below(sections)]!
        if (kind !== sectionKinds.description) content[random.below(content.length)]! ^= 1 << random.below(8)
      }
    }),
  }))
}

/** First, middle and last byte of each section changed, its checksum as it was. */
export function brokenSections(bytes: Uint8Array): Mutation[] {
  return entriesOf(bytes).flatMap(({ kind, offset, length }, k) =>
    [0, length >> 1, length - 1].map((at) => ({
      name: `section ${k}, kind ${kind}, byte ${at}, not repaired`,
      bytes: changed(bytes, (_, copy) => (copy[offset + at]! ^= 4)),
    })),
  )
}

/** With integer biases in the first part, of zeros or of the largest ones, whether it may have them or not. */
export function withIntegerBiases(bytes: Uint8Array): Mutation[] {
  return [0, 2 ** 31 - 1].map((value) => ({
    name: `integer biases of ${value}`,
    bytes: withSections(bytes, (all) => {
      all.find(({ kind }) => kind === sectionKinds.part)!.bytes[1] = 1
      const k = all.findIndex(({ kind }) => kind === sectionKinds.lstmBias)
      const biases = new Int32Array(all[k]!.bytes.length / 4).fill(value)
      const present = all[k + 1]!.kind === sectionKinds.lstmIntegerBias
      const section = { kind: sectionKinds.lstmIntegerBias, part: 0, bytes: new Uint8Array(biases.buffer) }
      all.splice(k + 1, Number(present), section)
    }),
  }))
}

/** Independent heads of so many classes, log p(class) and all, but with the parts that the file has. */
export function manyParts(bytes: Uint8Array): Mutation[] {
  return [7, 14_000, 65_536].map((count) => ({
    name: `${count} parts`,
    bytes: withSections(bytes, (all) => {
      viewOf(all[0]!.bytes).setUint32(24, count, true)
      viewOf(all[0]!.bytes).setUint32(28, count, true)
      all[2]!.bytes = new Uint8Array(8 * count)
    }),
  }))
}

/** Two values on or beyond a bound at once: which of them a file is refused for is part of the definition. */
export function twoFaults(bytes: Uint8Array, count: number, random: RandomStream): Mutation[] {
  const single = edgeValues(bytes)
  const apart = (file: Uint8Array, k: number): Uint8Array => sectionsOf(file)[k]!.bytes
  return Array.from({ length: count }, (_, n) => {
    const [first, second] = [random.pick(single), random.pick(single)]
    return {
      name: `pair ${n}: ${first.name}; ${second.name}`,
      bytes: withSections(first.bytes, (all) =>
        all.forEach((section, k) => {
          const other = apart(second.bytes, k)
          if (Buffer.compare(other, apart(bytes, k)) !== 0) section.bytes = other
        }),
      ),
    }
  })
}
