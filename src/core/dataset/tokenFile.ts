import { AppError } from '../../shared/errors.ts'

/** The texts of one split as word ids, end to end: text `i` is `tokens[offsets[i]]` up to, but without, `tokens[offsets[i + 1]]`. */
export interface EncodedTexts {
  rows: number
  /** `rows + 1` numbers, the first 0 */
  offsets: Uint32Array
  tokens: Uint16Array | Uint32Array
  labels: Uint8Array | Uint16Array
}

const magic = 0x4b544742 // "BGTK", read as a little-endian word
const version = 1
const headerBytes = 32

/**
 * The bytes of a token file, little-endian throughout (docs/format/dataset.md):
 *
 *     0   u32  magic "BGTK"           16  u32  number of tokens
 *     4   u32  version, 1             20  u32  bytes a label, 1 or 2
 *     8   u32  number of rows         24  u32  number of ids, reserved ones included
 *     12  u32  bytes a token, 2 or 4  28  u32  number of classes
 *     32  offsets u32[rows + 1], tokens, labels; each begins at a multiple of 8, gaps are zero
 */
export function writeTokenFile(texts: EncodedTexts, ids: number, classes: number): Uint8Array {
  const plan = layoutOf(texts.rows, texts.tokens.length, texts.tokens.BYTES_PER_ELEMENT, texts.labels.BYTES_PER_ELEMENT)
  const buffer = new ArrayBuffer(plan.bytes)
  const header = [magic, version, texts.rows, texts.tokens.BYTES_PER_ELEMENT, texts.tokens.length]
  new Uint32Array(buffer, 0, 8).set([...header, texts.labels.BYTES_PER_ELEMENT, ids, classes])
  new Uint8Array(buffer, plan.offsetsAt).set(bytesOf(texts.offsets))
  new Uint8Array(buffer, plan.tokensAt).set(bytesOf(texts.tokens))
  new Uint8Array(buffer, plan.labelsAt).set(bytesOf(texts.labels))
  return new Uint8Array(buffer)
}

/**
 * Reads a token file without copying it: the arrays are views of `bytes`, which should begin at a multiple of 8 in its buffer (it is
 * copied where it does not). Every offset, id and label is checked.
 *
 * @throws AppError `store-damaged`
 */
export function readTokenFile(bytes: Uint8Array): EncodedTexts & { ids: number; classes: number } {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  if (aligned.length < headerBytes) throw damaged(`${aligned.length} bytes`)
  const header = new Uint32Array(aligned.buffer, aligned.byteOffset, 8)
  const [foundMagic, foundVersion, rows, tokenBytes, tokenCount, labelBytes, ids, classes] = [...header] as Eight
  if (foundMagic !== magic) throw damaged('another kind of file')
  if (foundVersion !== version) throw damaged(`version ${foundVersion}`)
  if (![2, 4].includes(tokenBytes) || ![1, 2].includes(labelBytes)) throw damaged('a header that no version writes')
  const plan = layoutOf(rows, tokenCount, tokenBytes, labelBytes)
  if (plan.bytes !== aligned.length) throw damaged(`${aligned.length} bytes where its header says ${plan.bytes}`)
  const base = aligned.byteOffset
  const texts = {
    rows,
    offsets: new Uint32Array(aligned.buffer, base + plan.offsetsAt, rows + 1),
    tokens: viewOf(tokenBytes, aligned.buffer, base + plan.tokensAt, tokenCount) as EncodedTexts['tokens'],
    labels: viewOf(labelBytes, aligned.buffer, base + plan.labelsAt, rows) as EncodedTexts['labels'],
    ids,
    classes,
  }
  assertContent(texts)
  return texts
}

type Eight = [number, number, number, number, number, number, number, number]

interface Plan {
  offsetsAt: number
  tokensAt: number
  labelsAt: number
  bytes: number
}

function layoutOf(rows: number, tokens: number, tokenBytes: number, labelBytes: number): Plan {
  const offsetsAt = headerBytes
  const tokensAt = toEight(offsetsAt + 4 * (rows + 1))
  const labelsAt = toEight(tokensAt + tokens * tokenBytes)
  return { offsetsAt, tokensAt, labelsAt, bytes: labelsAt + rows * labelBytes }
}

function viewOf(
  width: number,
  buffer: ArrayBufferLike,
  at: number,
  length: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return new Uint8Array(buffer, at, length)
  return width === 2 ? new Uint16Array(buffer, at, length) : new Uint32Array(buffer, at, length)
}

function toEight(at: number): number {
  return Math.ceil(at / 8) * 8
}

function assertContent({
  rows,
  offsets,
  tokens,
  labels,
  ids,
  classes,
}: EncodedTexts & { ids: number; classes: number }): void {
  if (offsets[0] !== 0 || offsets[rows] !== tokens.length) throw damaged('offsets that do not span the tokens')
  for (let row = 0; row < rows; row += 1) {
    if ((offsets[row] as number) > (offsets[row + 1] as number)) throw damaged('offsets that fall')
  }
  for (const id of tokens) if (id >= ids) throw damaged(`word id ${id} of ${ids}`)
  for (const label of labels) if (label >= classes) throw damaged(`label ${label} of ${classes} classes`)
}

function bytesOf(array: Uint8Array | Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function damaged(found: string): AppError {
  return new AppError('store-damaged', 'A file of encoded texts cannot be read.', {
    expected: `a token file of version ${version}`,
    found,
    hint: 'Remove the dataset and import it again.',
  })
}
