import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { openHost, forkLauncher, type Host } from '../../../src/host/index.ts'
import type { Job } from '../../../src/shared/contract/jobs.ts'
import { studyRunSchema, type StudyRun, type StudySummary } from '../../../src/shared/contract/study.ts'
import { cache, jobIs, memoryLog, until } from '../harness.ts'

/** 2 float cells and 16 quantized ones, in some seconds. */
export const smallStudy = `bitgauge: study/1
name: small
seed: 5
dataset: {generate: {generator: maintenance-log, size: 400, difficulty: 0, seed: 3}}
models:
  disc: {family: discriminative, embedding: 8, hidden: 8, train: {epochs: 3, batch: 16}}
calibration: {size: 16, draws: 2, compositions: {balanced: balanced, one: {pump: 1}}}
grid:
  bits: [8, 4]
  noise: [{kind: none}, {kind: qwerty, level: 0.2}]
questions: [{name: q, compare: composition, against: balanced, within: [bits], unit: draw, test: sign-flip}]
`

export function asked(text = smallStudy, how: object = {}): StudyRun {
  return studyRunSchema.parse({ text, file: 'small.yaml', workers: 1, ...how })
}

/** Runs a study to its end and gives the job as it is then. */
export async function toEnd(host: Host, input = asked()): Promise<Job> {
  const events = await host.client.events.watch({})
  const { job } = await host.client.study.run(input)
  await until(events, jobIs(job.id, 'done', 'failed', 'cancelled'))
  return host.client.jobs.get({ id: job.id })
}

export async function stateOf({ client }: Host, study = 'small'): Promise<Pick<StudySummary, 'state' | 'cells'>> {
  const { state, cells } = await client.study.show({ study })
  return { state, cells }
}

/** What two homes have alike that measured the same: results without ids and seconds. */
export async function comparable({ client }: Host, study = 'small'): Promise<unknown> {
  const { study: about, rows, ...rest } = await client.study.results({ study })
  return { ...rest, fingerprint: about.fingerprint, rows: rows.map(({ id: _, duration_s: __, ...row }) => row) }
}

/**
 * A home in which the small study was measured, once for the file; gives a copy of it in a folder. One thread everywhere lets one process
 * train and evaluate, which saves the start of another.
 */
export function measuredHome(): (copy: string) => string {
  let folder = ''
  beforeAll(async () => {
    process.env['BITGAUGE_THREADS'] = '1'
    folder = mkdtempSync(join(tmpdir(), 'bitgauge-study-'))
    const { log } = memoryLog()
    const host = await openHost({ home: folder, cache, launcher: forkLauncher({ log }), log })
    await toEnd(host)
    await host.close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return (copy) => {
    cpSync(folder, copy, { recursive: true })
    return copy
  }
}
