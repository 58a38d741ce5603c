import { AppError } from '../../shared/errors.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { Run, RunArray, StudyRow } from '../../store/index.ts'
import { evaluationOf } from '../quantization/evaluationRuns.ts'
import type { PlannedEntry } from './bundleFile.ts'
import type { BundledArray, BundledRun, BundledStudy } from './bundledRecords.ts'
import type { BundleParts } from './createBundle.ts'

interface Planned {
  entries: PlannedEntry[]
  runs: number
  models: number
}

/** Cells, and runs with the bytes of their arrays or of their lines, in one file of a bundle at most; a run that has more is alone in its own. */
const cellsAFile = 5000
const runsAFile = { runs: 200, bytes: 64 * 1024 * 1024 }

/** What goes into a study's bundle, in its order: the study and its cells, runs with their arrays, float models, profiles. */
export async function planBundle(parts: BundleParts, row: StudyRow): Promise<Planned> {
  const { dataset } = row
  if (dataset === null) {
    throw new AppError('conflict', `The study ${row.name} has nothing to carry yet.`, {
      found: row.state,
      hint: 'Run it first.',
    })
  }
  const needed = neededBy(parts, row)
  const models = await modelEntries(parts, needed)
  const profiles = await profileEntries(parts, needed)
  const runs = [...[...needed.bases].sort(), ...[...needed.quantized].sort()]
  const entries = [
    jsonEntry('study.json', () => [studyOf(row, dataset)]),
    ...chunks(row.cells, cellsAFile).map(({ from, to }, index) =>
      jsonEntry(`cells/${six(index)}.jsonl`, () => cellLines(parts, row, from, to)),
    ),
    ...runGroups(parts, runs).flatMap((ids, index) => runEntries(parts, ids, index)),
    ...models,
    ...profiles,
  ]
  return { entries, runs: runs.length, models: models.length / 2 }
}

interface Needed {
  /** ids of runs that others rest on: they are stored before those */
  bases: Set<string>
  /** ids of evaluations of quantized models */
  quantized: Set<string>
  /** fingerprints */
  models: Set<string>
  profiles: Set<string>
}

/** A study's runs, and what they are made of. */
function neededBy({ studies, runs }: BundleParts, { id }: StudyRow): Needed {
  const needed: Needed = { bases: new Set(), quantized: new Set(), models: new Set(), profiles: new Set() }
  for (let after = -1; ;) {
    const cells = studies.cellsWithRuns(id, { after, limit: 500 })
    for (const { run } of cells) if (run !== null) gather(needed, evaluationOf(run))
    const last = cells.at(-1)
    if (last === undefined) break
    after = last.number
  }
  for (const run of [...needed.bases]) if (runs.get(run) === undefined) needed.bases.delete(run)
  return needed
}

function gather({ bases, quantized, models, profiles }: Needed, { id, model, quantization }: EvaluationResult): void {
  models.add(model.fingerprint)
  if (quantization === null) return void bases.add(id)
  quantized.add(id)
  bases.add(quantization.run)
  if (quantization.float !== null) bases.add(quantization.float.run)
  if (quantization.calibration !== null) profiles.add(quantization.calibration.profile)
}

/** Adds each model's training run. One that the home has no more is left out: its figures are in the runs. */
async function modelEntries({ models, runs }: BundleParts, needed: Needed): Promise<PlannedEntry[]> {
  const found = await Promise.all([...needed.models].sort().map((fingerprint) => models.byFingerprint(fingerprint)))
  return found.flatMap((stored) => {
    if (stored === undefined) return []
    const { training } = stored.record
    if (training !== null && runs.get(training.run) !== undefined) needed.bases.add(training.run)
    const folder = `models/${hex(stored.record.fingerprint)}`
    return [
      jsonEntry(`${folder}/manifest.json`, () => [stored.record]),
      { path: `${folder}/model.safetensors`, read: () => models.read(stored) },
    ]
  })
}

/** Adds each profile's run and that of its calibration set. */
async function profileEntries({ profileStore, runs }: BundleParts, needed: Needed): Promise<PlannedEntry[]> {
  const found = await Promise.all(
    [...needed.profiles].sort().map((fingerprint) => profileStore.byFingerprint(fingerprint)),
  )
  return found.flatMap((stored) => {
    if (stored === undefined) return []
    for (const id of [stored.record.id, stored.record.set.id]) if (runs.get(id) !== undefined) needed.bases.add(id)
    const folder = `profiles/${hex(stored.record.fingerprint)}`
    return [
      jsonEntry(`${folder}/manifest.json`, () => [stored.record]),
      { path: `${folder}/profile.bin`, read: () => profileStore.read(stored) },
    ]
  })
}

function studyOf(row: StudyRow, dataset: BundledStudy['dataset']): BundledStudy {
  const { id, name, fingerprint, yaml, state, cells, models, versions, created } = row
  return { id, name, fingerprint, yaml, state, cells, dataset, models, versions, created }
}

function cellLines({ studies }: BundleParts, { id }: StudyRow, from: number, to: number): unknown[] {
  const cells = studies.cellsWithRuns(id, { after: from - 1, limit: to - from })
  return cells.map(({ number, coordinates, run, error }) => ({ number, coordinates, run: run?.key ?? null, error }))
}

function runGroups(parts: BundleParts, ids: readonly string[]): string[][] {
  const groups: string[][] = []
  let room = { arrays: 0, lines: 0 }
  for (const id of ids) {
    const run = bundledRun(parts, id)
    const arrays = run.arrays.reduce((sum, { bytes }) => sum + bytes, 0)
    const lines = Buffer.byteLength(JSON.stringify(run))
    const last = groups.at(-1)
    if (last === undefined || last.length >= runsAFile.runs || arrays > room.arrays || lines > room.lines) {
      groups.push([id])
      room = { arrays: runsAFile.bytes - arrays, lines: runsAFile.bytes - lines }
    } else {
      last.push(id)
      room = { arrays: room.arrays - arrays, lines: room.lines - lines }
    }
  }
  return groups
}

/** Runs, a line each, and their arrays in a file beside them. */
function runEntries(parts: BundleParts, ids: readonly string[], index: number): PlannedEntry[] {
  const name = `runs/${six(index)}`
  return [
    jsonEntry(`${name}.jsonl`, () => ids.map((id) => bundledRun(parts, id))),
    {
      path: `${name}.bin`,
      read: () => Buffer.concat(ids.flatMap((id) => arraysOf(parts, id).map(({ data }) => bytesOf(data)))),
    },
  ]
}

function bundledRun(parts: BundleParts, id: string): BundledRun {
  const run = parts.runs.get(id) as Run
  const arrays = parts.runs.arrays(id).map(({ name, dtype, shape, bytes, sha256 }): BundledArray => {
    return { name, dtype, shape: [...shape], bytes, sha256 }
  })
  return {
    ...run,
    inputs: { ...run.inputs },
    recipe: run.recipe as BundledRun['recipe'],
    result: run.result as BundledRun['result'],
    arrays,
  }
}

function arraysOf({ runs }: BundleParts, id: string): RunArray[] {
  return runs.arrays(id).map(({ name }) => runs.array(id, name))
}

function bytesOf(data: RunArray['data']): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function jsonEntry(path: string, lines: () => readonly unknown[]): PlannedEntry {
  return {
    path,
    read: () =>
      Buffer.from(
        lines()
          .map((line) => `${JSON.stringify(line)}\n`)
          .join(''),
      ),
  }
}

function chunks(count: number, size: number): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => {
    return { from: index * size, to: Math.min(count, (index + 1) * size) }
  })
}

function six(index: number): string {
  return String(index).padStart(6, '0')
}

function hex(fingerprint: string): string {
  return fingerprint.slice('sha256:'.length)
}
