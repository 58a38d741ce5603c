import { z } from 'zod'
import { datasetNameSchema, classNameSchema } from '../shared/contract/datasetRules.ts'
import { studyStateSchema } from '../shared/contract/study.ts'
import { errorRecordSchema } from '../shared/errorRecord.ts'
import { fingerprintSchema, idSchema, momentSchema } from '../shared/units.ts'
import { parseInput } from './parseInput.ts'
import { decode, toJson, type Decoded } from './storeJson.ts'
import type { CellRow, StudyPatch, StudyRow } from './studyRepository.ts'

export const studyRowSchema = z.strictObject({
  id: idSchema,
  name: datasetNameSchema,
  fingerprint: fingerprintSchema,
  yaml: z.string().max(4_000_000),
  folder: z.string().min(1).max(4096).nullable(),
  state: studyStateSchema,
  cells: z.int().min(0),
  dataset: z
    .strictObject({ name: datasetNameSchema, fingerprint: fingerprintSchema, classes: z.array(classNameSchema) })
    .nullable(),
  models: z.record(z.string(), fingerprintSchema),
  versions: z.record(z.string(), z.int().min(1)),
  error: errorRecordSchema.nullable(),
  created: momentSchema,
  started: momentSchema.nullable(),
  ended: momentSchema.nullable(),
})

const patchSchema = studyRowSchema
  .pick({
    yaml: true,
    folder: true,
    state: true,
    dataset: true,
    models: true,
    versions: true,
    error: true,
    started: true,
    ended: true,
  })
  .partial()

const jsonColumns = ['dataset', 'models', 'versions', 'error'] as const

/** A row of `studies` without its owner and request; JSON as text. */
export interface StudyColumns {
  id: string
  name: string
  fingerprint: string
  yaml: string
  folder: string | null
  state: string
  cells: number
  dataset: string | null
  models: string
  versions: string
  error: string | null
  created: string
  started: string | null
  ended: string | null
}

export const studyColumns =
  'id, name, fingerprint, yaml, folder, state, cells, dataset, models, versions, error, created, started, ended'

export function readStudy(row: StudyColumns): Decoded<StudyRow> {
  return decode(studyRowSchema, `The study ${row.name}`, () => {
    const read = Object.fromEntries(jsonColumns.map((name) => [name, fromColumn(row[name])]))
    return { ...row, ...read }
  })
}

/** @throws AppError `input-invalid`, `too-large` */
export function writeStudy(study: StudyRow): StudyColumns {
  return columnsOf(parseInput(studyRowSchema, 'The study', study)) as StudyColumns
}

/** Columns that a patch changes. A key with `undefined` is one that is absent. */
export function writeStudyPatch(patch: StudyPatch): Partial<StudyColumns> {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  return columnsOf(parseInput(patchSchema, 'The change of a study', given))
}

function columnsOf(values: Readonly<Record<string, unknown>>): Partial<StudyColumns> {
  const columns = Object.entries(values).map(([name, value]) =>
    value !== null && (jsonColumns as readonly string[]).includes(name)
      ? [name, toJson(value, `The ${name} of a study`)]
      : [name, value],
  )
  return Object.fromEntries(columns) as Partial<StudyColumns>
}

/** A row of `study_cells`; JSON as text. */
export interface CellColumns {
  study_id: string
  number: number
  coordinates: string
  run_id: string | null
  error: string | null
}

const cellSchema = z.strictObject({
  number: z.int().min(0),
  coordinates: z.unknown(),
  state: z.enum(['planned', 'done', 'failed']),
  runId: idSchema.nullable(),
  error: errorRecordSchema.nullable(),
})

export function readCell(row: CellColumns): Decoded<CellRow> {
  const { number, run_id, coordinates, error } = row
  return decode(cellSchema, `The cell ${number} of study ${row.study_id}`, () => ({
    number,
    coordinates: JSON.parse(coordinates) as unknown,
    state: run_id !== null ? 'done' : error !== null ? 'failed' : 'planned',
    runId: run_id,
    error: fromColumn(error),
  }))
}

function fromColumn(text: string | null): unknown {
  return text === null ? null : (JSON.parse(text) as unknown)
}
