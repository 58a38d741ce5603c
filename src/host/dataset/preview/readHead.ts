import { importLimitsSchema, type Layout } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Work } from '../../../store/datasets/index.ts'
import { csvRecords } from '../import/csvRecords.ts'
import { jsonRecords, type JsonRecord } from '../import/jsonRecords.ts'
import { emptyFile, openSource, type OpenSource } from '../import/openSource.ts'
import type { FileFormat } from '../import/readExamples.ts'

/** Unpacked bytes and records that a head has at most. */
const head_bytes = 1024 * 1024
const mostRecords = 2000
const mostFields = 1000

/** The first records of a file as lists of fields; those of JSON lines in the order of the first line's keys. */
export interface Head {
  bytes: number
  packed: boolean
  format: FileFormat
  quote: Layout['quote']
  keys: string[]
  records: string[][]
  /** what ended the reading before the head's end */
  problem: AppError | null
  /** the file has no more than this */
  whole: boolean
}

type Shape = Pick<Head, 'format' | 'quote'>

/**
 * Reads at most a mebibyte, and gives the records that it holds as a whole.
 *
 * @param shapeOf says how the file is written, by the beginning of its text
 */
export async function readHead(path: string, work: Work, shapeOf: (text: string) => Shape): Promise<Head> {
  const limits = importLimitsSchema.parse({})
  const source = await openSource(path, limits, work)
  try {
    const { blocks, problem, whole } = await firstBlocks(source)
    if (blocks.length === 0 && problem !== null) throw problem
    if (blocks.length === 0) throw emptyFile(source.name)
    const shape = shapeOf(blocks[0]?.toString('utf8', 0, 65_536) ?? '')
    const head = { bytes: source.bytes, packed: source.packed(), ...shape, keys: [], whole: whole && problem === null }
    return {
      ...head,
      ...(await recordsOf(blocks, source.name, shape, { whole, problem, record_bytes: limits.record_bytes })),
    }
  } finally {
    await source.close()
  }
}

async function firstBlocks(
  source: OpenSource,
): Promise<{ blocks: Buffer[]; problem: AppError | null; whole: boolean }> {
  const blocks: Buffer[] = []
  let bytes = 0
  try {
    for await (const block of source.blocks) {
      if (bytes + block.length > head_bytes) {
        blocks.push(wholeLines(block.subarray(0, head_bytes - bytes)))
        return { blocks, problem: null, whole: false }
      }
      if (block.length > 0) blocks.push(block)
      bytes += block.length
    }
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code !== 'cancelled') return { blocks, problem: thrown, whole: false }
    throw thrown
  }
  return { blocks, problem: null, whole: true }
}

/** Without a last line that has not ended, which may end within a character. */
function wholeLines(block: Buffer): Buffer {
  return block.subarray(0, block.lastIndexOf(0x0a) + 1)
}

interface End {
  whole: boolean
  problem: AppError | null
  record_bytes: number
}

async function recordsOf(
  blocks: readonly Buffer[],
  name: string,
  { format, quote }: Shape,
  { whole, problem, record_bytes }: End,
): Promise<Pick<Head, 'records' | 'problem' | 'keys' | 'whole'>> {
  const records: string[][] = []
  const keys: string[] = []
  let left = blocks.length + (whole && problem === null ? 1 : 0)
  try {
    const batches =
      format === 'jsonl'
        ? fromJson(jsonRecords(given(blocks), name, { record_bytes }), keys)
        : csvRecords(given(blocks), name, { quote, separator: format === 'csv' ? ',' : '\t' }, { record_bytes })
    for await (const batch of batches) {
      records.push(...batch.slice(0, mostRecords - records.length).map((record) => record.slice(0, mostFields)))
      left -= 1
      // The batch after the last block's is of a record that the head's end may have cut.
      if (left === 0 || records.length >= mostRecords) break
    }
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === 'cancelled') throw thrown
    return { records, keys, problem: problem ?? thrown, whole: false }
  }
  return { records, keys, problem, whole: whole && problem === null && records.length < mostRecords }
}

async function* given(blocks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* blocks
}

async function* fromJson(batches: AsyncIterable<JsonRecord[]>, keys: string[]): AsyncGenerator<string[][]> {
  for await (const batch of batches) {
    const objects = batch.filter((record) => record !== null) as Record<string, unknown>[]
    if (keys.length === 0 && objects[0] !== undefined) keys.push(...Object.keys(objects[0]).slice(0, mostFields))
    yield objects.map((object) => keys.map((key) => textOf(Object.hasOwn(object, key) ? object[key] : '')))
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : JSON.stringify(value)
}
