import {
  generatedClasses,
  generateRows,
  domains,
  type GeneratedRow,
} from '../../core/dataset/generators/generateRows.ts'
import { importWarnings } from '../../core/dataset/importWarnings.ts'
import { noDrops } from '../../core/dataset/dropList.ts'
import { findOverlap, groupCopies } from '../../core/dataset/leakage.ts'
import { normaliseText, textKey, type TextKey } from '../../core/dataset/textKey.ts'
import type { DatasetGenerate } from '../../shared/contract/dataset.ts'
import type { Leakage } from '../../shared/contract/datasetRecord.ts'
import { defaultTokenizer, splitNames } from '../../shared/contract/datasetRules.ts'
import { createStaging, datasetsFolder, DiskBudget, removeFolder, type Work } from '../../store/datasets/index.ts'
import { makeDataset, type Made } from './makeDataset.ts'

const batchRows = 500
/** No text of a generator has more bytes than this, keys and quotes included. */
const rowBytes = 600
const wordTypes = 8_000_000

interface GenerateContext {
  home: string
  name: string
  work: Work
  now: () => Date
}

/** Writes a generated dataset and stores it. */
export async function generateDataset(
  input: DatasetGenerate,
  { home, name, work, now }: GenerateContext,
): Promise<Made> {
  const staging = await createStaging(datasetsFolder(home))
  try {
    const budget = new DiskBudget(staging, Number.MAX_SAFE_INTEGER)
    await budget.expect(input.options.size * rowBytes)
    const rows = await collectRows(input, work)
    const classes = generatedClasses(input.options)
    const leakage = leakageOf(rows)
    const facts = {
      name,
      origin: { type: 'generated' as const, version: domains[input.options.generator].version, options: input.options },
      classes,
      tokenizer: defaultTokenizer,
      drops: noDrops,
      leakage,
    }
    const perClass = splitNames.map((split) => classes.map((_, label) => countRows(rows, split, label)))
    const warnings = importWarnings({ ...facts, perClass, sourceRows: rows.length })
    const dataset = {
      facts: { ...facts, warnings },
      rows: inBatches(rows),
      rowCount: rows.length,
      encoding: input.encoding,
      wordTypes,
    }
    return await makeDataset(dataset, { home, staging, budget, work, now })
  } finally {
    await removeFolder(staging)
  }
}

/** Lets other work of the process go on between batches. */
async function collectRows(input: DatasetGenerate, work: Work): Promise<GeneratedRow[]> {
  const rows: GeneratedRow[] = []
  for (const row of generateRows(input.options)) {
    rows.push(row)
    if (rows.length % batchRows !== 0) continue
    work.progress({ phase: 'generating', done: rows.length, total: input.options.size, unit: 'rows' })
    await new Promise((resolve) => setImmediate(resolve))
    work.check()
  }
  return rows
}

async function* inBatches(rows: readonly GeneratedRow[]): AsyncGenerator<GeneratedRow[]> {
  for (let begin = 0; begin < rows.length; begin += batchRows) {
    await new Promise((resolve) => setImmediate(resolve))
    yield rows.slice(begin, begin + batchRows)
  }
}

function leakageOf(rows: readonly GeneratedRow[]): Leakage {
  return { exact: overlapOf(rows, (text) => text), normalised: overlapOf(rows, normaliseText) }
}

function overlapOf(rows: readonly GeneratedRow[], form: (text: string) => string): Leakage['exact'] {
  const keys = rows.map(({ text }) => textKey(form(text)))
  const row = (index: number): GeneratedRow => rows[index] as GeneratedRow
  const key = (index: number): TextKey => keys[index] as TextKey
  const keyed = {
    length: rows.length,
    split: (index: number) => splitNames.indexOf(row(index).split),
    label: (index: number) => row(index).label,
    first: (index: number) => key(index).first,
    second: (index: number) => key(index).second,
    id: (index: number) => row(index).id,
  }
  return findOverlap(keyed, groupCopies(keyed), [...splitNames])
}

function countRows(rows: readonly GeneratedRow[], split: string, label: number): number {
  return rows.reduce((sum, row) => sum + (row.split === split && row.label === label ? 1 : 0), 0)
}
