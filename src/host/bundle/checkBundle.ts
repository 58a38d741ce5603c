import { canonicalJson } from '../../core/run/canonicalJson.ts'
import { expandStudy } from '../../core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../core/study/readStudy.ts'
import { studyFingerprint } from '../../core/study/studyFingerprint.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Warning } from '../../shared/units.ts'
import { isOwnerAlive } from '../../store/index.ts'
import { IdPlan, type BundledIds } from './bundledIds.ts'
import type { BundledCell, BundledRun, BundledStudy } from './bundledRecords.ts'
import type { BundleParts } from './createBundle.ts'
import { entryReader } from './entryReader.ts'
import { readBundle } from './readBundle.ts'
import {
  assertBundledModel,
  assertBundledProfile,
  assertBundledRun,
  isOfCell,
  measuredAs,
  type MeasuredAs,
} from './verifyBundled.ts'

export interface BundleSource {
  path: string
  signal: AbortSignal | undefined
}

/** Errors: `cancelled`; `left` says what the home has of the bundle then. */
export function assertWanted({ signal }: BundleSource, left: string): void {
  if (signal?.aborted === true) throw new AppError('cancelled', `The import was cancelled; ${left}.`)
}

/** A bundle that was verified, and what storing it needs. */
export interface CheckedBundle {
  /** sha256 of the bundle's list, which has that of every file */
  listHash: string
  study: BundledStudy
  cells: BundledCell[]
  ids: BundledIds
  warnings: Warning[]
}

/** Reads all of a bundle and stores nothing of it. Errors: see `importBundle`. */
export async function checkBundle(parts: BundleParts, source: BundleSource): Promise<CheckedBundle> {
  const reader = entryReader()
  const plan = new IdPlan(parts.runs)
  const evaluations = new Map<string, MeasuredAs>()
  const warnings: Warning[] = []
  const cells: BundledCell[] = []
  let study: BundledStudy | undefined
  let told = { name: '', fingerprint: '', listHash: '' }
  for await (const entry of readBundle(source.path, (list, listHash) => (told = { ...list.study, listHash }))) {
    assertWanted(source, 'nothing was stored')
    const read = reader(entry)
    if (read.kind === 'study') study = read.study
    if (read.kind === 'cells') cells.push(...read.cells)
    if (read.kind === 'model') assertBundledModel(read.record, read.bytes)
    if (read.kind === 'profile') assertBundledProfile(read.record, read.bytes)
    for (const run of read.kind === 'runs' ? read.runs : []) {
      plan.add(run)
      const evaluation = assertBundledRun(run)
      if (evaluation !== null) evaluations.set(run.key, measuredAs(evaluation))
      warnings.push(...assertAsHere(parts, run))
    }
  }
  reader.assertWhole()
  if (study === undefined) throw new AppError('input-invalid', 'The bundle holds no study.')
  assertStudy(study, told, cells)
  assertCells(cells, evaluations)
  assertFree(parts, study)
  return { listHash: told.listHash, study, cells, ids: plan.ids, warnings }
}

/** The study is what its own file says, cell by cell. */
function assertStudy(
  study: BundledStudy,
  told: { name: string; fingerprint: string },
  cells: readonly BundledCell[],
): void {
  const read = readStudyOrThrow(study.yaml, study.name)
  const expanded = expandStudy(read.study)
  const same = read.study.name === study.name && studyFingerprint(read.study) === study.fingerprint
  const asTold = told.name === study.name && told.fingerprint === study.fingerprint
  const fits =
    expanded.length === cells.length &&
    cells.every(
      ({ number, coordinates }, index) =>
        number === index && canonicalJson(coordinates) === canonicalJson(expanded[index]),
    )
  if (same && asTold && fits && study.cells === cells.length) return
  throw new AppError('input-invalid', 'The bundle’s study is not what its file says.', { found: study.name })
}

/** Each cell's run is in the bundle and is a measurement of that cell. */
function assertCells(cells: readonly BundledCell[], evaluations: ReadonlyMap<string, MeasuredAs>): void {
  for (const { number, coordinates, run } of cells) {
    if (run === null) continue
    const evaluation = evaluations.get(run)
    if (evaluation === undefined) throw new AppError('input-invalid', `The bundle lacks the run of cell ${number}.`)
    if (isOfCell(coordinates, evaluation)) continue
    throw new AppError('input-invalid', `The bundle’s cell ${number} has the run of another cell.`, { found: run })
  }
}

/** No other study of its name is here, and no program runs the one that is. */
function assertFree({ studies }: BundleParts, study: BundledStudy): void {
  studies.pauseAbandoned(isOwnerAlive)
  const there = studies.get(study.name)
  if (there === undefined) return
  if (there.fingerprint !== study.fingerprint) {
    throw new AppError('conflict', `There is another study called ${study.name} here.`, {
      expected: study.fingerprint,
      found: there.fingerprint,
      hint: nextStep('remove-study', study.name),
    })
  }
  if (there.state !== 'running') return
  throw new AppError('conflict', `The study ${study.name} is under way here.`, {
    hint: nextStep('wait-or-pause-study', study.name),
  })
}

/** Where the store has a run of its key, it says the same. */
function assertAsHere({ runs }: BundleParts, run: BundledRun): Warning[] {
  const there = runs.byKey(run.key)
  if (there === undefined || sameContent({ result: there.result, arrays: runs.arrays(there.id) }, run)) return []
  if (run.stage === 'training') {
    const message = `A training of the same key gave another model here (${there.id}); that run stays, and the study keeps the model that it came with.`
    return [{ code: 'training-differs', message, subject: run.id }]
  }
  throw new AppError('conflict', 'The store has the same run with other figures; nothing was imported.', {
    found: `run ${there.id} of stage ${run.stage}`,
    hint: 'Remove that run, or import into another home.',
  })
}

interface Content {
  result: unknown
  arrays: readonly { name: string; sha256: string }[]
}

/** Whether two runs found the same: every array, and the hash of what was made. When, where and how fast is no part of it. */
function sameContent(a: Content, b: Content): boolean {
  return canonicalJson(essence(a)) === canonicalJson(essence(b))
}

function essence({ result, arrays }: Content): unknown {
  const {
    fingerprint = null,
    accuracy = null,
    n = null,
    confusion = null,
    model,
  } = (result ?? {}) as Record<string, unknown>
  const weights = (model as { weights?: unknown } | undefined)?.weights ?? null
  const sums = arrays.map(({ name, sha256 }) => [name, sha256]).sort()
  return { fingerprint, accuracy, n, confusion, weights, sums }
}
