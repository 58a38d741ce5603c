import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { inspectJson } from './inspectJson.ts'

/** What a header may claim at most; `docs/format/model.md` has the same table. */
export const safetensorsLimits = {
  headerBytes: 16 * 1024 * 1024,
  tensors: 100_000,
  nameLength: 512,
  axes: 8,
  /** levels of nested JSON: the file's own shape needs three */
  depth: 4,
} as const

const bytesOfType: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
}

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
const entrySchema = z.strictObject({
  dtype: z.string().max(16),
  shape: z.array(count).max(safetensorsLimits.axes),
  data_offsets: z.tuple([count, count]),
})
const metadataSchema = z.record(z.string(), z.string())

export interface TensorEntry {
  name: string
  dtype: string
  shape: number[]
  /** bytes from the end of the header */
  begin: number
  end: number
}

export interface SafetensorsHeader {
  entries: TensorEntry[]
  metadata: Record<string, string>
  /** where the tensors begin in the file */
  dataAt: number
}

/**
 * Parses and checks the header of a safetensors file that may have been made to do harm: the claimed length against the file and the limit,
 * UTF-8, nesting before parsing, names that stand twice, types, shapes whose product or bytes do not fit their range, and ranges that
 * overlap, leave gaps or do not end where the file does.
 *
 * @throws AppError `input-invalid`, `too-large`
 */
export function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  const text = headerText(bytes)
  const { depth, repeated } = inspectJson(text)
  if (depth > safetensorsLimits.depth) throw invalid(`a header nested ${depth} levels deep`)
  if (repeated !== undefined) throw invalid(`the name \`${shorten(repeated)}\` twice`)
  const { __metadata__, ...rest } = parseJson(text)
  const names = Object.keys(rest)
  if (names.length > safetensorsLimits.tensors)
    throw tooLarge(`${names.length} tensors`, `at most ${safetensorsLimits.tensors}`)
  const entries = names.map((name) => parseEntry(name, rest[name]))
  const dataAt = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  assertRanges(entries, bytes.length - dataAt)
  return { entries, metadata: parseMetadata(__metadata__), dataAt }
}

function headerText(bytes: Uint8Array): string {
  if (bytes.length < 8) throw invalid(`a file of ${bytes.length} bytes`)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > BigInt(safetensorsLimits.headerBytes)) {
    throw tooLarge(`a header of ${length} bytes`, `at most ${safetensorsLimits.headerBytes}`)
  }
  const end = 8 + Number(length)
  if (end > bytes.length) throw invalid(`a header of ${length} bytes in a file of ${bytes.length}`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, end))
  } catch {
    throw invalid('a header that is not UTF-8')
  }
}

function parseJson(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('a header that is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('a header that is not a JSON object')
  return value as Record<string, unknown>
}

function parseMetadata(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  const parsed = metadataSchema.safeParse(value)
  if (!parsed.success) throw invalid('metadata that are not texts by name')
  return parsed.data
}

function parseEntry(name: string, value: unknown): TensorEntry {
  if (name.length > safetensorsLimits.nameLength)
    throw tooLarge(`a name of ${name.length} characters`, `at most ${safetensorsLimits.nameLength}`)
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) throw invalid(`an entry of \`${name}\` without dtype, shape and data_offsets in their form`)
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data
  const bytesEach = Object.hasOwn(bytesOfType, dtype) ? bytesOfType[dtype]! : undefined
  if (bytesEach === undefined) throw invalid(`the type \`${shorten(dtype)}\` of \`${name}\``)
  const bytes = shape.reduce((product, size) => product * size, bytesEach)
  if (end < begin || bytes !== end - begin) {
    throw invalid(`the shape [${shape.join(', ')}] of ${dtype} in ${end - begin} bytes, at \`${name}\``)
  }
  return { name, dtype, shape, begin, end }
}

/** Tensors lie end to end, from the header's end to the file's. */
function assertRanges(entries: readonly TensorEntry[], dataBytes: number): void {
  let at = 0
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== at) throw invalid(`${begin < at ? 'an overlap' : 'a gap'} before \`${name}\``)
    at = end
  }
  if (at !== dataBytes) throw invalid(`${dataBytes} bytes of tensors where the header says ${at}`)
}

function invalid(found: string): AppError {
  return new AppError('input-invalid', 'The safetensors file cannot be read.', {
    expected: 'a header that describes every byte of the file once',
    found,
  })
}

function tooLarge(found: string, expected: string): AppError {
  return new AppError('too-large', 'The safetensors file claims more than is read.', { expected, found })
}

function shorten(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`
}
