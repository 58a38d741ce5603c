import { findOverlap, groupCopies } from '../../core/dataset/leakage.ts'
import { importWarnings } from '../../core/dataset/importWarnings.ts'
import type { DatasetImport } from '../../shared/contract/dataset.ts'
import type { Leakage } from '../../shared/contract/datasetRecord.ts'
import { splitNames } from '../../shared/contract/datasetRules.ts'
import { AppError } from '../../shared/errors.ts'
import { createStaging, datasetsFolder, DiskBudget, removeFolder, type Work } from '../../store/datasets/index.ts'
import { assignSplits, dropCopies } from './import/assignSplits.ts'
import { readSources, type ReadSources } from './import/readSources.ts'
import { resolveImport, type ResolvedImport } from './import/resolveImport.ts'
import { noSplit } from './import/rowTable.ts'
import { spooledRows } from './import/spooledRows.ts'
import { makeDataset, type Made } from './makeDataset.ts'

export interface ImportContext {
  home: string
  /** the name that the dataset shall have */
  name: string
  /** bytes of all files, for the look at the disk before work begins */
  sourceBytes: number
  work: Work
  now: () => Date
}

/** Imports files whose paths have been allowed and resolved. What is written becomes visible as a whole or not at all. */
export async function importDataset(input: DatasetImport, context: ImportContext): Promise<Made> {
  const resolved = resolveImport(input)
  const staging = await createStaging(datasetsFolder(context.home))
  try {
    const budget = new DiskBudget(staging, input.limits.disk_bytes)
    await budget.expect(2 * context.sourceBytes)
    const read = await readSources(input, resolved, staging, { budget, work: context.work })
    return await makeDataset(newDataset(input, resolved, read, context), { ...context, staging, budget })
  } finally {
    await removeFolder(staging)
  }
}

function newDataset(
  input: DatasetImport,
  resolved: ResolvedImport,
  read: ReadSources,
  context: ImportContext,
): Parameters<typeof makeDataset>[0] {
  const { table, drops, classes, sources } = read
  const leakage = settleSplits(input, resolved, read)
  assertTrainable(read)
  const { layout, tokenizer, split } = resolved
  const facts = {
    name: context.name,
    origin: { type: 'import' as const, preset: input.preset ?? null, layout, sources, split },
    classes,
    tokenizer,
    drops: drops.report(),
    leakage,
  }
  const perClass = countClasses(read)
  const rowCount = table.split.filter((number) => number !== noSplit).length
  return {
    facts: {
      ...facts,
      warnings: importWarnings({ ...facts, perClass, sourceRows: sources.reduce((sum, { rows }) => sum + rows, 0) }),
    },
    rows: spooledRows(read, context.work),
    rowCount,
    encoding: input.encoding,
    wordTypes: input.limits.wordTypes,
  }
}

function settleSplits(input: DatasetImport, resolved: ResolvedImport, { table, drops, sources }: ReadSources): Leakage {
  const keyOf = (row: number): string => sources[table.source[row] as number]?.key ?? ''
  const id = (row: number): string => `${keyOf(row)}:${table.row[row]}`
  const exact = table.keyed('exact', id)
  const normalised = table.keyed('normalised', id)
  const copies = groupCopies(normalised)
  assignSplits(table, copies, resolved.split)
  if (input.duplicates === 'drop') dropCopies(table, copies, drops, keyOf)
  const present = splitNames.filter((_, number) => table.split.includes(number))
  return {
    exact: findOverlap(exact, groupCopies(exact), present),
    normalised: findOverlap(normalised, copies, present),
  }
}

/** Rows of each class in each split: `[split][class]`. */
function countClasses({ table, classes }: ReadSources): number[][] {
  const counts = splitNames.map(() => new Array<number>(classes.length).fill(0))
  for (let row = 0; row < table.length; row += 1) {
    const own = counts[table.split[row] as number]
    const label = table.label[row] as number
    if (own !== undefined) own[label] = (own[label] as number) + 1
  }
  return counts
}

function assertTrainable(read: ReadSources): void {
  const { drops, classes } = read
  const train = countClasses(read)[0] as number[]
  const total = train.reduce((sum, count) => sum + count, 0)
  if (total === 0) {
    throw new AppError('input-invalid', 'No row is left for training.', {
      expected: 'rows with a text and a label',
      found: `${drops.total} rows dropped: ${drops
        .report()
        .reasons.map(({ reason, count }) => `${reason} ${count}`)
        .join(', ')}`,
      hint: 'Are the text and label columns the right ones?',
    })
  }
  const used = classes.filter((_, label) => train[label] !== 0)
  if (used.length >= 2) return
  throw new AppError('input-invalid', 'All train rows have one class.', {
    expected: 'at least two classes: a classifier has nothing to tell apart',
    found: JSON.stringify(used[0]),
    hint: 'Is the label column the right one?',
  })
}
