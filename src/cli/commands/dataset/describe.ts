import type { DatasetList, DatasetShown } from '../../../shared/contract/dataset.ts'
import type { DatasetRecord, EncodingRecord } from '../../../shared/contract/datasetRecord.ts'
import { printable } from '../../output.ts'

const shownClasses = 30

/** A dataset for a person: what it is, its classes by split, how it is encoded. Class names come from files and are made harmless. */
export function describeDataset({ dataset, encodings, bytes }: DatasetShown): string {
  const head = [
    `${dataset.name}  ${dataset.id}`,
    `  ${dataset.fingerprint}`,
    `  ${originOf(dataset)}, ${megabytes(bytes)}, ${dataset.created}`,
  ]
  return [
    ...head,
    '',
    ...table(classRows(dataset)),
    ...encodings.flatMap((encoding) => ['', ...encodingLines(encoding)]),
  ].join('\n')
}

export function describeList({ datasets, damaged }: DatasetList): string {
  const lines = datasets.map(({ name, id, classes, rows, bytes, created }) => [
    name,
    id,
    `${classes} classes`,
    `${rows.train} / ${rows.dev} / ${rows.test}`,
    megabytes(bytes),
    created.slice(0, 10),
  ])
  const head = ['name', 'id', 'classes', 'train / dev / test', 'size', 'made']
  const none = 'There are no datasets. bitgauge dataset generate maintenance-log makes one.'
  const shown = lines.length === 0 ? [none] : table([head, ...lines])
  return [...shown, ...damaged.map((sentence) => printable(`damaged: ${sentence}`))].join('\n')
}

function originOf({ origin }: DatasetRecord): string {
  if (origin.type === 'import') return printable(`imported from ${origin.sources.map(({ name }) => name).join(', ')}`)
  const { generator, difficulty, imbalance, seed } = origin.options
  return `generated: ${generator}, difficulty ${difficulty}, imbalance ${imbalance}, seed ${seed}`
}

function classRows({ classes, splits }: DatasetRecord): string[][] {
  const rows = classes
    .slice(0, shownClasses)
    .map((name, label) => [printable(name).slice(0, 40), ...splits.map(({ perClass }) => String(perClass[label]))])
  const more =
    classes.length > shownClasses ? [[`… ${classes.length - shownClasses} more`, ...splits.map(() => '')]] : []
  const total = ['all', ...splits.map((split) => String(split.rows))]
  return [['class', ...splits.map(({ split }) => split)], ...rows, ...more, total]
}

function encodingLines({ vocabulary, options, splits }: EncodingRecord): string[] {
  const counted =
    options.countedRows.kind === 'all'
      ? ''
      : `, counted on ${options.countedRows.kind} ${options.countedRows.rows} rows`
  const head = `${vocabulary.words} of ${vocabulary.types} words, at least ${options.minFrequency} times each, ${options.maxLength} to a text${counted}`
  const rows = splits.map(({ split, tokens, unknownShare, lengths, truncatedRows }) => [
    split,
    String(tokens),
    `${(100 * unknownShare).toFixed(2)} %`,
    `${lengths.p50} / ${lengths.p90} / ${lengths.p99} / ${lengths.max}`,
    String(truncatedRows),
  ])
  return [head, ...table([['split', 'words', 'unknown', 'length p50 / p90 / p99 / max', 'cut'], ...rows])]
}

/** Columns of one width; the first one to the left, the others to the right. */
function table(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
