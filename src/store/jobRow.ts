import { jobSchema, type Job } from '../shared/contract/jobs.ts'
import type { JobPatch } from './jobRepository.ts'
import { parseInput } from './parseInput.ts'
import { decode, toJson, type Decoded } from './storeJson.ts'

/** A row of `jobs` without its owner; JSON as text. */
export interface JobRow {
  id: string
  kind: string
  title: string
  state: string
  params: string
  progress: string | null
  result: string | null
  error: string | null
  warnings: string
  created: string
  started: string | null
  ended: string | null
}

type ChangingRow = Partial<Pick<JobRow, 'state' | 'progress' | 'result' | 'error' | 'warnings' | 'started' | 'ended'>>

const jsonColumns = ['params', 'progress', 'result', 'error', 'warnings'] as const
const patchSchema = jobSchema
  .pick({ state: true, progress: true, result: true, error: true, warnings: true, started: true, ended: true })
  .partial()

export function readJob(row: JobRow): Decoded<Job> {
  return decode(jobSchema, `The job ${row.id}`, () => {
    const read = Object.fromEntries(jsonColumns.map((name) => [name, fromColumn(row[name])]))
    return { ...row, ...read }
  })
}

export function writeJob(job: Job): JobRow {
  return {
    ...job,
    params: toJson(job.params ?? null, 'The parameters'),
    progress: toColumn(job.progress, 'The progress'),
    result: toColumn(job.result, 'The result'),
    error: toColumn(job.error, 'The error'),
    warnings: toJson(job.warnings, 'The warnings'),
  }
}

/** Columns that a patch changes. A key with `undefined` is one that is absent. */
export function writePatch(patch: JobPatch): ChangingRow {
  const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined))
  const parsed = parseInput(patchSchema, 'The change of a job', given)
  const row = Object.entries(parsed).map(([name, value]) =>
    (jsonColumns as readonly string[]).includes(name) ? [name, toColumn(value, `The ${name}`)] : [name, value],
  )
  return Object.fromEntries(row) as ChangingRow
}

function toColumn(value: unknown, what: string): string | null {
  return value === null || value === undefined ? null : toJson(value, what)
}

function fromColumn(text: string | null): unknown {
  return text === null ? null : (JSON.parse(text) as unknown)
}
