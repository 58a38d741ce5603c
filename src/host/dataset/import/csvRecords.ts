import { CsvError, parse, type Options, type Parser } from 'csv-parse'
import type { TransformOptions } from 'node:stream'
import type { Layout } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { nextStep } from '../../../shared/nextSteps.ts'
import { EncodingFault } from './checkUtf8.ts'
import type { RecordLimits } from './jsonRecords.ts'

/** Every record of one block may wait for its reader; a block is small. */
const unbounded = 2 ** 31 - 1

/**
 * The records of a CSV or TSV file as lists of fields, a batch for each block. Empty lines are no records. The separator's and the
 * line end's places come from csv-parse; which columns matter is decided by the caller.
 *
 * @throws AppError `too-large` where a record is longer than it may be, `input-invalid` where quotes do not match
 */
export async function* csvRecords(
  blocks: AsyncIterable<Buffer>,
  name: string,
  layout: Pick<Layout, 'quote'> & { separator: ',' | '\t' },
  limits: RecordLimits,
): AsyncGenerator<string[][]> {
  const options: Options & TransformOptions = {
    delimiter: layout.separator,
    quote: layout.quote === 'double' ? '"' : null,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: limits.record_bytes,
    readableHighWaterMark: unbounded,
  }
  const parser = parse(options)
  // The failure of a write comes to its callback; without a listener it would end the process as well.
  parser.on('error', () => undefined)
  try {
    for await (const block of withPadding(blocks)) {
      await write(parser, block)
      yield drain(parser)
    }
    parser.end()
    const last: string[][] = []
    for await (const record of parser) last.push(record as string[])
    yield last
  } catch (thrown) {
    throw translate(thrown, name, limits)
  } finally {
    parser.destroy()
  }
}

/**
 * The parser keeps a few bytes back until it has seen what follows them. Where the bytes end in a fault, something harmless follows, so that
 * every whole record before the fault is given and the fault's row is right.
 */
async function* withPadding(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* blocks
  } catch (thrown) {
    if (thrown instanceof EncodingFault) yield Buffer.from('padding')
    throw thrown
  }
}

function write(parser: Parser, block: Buffer): Promise<void> {
  return new Promise((resolve, reject) => parser.write(block, (error) => (error == null ? resolve() : reject(error))))
}

function drain(parser: Parser): string[][] {
  const records: string[][] = []
  for (let record: unknown = parser.read(); record !== null; record = parser.read()) records.push(record as string[])
  return records
}

/** What the parser's codes say, for a reader who has never seen them. */
const quoteWords: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a letter after the quote that ends a field',
  INVALID_OPENING_QUOTE: 'a quote in the middle of a field',
}

function translate(thrown: unknown, name: string, limits: RecordLimits): unknown {
  if (!(thrown instanceof CsvError)) return thrown
  const line = Math.max(1, Number(thrown['lines'] ?? 1))
  const where = { file: name, line, column: 1 }
  if (thrown.code === 'CSV_MAX_RECORD_SIZE') {
    return new AppError('too-large', 'A record is longer than it may be.', {
      expected: `at most ${limits.record_bytes} bytes`,
      hint: nextStep('close-quotes'),
      where,
      cause: thrown,
    })
  }
  return new AppError('input-invalid', 'The quotes of a record do not match.', {
    expected: 'fields that hold a quote, a separator or a line end in double quotes, quotes inside them doubled',
    found: quoteWords[thrown.code] ?? thrown.code,
    hint: nextStep('read-quotes-as-letters'),
    where,
    cause: thrown,
  })
}
