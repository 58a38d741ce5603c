import { join } from 'node:path'
import { createClassLabels, type ClassLabels } from '../../../core/dataset/classLabels.ts'
import { DropList } from '../../../core/dataset/dropList.ts'
import type { Example } from '../../../core/dataset/exampleOf.ts'
import type { DatasetImport } from '../../../shared/contract/dataset.ts'
import type { Source } from '../../../shared/contract/datasetRecord.ts'
import { splitNames, type SplitName } from '../../../shared/contract/datasetRules.ts'
import { AppError } from '../../../shared/errors.ts'
import { nextStep } from '../../../shared/nextSteps.ts'
import { LineFileWriter, type DiskBudget, type Work } from '../../../store/datasets/index.ts'
import { openSource } from './openSource.ts'
import { readExamples } from './readExamples.ts'
import { formatOf, type ResolvedImport } from './resolveImport.ts'
import { RowTable } from './rowTable.ts'

/** What all files gave: figures of each row in memory, the texts in one spool file in the rows' order. */
export interface ReadSources {
  classes: string[]
  sources: Source[]
  table: RowTable
  drops: DropList
  spool: string
}

interface Reading {
  input: DatasetImport
  resolved: ResolvedImport
  labels: ClassLabels
  result: Omit<ReadSources, 'classes'>
  writer: LineFileWriter
  work: Work
}

/**
 * Reads every file once, the train files first, and spools the texts.
 *
 * @param staging folder for the spool
 * @throws AppError of every kind that a file's content may give, naming file and row
 */
export async function readSources(
  input: DatasetImport,
  resolved: ResolvedImport,
  staging: string,
  { budget, work }: { budget: DiskBudget; work: Work },
): Promise<ReadSources> {
  const spool = join(staging, 'spool.jsonl')
  const result = { sources: [], table: new RowTable(), drops: new DropList(), spool }
  const labels = createClassLabels(resolved.layout, input.limits.classes)
  const writer = new LineFileWriter(spool, { gzip: false, budget })
  const reading: Reading = { input, resolved, labels, result, writer, work }
  try {
    for (const split of splitNames) {
      for (const [index, path] of input[split].entries()) await readSource(reading, split, index, path)
    }
    await writer.close()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
  return { ...result, classes: settleLabels(labels, result.table) }
}

async function readSource(reading: Reading, split: SplitName, index: number, path: string): Promise<void> {
  const { input, resolved, result, work } = reading
  const key = index === 0 ? split : `${split}-${index + 1}`
  const source = await openSource(path, input.limits, work)
  const number = result.sources.length
  let row = 0
  try {
    const format = formatOf(path, resolved.layout.format)
    for await (const batch of readExamples(source, format, resolved.layout, input.limits)) {
      for (const example of batch) {
        row += 1
        if ('drop' in example) result.drops.add(example.drop, key, row)
        else await keep(reading, example, { source: number, key, name: source.name, row, split })
      }
    }
    if (row === 0) throw noRows(source.name)
    result.sources.push({ key, split, name: source.name, bytes: source.bytes, sha256: source.sha256(), rows: row })
  } finally {
    await source.close()
  }
}

interface Place {
  source: number
  key: string
  name: string
  row: number
  split: SplitName
}

async function keep(reading: Reading, example: Example, place: Place): Promise<void> {
  const { input, labels, result, writer } = reading
  const label = labels.indexOf(example.label, place.split === 'train')
  if (label === -1) {
    if (input.unknownLabels === 'error') throw unknownLabel(example.label, place, labels)
    return result.drops.add('unknown-label', place.key, place.row)
  }
  if (result.table.length >= input.limits.rows) throw tooManyRows(input.limits.rows)
  result.table.add({ source: place.source, row: place.row, label, split: place.split, text: example.text })
  await writer.write(`${JSON.stringify(example.text)}\n`)
}

/** Labels learned on the way get their final numbers, in the classes' order. */
function settleLabels(labels: ClassLabels, table: RowTable): string[] {
  const { classes, order } = labels.finish()
  for (let row = 0; row < table.length; row += 1) table.label[row] = order[table.label[row] as number] as number
  return classes
}

function unknownLabel(label: string, place: Place, labels: ClassLabels): AppError {
  const { expected, hint } = labels.expected(label)
  return new AppError('input-invalid', `${place.name}, row ${place.row}: a label that names no class.`, {
    expected,
    found: JSON.stringify(label.slice(0, 100)),
    hint: hint ?? nextStep('drop-unknown-labels'),
  })
}

function noRows(name: string): AppError {
  return new AppError('input-invalid', `${name} holds no rows.`, {
    expected: 'at least one row with a text and a label',
  })
}

function tooManyRows(limit: number): AppError {
  return new AppError('too-large', 'The files hold more rows than may be imported.', {
    expected: `at most ${limit}`,
    hint: 'Import a part of them, or raise the limit.',
  })
}
