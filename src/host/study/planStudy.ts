import { checkDataset } from '../../core/study/checkDataset.ts'
import type { PlacedCell } from '../../core/study/expandStudy.ts'
import { problemsError } from '../../core/study/fileProblem.ts'
import type { ReadStudy } from '../../core/study/readStudy.ts'
import { studyFingerprint } from '../../core/study/studyFingerprint.ts'
import type { StudyPlan, StudyRun } from '../../shared/contract/study.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { StudyRow } from '../../store/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import type { NumberedCell } from './cellGroups.ts'
import { findDataset } from './ensureDataset.ts'
import { estimateWork, type LeftOver } from './estimateWork.ts'
import { findCells } from './findCells.ts'
import { findModelFor, modelKey, wantedModels, type WantedModel } from './studyModels.ts'
import type { StudyParts } from './studyParts.ts'

interface Planning {
  input: StudyRun
  read: ReadStudy
  cells: readonly PlacedCell[]
  /** the study of this name that the store has */
  row: StudyRow | null
  workers: number
}

/** What a run of a study would do and take. Nothing is computed and nothing changed but that a dataset's encoding may be made. */
export async function planStudy(parts: StudyParts, { input, read, cells, row, workers }: Planning): Promise<StudyPlan> {
  const { study, doubts } = read
  const dataset = await findDataset(parts, study.dataset, {
    folder: input.folder ?? null,
    dataset: row?.dataset ?? null,
  })
  if (dataset !== undefined) assertFits(read, dataset, input.file)
  const wanted = wantedModels(study)
  const models =
    dataset === undefined ? new Map<string, StoredModel>() : await modelsThere(parts, { input, read, row }, dataset)
  const numbered = cells.map(({ cell }, number) => ({ number, cell }))
  const ends = dataset === undefined || input.force ? [] : await findCells(parts, study, numbered, { models, dataset })
  const done = new Set(ends.map(({ number }) => number))
  const left: LeftOver = {
    trainings: wanted.filter(({ name, seed }) => !models.has(modelKey(name, seed))),
    cells: countByModel(numbered.filter(({ number }) => !done.has(number))),
    models,
    dataset: dataset?.record ?? null,
  }
  return {
    name: study.name,
    fingerprint: studyFingerprint(study),
    cells: { total: cells.length, ...kindsOf(cells), done: done.size },
    trainings: {
      total: wanted.filter(({ model }) => model.kind === 'training').length,
      done: trainingsThere(wanted, models),
    },
    estimate: { ...(await estimateWork(parts, study, left, workers)), workers },
    warnings: doubts.map(({ line, column, message }) => ({
      code: 'study-doubtful',
      message: `${input.file}:${line}:${column}: ${message}`,
      subject: 'study',
    })),
  }
}

function assertFits(read: ReadStudy, { record }: StoredDataset, file: string): void {
  const list = read.newList()
  const splits = record.splits.filter(({ rows }) => rows > 0).map(({ split }) => split)
  checkDataset(read.study, { name: record.name, classes: record.classes, splits }, list)
  if (list.problems.length > 0) throw problemsError(file, list.problems)
}

function kindsOf(cells: readonly PlacedCell[]): { float: number; quantized: number } {
  const float = cells.filter(({ cell }) => cell.recipe === null).length
  return { float, quantized: cells.length - float }
}

async function modelsThere(
  parts: StudyParts,
  { input, read, row }: Pick<Planning, 'input' | 'read' | 'row'>,
  { record }: StoredDataset,
): Promise<Map<string, StoredModel>> {
  const there = new Map<string, StoredModel>()
  for (const one of wantedModels(read.study)) {
    const found = await findModelFor(read, input.file, parts, one, record, row?.models ?? {}, input.device)
    if (found !== undefined) there.set(modelKey(one.name, one.seed), found)
  }
  return there
}

function countByModel(cells: readonly NumberedCell[]): Map<string, number> {
  const groups = Map.groupBy(cells, ({ cell }) => modelKey(cell.model, cell.seed))
  return new Map([...groups].map(([key, group]) => [key, group.length]))
}

function trainingsThere(wanted: readonly WantedModel[], models: ReadonlyMap<string, StoredModel>): number {
  return wanted.filter(({ name, seed, model }) => model.kind === 'training' && models.has(modelKey(name, seed))).length
}
