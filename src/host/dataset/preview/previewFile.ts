import { basename } from 'node:path'
import {
  factsOf,
  guessColumns,
  guessFormat,
  guessHeader,
  guessPreset,
  looksLikeLabel,
  type SeenColumn,
} from '../../../core/dataset/guessLayout.ts'
import { presets } from '../../../core/dataset/presets.ts'
import type { DatasetPreview, DatasetPreviewInput, PreviewColumn } from '../../../shared/contract/dataset.ts'
import { defaultLayout, type Layout } from '../../../shared/contract/datasetRules.ts'
import { AppError, toErrorRecord } from '../../../shared/errors.ts'
import type { Work } from '../../../store/datasets/index.ts'
import type { FileFormat } from '../import/readExamples.ts'
import { formatOf } from '../import/resolveImport.ts'
import { readHead, type Head } from './readHead.ts'

const longestValue = 500

/**
 * What the head of a file shows: its columns and first rows under the layout that was asked for, and a guess at what was not.
 *
 * @throws AppError those of the contract; a fault of the content is the preview's `problem`
 */
export async function previewFile(input: DatasetPreviewInput, work: Work): Promise<DatasetPreview> {
  const known = input.preset === undefined ? undefined : presets[input.preset].layout
  const head = await readHead(input.file, work, (text) => shapeOf(input, known, text))
  const header = head.format !== 'jsonl' && (input.layout.header ?? known?.header ?? guessHeader(head.records))
  const columns = head.format === 'jsonl' ? jsonColumns(head) : fieldColumns(head, header)
  const guessed = columns.length === 0 ? {} : guessColumns(columns)
  const quote = head.quote
  const layout: Layout = {
    ...defaultLayout,
    format: head.format,
    header,
    quote,
    ...guessed,
    ...fitting(known, head.format),
  }
  return {
    name: basename(input.file),
    bytes: head.bytes,
    packed: head.packed,
    problem: head.problem === null ? null : toErrorRecord(head.problem),
    columns: describeAll(columns.slice(0, 1000)),
    rows: rowsOf(columns.slice(0, 1000), input.rows),
    looked: columns[0]?.values.length ?? 0,
    whole: head.whole,
    layout,
    preset: input.preset ?? guessPreset(columns),
  }
}

/** A preset says everything but the format, which its file's name tells. */
function fitting(known: Omit<Layout, 'format'> | undefined, format: FileFormat): Partial<Layout> {
  return known === undefined ? {} : { ...known, format }
}

function shapeOf(
  { file, layout }: DatasetPreviewInput,
  known: Omit<Layout, 'format'> | undefined,
  text: string,
): { format: FileFormat; quote: Layout['quote'] } {
  const format = formatByName(file, layout.format ?? 'auto') ?? guessFormat(text)
  return { format, quote: layout.quote ?? known?.quote ?? (format === 'tsv' ? 'none' : 'double') }
}

function formatByName(file: string, format: Layout['format']): FileFormat | undefined {
  try {
    return formatOf(file, format)
  } catch (thrown) {
    if (thrown instanceof AppError) return undefined
    throw thrown
  }
}

function fieldColumns({ records }: Head, header: boolean): SeenColumn[] {
  const rows = header ? records.slice(1) : records
  return (records[0] ?? []).map((name, index) => ({
    name: header ? name : null,
    values: rows.map((row) => row[index] ?? ''),
  }))
}

/** The keys of the first line; records hold them in that order. */
function jsonColumns({ keys, records }: Head): SeenColumn[] {
  return keys.map((name, index) => ({ name, values: records.map((row) => row[index] ?? '') }))
}

/** A column whose name stands twice, or is no name, goes by its number. */
function describeAll(columns: readonly SeenColumn[]): PreviewColumn[] {
  const names = columns.map(({ name }) => name ?? '')
  return columns.map((column, index) => {
    const name = names[index] ?? ''
    const usable = name !== '' && name.length <= 1000 && names.indexOf(name) === names.lastIndexOf(name)
    return describe(column, index, usable)
  })
}

function describe(column: SeenColumn, index: number, usable: boolean): PreviewColumn {
  const facts = factsOf(column)
  const isLabel = looksLikeLabel(facts, column.values.length)
  return {
    column: usable ? (column.name as string) : index + 1,
    title: usable ? (column.name as string) : `column ${index + 1}`,
    distinct: facts.distinct,
    empty: facts.empty,
    meanLength: facts.meanLength,
    values: isLabel ? facts.frequent.map(({ value, count }) => ({ value: cut(value), count })) : [],
  }
}

function rowsOf(columns: readonly SeenColumn[], most: number): string[][] {
  const length = Math.min(most, columns[0]?.values.length ?? 0)
  return Array.from({ length }, (_, row) => columns.map(({ values }) => cut(values[row] ?? '')))
}

function cut(value: string): string {
  return value.length > longestValue ? value.slice(0, longestValue).toWellFormed() : value
}
