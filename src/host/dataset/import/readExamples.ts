import { fieldReader, objectReader, type Reading, type ReadRecord } from '../../../core/dataset/exampleOf.ts'
import type { ImportLimits, Layout } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { EncodingFault } from './checkUtf8.ts'
import { csvRecords } from './csvRecords.ts'
import { jsonRecords, type JsonRecord } from './jsonRecords.ts'
import type { OpenSource } from './openSource.ts'

export type FileFormat = 'csv' | 'tsv' | 'jsonl'

/**
 * What a file's records give, in order, a batch for each block of the file. The first record of a CSV or TSV file with a header is no
 * row.
 *
 * @throws AppError as the readers of blocks and records do; `input-invalid` where a column is not there
 */
export async function* readExamples(
  source: OpenSource,
  format: FileFormat,
  layout: Layout,
  limits: ImportLimits,
): AsyncGenerator<Reading[]> {
  let rows = 0
  try {
    const batches = format === 'jsonl' ? fromJson(source, layout, limits) : fromFields(source, format, layout, limits)
    for await (const batch of batches) {
      rows += batch.length
      yield batch
    }
  } catch (thrown) {
    throw thrown instanceof EncodingFault ? withRow(thrown, rows + 1) : thrown
  }
}

async function* fromFields(
  source: OpenSource,
  format: 'csv' | 'tsv',
  layout: Layout,
  limits: ImportLimits,
): AsyncGenerator<Reading[]> {
  const separator = format === 'csv' ? ',' : '\t'
  let read: ReadRecord<string[]> | undefined
  for await (const records of csvRecords(source.blocks, source.name, { quote: layout.quote, separator }, limits)) {
    let begin = 0
    const first = records[0]
    if (read === undefined && first !== undefined) {
      assertColumns(first.length, source.name, limits)
      read = named(source.name, () => fieldReader(layout, layout.header ? first : null, first.length))
      begin = layout.header ? 1 : 0
    }
    if (read !== undefined) yield records.slice(begin).map(read)
  }
}

async function* fromJson(source: OpenSource, layout: Layout, limits: ImportLimits): AsyncGenerator<Reading[]> {
  let read: ReadRecord<object> | undefined
  for await (const records of jsonRecords(source.blocks, source.name, limits)) {
    const first = records.find((record) => record !== null)
    if (read === undefined && first !== undefined)
      read = named(source.name, () => objectReader(layout, first as object))
    yield records.map((record) => readObject(record, read))
  }
}

function readObject(record: JsonRecord, read: ReadRecord<object> | undefined): Reading {
  return record === null || read === undefined ? { drop: 'not-json' } : read(record)
}

function assertColumns(found: number, name: string, limits: ImportLimits): void {
  if (found <= limits.columns) return
  throw new AppError('too-large', `${name} has more columns than it may.`, {
    expected: `at most ${limits.columns}`,
    found: String(found),
    hint: 'Is the separator the right one?',
  })
}

/** An error about columns begins with the file's name. */
function named<T>(name: string, act: () => T): T {
  try {
    return act()
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    throw new AppError(thrown.code, `${name}: ${thrown.message}`, {
      expected: thrown.expected,
      found: thrown.found,
      hint: thrown.next ?? thrown.hint,
    })
  }
}

function withRow(fault: EncodingFault, row: number): AppError {
  const message = row === 1 ? fault.message : fault.message.replace(/\.$/, `, in row ${row}.`)
  return new AppError('input-invalid', message, { expected: fault.expected, found: fault.found, hint: fault.hint })
}
