import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeTokenFile, encodeTokenFile, type TokenTexts } from '../../src/core/quantization/file/tokenFile.ts'
import { stream } from '../../src/core/random/randomStream.ts'
import { statuses, statusOf } from './decisions.ts'
import { linesOf, loadProgram } from './loadFiles.ts'
import { viewOf } from './modelFiles.ts'

const scratch = mkdtempSync(join(tmpdir(), 'bitgauge-tokens-'))
let program = ''
beforeAll(async () => {
  program = await loadProgram(true)
}, 600_000)
afterAll(() => rmSync(scratch, { recursive: true }))

/** The example of docs/format/token-file.md. */
const example: TokenTexts = {
  words: 6,
  offsets: Uint32Array.of(0, 3, 4),
  tokens: Uint32Array.of(4, 1, 5, 5),
  labels: { classes: 2, ofTexts: Uint32Array.of(1, 0) },
}

function randomTexts(seed: number): TokenTexts {
  const random = stream(seed, 'token texts')
  const words = 5 + random.below(3000)
  const lengths = Array.from({ length: random.below(30) }, () => (random.below(4) === 0 ? 0 : random.below(40)))
  const offsets = Uint32Array.of(0, ...lengths)
  for (let k = 1; k < offsets.length; k += 1) offsets[k]! += offsets[k - 1]!
  const tokens = Uint32Array.from({ length: offsets.at(-1)! }, () => random.below(words))
  const classes = 2 + random.below(20)
  const labels = { classes, ofTexts: Uint32Array.from(lengths, () => random.below(classes)) }
  return { words, offsets, tokens, labels: random.below(2) === 0 ? labels : null }
}

/** What test/runtime/programs/load_files.c says of good texts. */
function told({ words, offsets, tokens, labels }: TokenTexts): string {
  const texts = Array.from({ length: offsets.length - 1 }, (_, k) =>
    [labels?.ofTexts[k] ?? -1, ...tokens.subarray(offsets[k], offsets[k + 1])].join(' '),
  )
  return `${statuses.ok}\t${[`${words} ${labels?.classes ?? 0}`, ...texts].join(';')}`
}

function repaired(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 64) return bytes
  const copy = bytes.slice()
  viewOf(copy).setUint32(36, crc32(copy.subarray(64)), true)
  viewOf(copy).setUint32(60, crc32(copy.subarray(0, 60)), true)
  return copy
}

function changed(bytes: Uint8Array, act: (view: DataView) => unknown): Uint8Array {
  const copy = bytes.slice()
  act(viewOf(copy))
  return copy
}

function expectedStatus(bytes: Uint8Array): number {
  try {
    decodeTokenFile(bytes)
    return statuses.ok
  } catch (error) {
    return statusOf(error)
  }
}

async function expectSame(files: readonly Uint8Array[]): Promise<number[]> {
  const expected = files.map(expectedStatus)
  const lines = await linesOf(program, 'tokens', files)
  expect(lines.map((line) => Number(line.split('\t')[0]))).toEqual(expected)
  return expected
}

describe('the file of texts', () => {
  it('has the bytes of the example in its page', () => {
    const page = readFileSync(new URL('../../docs/format/token-file.md', import.meta.url), 'utf8')
    const lines = [...page.matchAll(/^ {4}([0-9a-f]{3}) {2}([0-9a-f ]+)/gm)]
    const expected = new Uint8Array(200)
    for (const [, at, bytes] of lines)
      expected.set(Buffer.from(bytes!.replaceAll(' ', ''), 'hex'), Number.parseInt(at!, 16))
    expect(lines.length).toBe(6)
    expect(encodeTokenFile(example)).toEqual(expected)
  })

  it.each([
    ['the example', example],
    ['no texts', { words: 5, offsets: Uint8Array.of(0), tokens: Uint8Array.of(), labels: null }],
    [
      'an empty text with a label',
      {
        words: 5,
        offsets: Uint8Array.of(0, 0),
        tokens: Uint8Array.of(),
        labels: { classes: 65_536, ofTexts: Uint16Array.of(65_535) },
      },
    ],
    [
      'the largest vocabulary',
      { words: 1_048_576, offsets: Uint8Array.of(0, 1), tokens: Uint32Array.of(1_048_575), labels: null },
    ],
  ] satisfies [string, TokenTexts][])('is read by the package and by the runtime: %s', async (_, texts) => {
    const bytes = encodeTokenFile(texts)
    expect(told(decodeTokenFile(bytes))).toBe(told(texts))
    expect(await linesOf(program, 'tokens', [bytes])).toEqual([told(texts)])
  })

  it('is read as it was written, over random texts, also from the middle of a buffer and by its path', async () => {
    const texts = Array.from({ length: 100 }, (_, seed) => randomTexts(seed))
    const files = texts.map(encodeTokenFile)
    files.forEach((bytes, k) =>
      expect(told(decodeTokenFile(Uint8Array.of(0, ...bytes).subarray(1)))).toBe(told(texts[k]!)),
    )
    expect(await linesOf(program, 'tokens', files)).toEqual(texts.map(told))
    const paths = files.slice(0, 5).map((bytes, k) => {
      const path = join(scratch, `${k}.bgt`)
      writeFileSync(path, bytes)
      return path
    })
    const lines = execFileSync(program, ['tokens', ...paths, join(scratch, 'none.bgt')], { encoding: 'utf8' })
    expect(lines.split('\n').slice(0, 5)).toEqual(texts.slice(0, 5).map(told))
    expect(lines.split('\n')[5]).toBe(`${statuses.cannotRead}\tthe file cannot be opened or read`)
  })

  it.each([
    ['a token beyond the vocabulary', { ...example, words: 5 }],
    ['a label beyond the classes', { ...example, labels: { classes: 2, ofTexts: Uint8Array.of(2, 0) } }],
    ['a label too few', { ...example, labels: { classes: 2, ofTexts: Uint8Array.of(1) } }],
    ['one class', { ...example, labels: { classes: 1, ofTexts: Uint8Array.of(0, 0) } }],
    ['four words', { ...example, words: 4 }],
    ['falling offsets', { ...example, offsets: Uint8Array.of(0, 5, 4) }],
    ['offsets beyond the tokens', { ...example, offsets: Uint8Array.of(0, 3, 5) }],
    ['no offsets', { ...example, offsets: Uint8Array.of(), labels: null }],
  ] satisfies [string, TokenTexts][])('is not written with %s', (_, texts) => {
    expect(() => encodeTokenFile(texts)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})

describe('a hostile file of texts', () => {
  const bytes = encodeTokenFile(example)

  it('is refused for any byte that is another, by the package and the runtime alike, with its checksums as they were or made right', async () => {
    const files = Array.from(bytes, (_, at) => at).flatMap((at) =>
      [1, 0x80, 0xff].flatMap((mask) => {
        const other = bytes.with(at, bytes[at]! ^ mask)
        return [other, repaired(other)]
      }),
    )
    const found = await expectSame(files)
    files.forEach((_, k) => k % 2 === 0 && expect(found[k]).not.toBe(statuses.ok))
    expect(new Set(found)).toEqual(
      new Set(
        Object.values(statuses).filter((status) => status !== statuses.cannotRead && status !== statuses.nonFinite),
      ),
    )
  })

  it('is refused wherever it ends too soon, and where it goes on', async () => {
    const ends = Array.from({ length: bytes.length }, (_, end) => bytes.slice(0, end))
    const honest = ends.map((file) =>
      file.length < 64 ? file : changed(file, (view) => view.setBigUint64(16, BigInt(file.length), true)),
    )
    const found = await expectSame([...ends, ...honest.map(repaired), Uint8Array.of(...bytes, 0)])
    expect(new Set(found)).toEqual(new Set([statuses.notThisFormat, statuses.damaged]))
  })

  it('is refused for counts that lie, alone and in pairs', async () => {
    const values = [0, 1, 2, 3, 5, 2 ** 24, 2 ** 24 + 1, 2 ** 30 - 1, 2 ** 30, 2 ** 30 + 3, 2 ** 31, 2 ** 32 - 1]
    const fields = [12, 24, 28, 32]
    const files = fields.flatMap((at) =>
      values.flatMap((value) =>
        fields.flatMap((other) =>
          values.map((second) =>
            repaired(
              changed(bytes, (view) => {
                view.setUint32(at, value, true)
                view.setUint32(other, second, true)
              }),
            ),
          ),
        ),
      ),
    )
    const found = await expectSame(files)
    expect(found.filter((status) => status === statuses.ok).length).toBeLessThan(60)
  })

  it('is refused for any word of its arrays that is out of bounds', async () => {
    const values = [0, 1, 2, 3, 4, 5, 6, 2 ** 31, 2 ** 32 - 1]
    const files = Array.from({ length: (bytes.length - 64) / 4 }, (_, k) => 64 + 4 * k).flatMap((at) =>
      values.map((value) => repaired(changed(bytes, (view) => view.setUint32(at, value, true)))),
    )
    const found = await expectSame(files)
    for (const status of [statuses.ok, statuses.damaged, statuses.invalid]) expect(found).toContain(status)
  })
})
