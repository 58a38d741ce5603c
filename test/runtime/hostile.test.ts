import { beforeAll, describe, expect, it } from 'vitest'
import { sectionKinds } from '../../src/core/quantization/file/sectionKinds.ts'
import { stream } from '../../src/core/random/randomStream.ts'
import { randomModel, type RandomModelOptions } from '../core/quantization/randomModel.ts'
import { expectedStatus, statuses } from './decisions.ts'
import { linesOf, loadProgram, refusalOf } from './loadFiles.ts'
import { modelFile, withSections } from './modelFiles.ts'
import * as mutations from './mutations.ts'
import type { Mutation } from './mutations.ts'

const independent = 'independent heads, dynamic sites'

/** Small, and between them with every section and every kind of site. */
const models: readonly (readonly [string, number, RandomModelOptions])[] = [
  [
    'shared heads, static sites, tables',
    12,
    { family: 'generative', head: 'shared', widths: [5], scale: 'static', sharedEmbedding: true, size: 3 },
  ],
  [
    'integer biases',
    3,
    { family: 'discriminative', widths: [8], scale: 'static', bias: 'int32', sharedEmbedding: false, size: 3 },
  ],
  [
    independent,
    4,
    { family: 'generative', head: 'independent', widths: [3, 8], scale: 'dynamic', sharedEmbedding: false, size: 2 },
  ],
  ['16 bits and float', 5, { family: 'discriminative', widths: [16, 'float', 2], scale: 'mixed', size: 3 }],
]

const files = new Map(models.map(([name, seed, options]) => [name, modelFile(randomModel(seed, options))]))
const names = [...files.keys()]
const [first] = names as [string]

let plain = ''
let sanitized = ''
beforeAll(async () => {
  ;[plain, sanitized] = await Promise.all([loadProgram(), loadProgram(true)])
}, 600_000)

/** Both programs say of each file what the reader of this package says of it, and why where they refuse it. */
async function expectSame(cases: readonly Mutation[]): Promise<Map<number, number>> {
  const found = await Promise.all(
    [plain, sanitized].map((program) =>
      linesOf(
        program,
        'model',
        cases.map(({ bytes }) => bytes),
      ),
    ),
  )
  const counts = new Map<number, number>()
  cases.forEach(({ name, bytes }, k) => {
    const expected = expectedStatus(bytes)
    counts.set(expected, (counts.get(expected) ?? 0) + 1)
    for (const lines of found) {
      const { status, message } = refusalOf(lines[k]!)
      expect({ name, status }).toEqual({ name, status: expected })
      expect(message === '', `${name}: ${message}`).toBe(status === statuses.ok)
    }
  })
  return counts
}

describe('a hostile model', () => {
  it.each(names)('is refused for what its container says: %s', async (name) => {
    const bytes = files.get(name)!
    const { truncations, hostileContainers, otherSections, brokenSections, withIntegerBiases } = mutations
    const kinds = [truncations, hostileContainers, otherSections, brokenSections, withIntegerBiases]
    const counts = await expectSame(kinds.flatMap((make) => make(bytes)))
    expect(counts.get(statuses.damaged)).toBeGreaterThan(50)
    expect(counts.get(statuses.tooLarge)).toBeGreaterThan(0)
  })

  it('is refused for any byte of its header and table', async () => {
    const counts = await expectSame(mutations.containerBytes(files.get(first)!))
    for (const status of [statuses.notThisFormat, statuses.unsupportedVersion, statuses.tooLarge, statuses.invalid])
      expect(counts.get(status)).toBeGreaterThan(0)
  })

  it.each(names)('is refused for rules that do not fit: %s', async (name) => {
    const counts = await expectSame(mutations.everyByte(files.get(name)!, sectionKinds.structure, [1, 2, 0x88]))
    expect(counts.get(statuses.invalid)).toBeGreaterThan(150)
    expect(counts.get(statuses.ok)).toBeGreaterThan(0)
  })

  it.each([first, independent])('is refused for sizes that do not fit: %s', async (name) => {
    const counts = await expectSame(mutations.otherSizes(files.get(name)!))
    expect(counts.get(statuses.invalid)).toBeGreaterThan(70)
  })

  it('is refused for more parts than it has, and for a description that is too long', async () => {
    const bytes = files.get(independent)!
    const long = withSections(bytes, (all) => {
      all[0]!.bytes[0] = 7
      all[1]!.bytes = new Uint8Array(2 ** 26 + 1)
    })
    const counts = await expectSame([...mutations.manyParts(bytes), { name: 'a long description', bytes: long }])
    expect([...counts]).toEqual([
      [statuses.invalid, 3],
      [statuses.tooLarge, 1],
    ])
  })

  it.each(names)('is refused for grids and tables that are not their own: %s', async (name) => {
    const bytes = files.get(name)!
    const tables = [32, 34, 36].flatMap((kind) => mutations.everyByte(bytes, kind, [1]))
    await expectSame([...mutations.everyByte(bytes, sectionKinds.part, [1, 0x82]), ...tables])
  })

  it.each(names)('is refused for values beyond their bounds, and read up to them: %s', async (name) => {
    const counts = await expectSame(mutations.edgeValues(files.get(name)!))
    for (const status of [statuses.ok, statuses.invalid]) expect(counts.get(status)).toBeGreaterThan(10)
  })

  it.each(names)('is refused for the first of several faults: %s', async (name) => {
    const bytes = files.get(name)!
    const random = stream(7, 'hostile models')
    await expectSame([...mutations.twoFaults(bytes, 200, random), ...mutations.flippedBits(bytes, 300, random)])
  })
})
