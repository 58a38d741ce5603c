import { AppError } from '../../../shared/errors.ts'

export interface RecordLimits {
  /** longest record in bytes, as it stands in the file */
  record_bytes: number
}

/** A line of a JSONL file: its object, or null where it holds none. */
export type JsonRecord = object | null

const lineFeed = 0x0a

/**
 * The lines of a JSONL file, a batch for each block. Empty lines are no records.
 *
 * @throws AppError `too-large` where a line is longer than it may be
 */
export async function* jsonRecords(
  blocks: AsyncIterable<Buffer>,
  name: string,
  limits: RecordLimits,
): AsyncGenerator<JsonRecord[]> {
  let rest: Buffer = Buffer.alloc(0)
  let line = 0
  for await (const block of blocks) {
    const joined = rest.length === 0 ? block : Buffer.concat([rest, block])
    const records: JsonRecord[] = []
    let begin = 0
    for (let end = joined.indexOf(lineFeed); end !== -1; end = joined.indexOf(lineFeed, begin)) {
      line += 1
      assertLength(end - begin, line, name, limits)
      addRecord(joined.toString('utf8', begin, end), records)
      begin = end + 1
    }
    rest = joined.subarray(begin)
    assertLength(rest.length, line + 1, name, limits)
    yield records
  }
  const last: JsonRecord[] = []
  addRecord(rest.toString('utf8'), last)
  yield last
}

function addRecord(line: string, records: JsonRecord[]): void {
  if (line.trim() !== '') records.push(parseObject(line))
}

function parseObject(line: string): JsonRecord {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function assertLength(bytes: number, line: number, name: string, limits: RecordLimits): void {
  if (bytes <= limits.record_bytes) return
  throw new AppError('too-large', 'A line is longer than it may be.', {
    expected: `at most ${limits.record_bytes} bytes`,
    hint: 'Is the file JSONL, one object a line, and not one JSON document?',
    where: { file: name, line, column: 1 },
  })
}
