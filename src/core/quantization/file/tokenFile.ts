import { AppError } from '../../../shared/errors.ts'
import { crc32 } from './crc32.ts'

/** `docs/format/token-file.md` has the same table. */
export const tokenFileLimits = {
  file_bytes: 2 ** 32,
  texts: 2 ** 24,
  words: { least: 5, most: 1_048_576 },
  classes: { least: 2, most: 65_536 },
} as const

/** `BGTX` and the line ends that a transfer as text would change. */
const magic = Uint8Array.of(0x42, 0x47, 0x54, 0x58, 0x0d, 0x0a, 0x1a, 0x0a)
const fileVersion = 1
const headerBytes = 64
/** of every array, so that a mapped file can be read in place by any instruction */
const alignment = 64

type Integers = Uint8Array | Uint16Array | Uint32Array

/** Texts as an engine without a tokenizer reads them, end to end: text `k` is `tokens[offsets[k]]` up to, but without, `tokens[offsets[k + 1]]`. */
export interface TokenTexts {
  /** of the vocabulary, reserved ids included; every token is below */
  words: number
  /** [texts + 1], from 0 to the number of tokens, never falling */
  offsets: Integers
  /** word ids as `evaluateText` takes them: what a generative model reads before and predicts behind a text is not among them */
  tokens: Integers
  /** the class of each text, below `classes`; null where nobody knows them */
  labels: { classes: number; ofTexts: Integers } | null
}

/** What {@link decodeTokenFile} gives: copies of the file's own arrays. */
export interface DecodedTokens extends TokenTexts {
  offsets: Uint32Array
  tokens: Uint32Array
  labels: { classes: number; ofTexts: Uint32Array } | null
}

interface Counts {
  texts: number
  words: number
  /** 0: no labels */
  classes: number
  tokens: number
}

/**
 * The file of texts on which a board runs a model, `docs/format/token-file.md`. The same texts give the same bytes.
 *
 * @throws AppError `input-invalid`, `too-large` as {@link decodeTokenFile} of what would be written
 */
export function encodeTokenFile({ words, offsets, tokens, labels }: TokenTexts): Uint8Array {
  const texts = offsets.length - 1
  if (texts < 0) throw invalid('no offsets')
  if (labels !== null && labels.ofTexts.length !== texts) throw invalid(`${labels.ofTexts.length} labels`)
  const counts = { texts, words, classes: labels?.classes ?? 0, tokens: tokens.length }
  const places = placesOf(counts)
  assertCounts(counts)
  assertLength(places.end)
  const file = new Uint8Array(places.end)
  new Uint32Array(file.buffer, headerBytes, offsets.length).set(offsets)
  new Uint32Array(file.buffer, places.tokens, tokens.length).set(tokens)
  if (labels !== null) new Uint32Array(file.buffer, places.labels, texts).set(labels.ofTexts)
  writeHeader(file, counts)
  decodeTokenFile(file)
  return file
}

function writeHeader(file: Uint8Array, { texts, words, classes, tokens }: Counts): void {
  const view = new DataView(file.buffer)
  file.set(magic)
  view.setUint32(8, fileVersion, true)
  view.setUint32(12, texts, true)
  view.setBigUint64(16, BigInt(file.length), true)
  view.setUint32(24, words, true)
  view.setUint32(28, classes, true)
  view.setUint32(32, tokens, true)
  view.setUint32(36, crc32(file.subarray(headerBytes)), true)
  view.setUint32(60, crc32(file.subarray(0, 60)), true)
}

/**
 * Reads a token file, which may have been made to do harm. Checked in this order, before anything is copied: magic, version, checksum of the header,
 * counts, length, checksum of the arrays, gaps; then offsets, tokens and labels.
 *
 * @throws AppError `input-invalid`, `too-large`
 */
export function decodeTokenFile(bytes: Uint8Array): DecodedTokens {
  const counts = readHeader(bytes)
  assertCounts(counts)
  const places = placesOf(counts)
  assertBody(bytes, places)
  const array = (at: number, count: number): Uint32Array =>
    new Uint32Array(new Uint8Array(bytes.subarray(at, at + 4 * count)).buffer)
  const { texts, words, classes } = counts
  const offsets = array(headerBytes, texts + 1)
  const tokens = array(places.tokens, counts.tokens)
  const labels = classes === 0 ? null : { classes, ofTexts: array(places.labels, texts) }
  assertOffsets(offsets, tokens.length)
  assertBelow('word id', tokens, words)
  if (labels !== null) assertBelow('label', labels.ofTexts, classes)
  return { words, offsets, tokens, labels }
}

function readHeader(bytes: Uint8Array): Counts {
  if (!magic.every((byte, k) => bytes[k] === byte)) {
    throw new AppError('input-invalid', 'The file is no token file of Bitgauge.', {
      expected: 'a file that begins with BGTX',
    })
  }
  if (bytes.length < headerBytes) throw damaged(`${bytes.length} bytes, fewer than a header has`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const version = view.getUint32(8, true)
  if (version !== fileVersion) {
    throw new AppError('input-invalid', 'The token file is of another version of the format.', {
      expected: String(fileVersion),
      found: String(version),
      hint: 'Export the texts again, or take the version of Bitgauge that wrote the file.',
    })
  }
  if (crc32(bytes.subarray(0, 60)) !== view.getUint32(60, true))
    throw damaged('a header with another checksum than its own')
  if (!isZero(bytes, 40, 60)) throw damaged('a header with bytes that version 1 does not know')
  const [words, classes, tokens] = [24, 28, 32].map((at) => view.getUint32(at, true)) as [number, number, number]
  return { texts: view.getUint32(12, true), words, classes, tokens }
}

function assertCounts({ texts, words, classes }: Counts): void {
  const limits = tokenFileLimits
  if (texts > limits.texts) throw tooLarge('texts', limits.texts, texts)
  if (words < limits.words.least || words > limits.words.most) throw invalid(`${words} words`)
  if (classes !== 0 && (classes < limits.classes.least || classes > limits.classes.most))
    throw invalid(`${classes} classes`)
}

interface Places {
  offsetsEnd: number
  tokens: number
  tokensEnd: number
  labels: number
  end: number
}

function placesOf({ texts, classes, tokens }: Counts): Places {
  const offsetsEnd = headerBytes + 4 * (texts + 1)
  const at = aligned(offsetsEnd)
  const tokensEnd = at + 4 * tokens
  const labels = classes === 0 ? tokensEnd : aligned(tokensEnd)
  return { offsetsEnd, tokens: at, tokensEnd, labels, end: labels + (classes === 0 ? 0 : 4 * texts) }
}

/** Length, checksum and gaps. */
function assertBody(bytes: Uint8Array, { offsetsEnd, tokens, tokensEnd, labels, end }: Places): void {
  assertLength(bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const claimed = Number(view.getBigUint64(16, true))
  if (claimed !== bytes.length || end !== bytes.length)
    throw damaged(`${bytes.length} bytes where the header says ${end} of ${claimed}`)
  if (crc32(bytes.subarray(headerBytes)) !== view.getUint32(36, true))
    throw damaged('texts with another checksum than their own')
  if (!isZero(bytes, offsetsEnd, tokens) || !isZero(bytes, tokensEnd, labels)) throw damaged('bytes between the arrays')
}

function assertLength(length: number): void {
  if (length > tokenFileLimits.file_bytes) throw tooLarge('bytes', tokenFileLimits.file_bytes, length)
}

function assertOffsets(offsets: Uint32Array, tokens: number): void {
  if (offsets[0] !== 0 || offsets.at(-1) !== tokens) throw invalid('offsets that do not span the tokens')
  for (let k = 1; k < offsets.length; k += 1)
    if (offsets[k - 1]! > offsets[k]!) throw invalid(`text ${k - 1}, which ends before it begins`)
}

function assertBelow(what: string, values: Uint32Array, limit: number): void {
  for (const value of values) if (value >= limit) throw invalid(`${what} ${value} of ${limit}`)
}

function aligned(at: number): number {
  return Math.ceil(at / alignment) * alignment
}

function isZero(bytes: Uint8Array, from: number, to: number): boolean {
  for (let k = from; k < to; k += 1) if (bytes[k] !== 0) return false
  return true
}

function damaged(found: string): AppError {
  return new AppError('input-invalid', 'The token file is damaged.', { found })
}

function invalid(found: string): AppError {
  return new AppError('input-invalid', 'The token file does not hold texts.', { found })
}

function tooLarge(what: string, expected: number, found: number): AppError {
  return new AppError('too-large', `A token file has too many ${what}.`, {
    expected: `at most ${expected}`,
    found: String(found),
  })
}
