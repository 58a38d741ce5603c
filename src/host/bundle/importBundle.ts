import { ulid } from 'ulid'
import { expandStudy } from '../../core/study/expandStudy.ts'
import { canonicalJson } from '../../core/run/canonicalJson.ts'
import { runKey } from '../../core/run/runKey.ts'
import { readStudyOrThrow } from '../../core/study/readStudy.ts'
import { studyFingerprint } from '../../core/study/studyFingerprint.ts'
import type { BundleImported } from '../../shared/contract/study.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import { isOwnerAlive, type CellEnd, type StudyRow } from '../../store/index.ts'
import type { BundledCell, BundledRun, BundledStudy } from './bundledRecords.ts'
import type { BundleParts } from './createBundle.ts'
import { entryReader } from './entryReader.ts'
import { readBundle } from './readBundle.ts'
import { storeModel, storeProfile, storeRun, type Stored } from './storeBundled.ts'

export type Imported = Omit<BundleImported, 'study'> & { study: StudyRow }

/**
 * Reads a bundle twice: once to verify all of it, and once to store what the home lacks. What is there under the same key or hash stays as it
 * is; where its content is another, nothing is stored at all.
 *
 * @throws AppError `input-invalid`, `hash-mismatch`, `too-large`, `conflict`, `not-found`, `disk-full`
 */
export async function importBundle(parts: BundleParts, path: string): Promise<Imported> {
  const checked = await checkBundle(parts, path)
  return withFileFailures('The home folder', () => storeBundle(parts, path, checked))
}

interface Checked {
  study: BundledStudy
  cells: BundledCell[]
  warnings: Warning[]
}

async function checkBundle(parts: BundleParts, path: string): Promise<Checked> {
  const reader = entryReader()
  const keys = new Set<string>()
  const warnings: Warning[] = []
  let study: BundledStudy | undefined
  let told: { name: string; fingerprint: string } | undefined
  const cells: BundledCell[] = []
  for await (const entry of readBundle(path, (manifest) => (told = manifest.study))) {
    const read = reader(entry)
    if (read.kind === 'study') study = read.study
    if (read.kind === 'cells') cells.push(...read.cells)
    for (const run of read.kind === 'runs' ? read.runs : []) {
      keys.add(run.key)
      warnings.push(...assertRun(parts, run))
    }
  }
  reader.assertWhole()
  if (study === undefined || told === undefined) throw new AppError('input-invalid', 'The bundle holds no study.')
  assertStudy(parts, study, told, cells, keys)
  return { study, cells, warnings }
}

/** The study is what its own file says, cell by cell, and no other of its name is here. */
function assertStudy(
  { studies }: BundleParts,
  study: BundledStudy,
  told: { name: string; fingerprint: string },
  cells: readonly BundledCell[],
  keys: ReadonlySet<string>,
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
  if (!same || !asTold || !fits || study.cells !== cells.length) {
    throw new AppError('input-invalid', 'The bundle’s study is not what its file says.', { found: study.name })
  }
  const lost = cells.find(({ run }) => run !== null && !keys.has(run))
  if (lost !== undefined) throw new AppError('input-invalid', `The bundle lacks the run of cell ${lost.number}.`)
  const there = studies.get(study.name)
  if (there === undefined || there.fingerprint === study.fingerprint) return
  throw new AppError('conflict', `There is another study called ${study.name} here.`, {
    expected: study.fingerprint,
    found: there.fingerprint,
    hint: `Take it away first: bitgauge study remove ${study.name}. Its runs stay.`,
  })
}

/** Its key is that of its parts; where the store has a run of this key, it says the same. */
function assertRun({ runs }: BundleParts, run: BundledRun): Warning[] {
  const { stage, stageVersion, inputs, recipe, seed } = run
  if (runKey({ stage, stageVersion, inputs, recipe, seed }) !== run.key) {
    throw new AppError('input-invalid', `The bundle’s run ${run.id} does not have the key that its parts give.`)
  }
  const there = runs.byKey(run.key)
  if (there === undefined || sameContent({ result: there.result, arrays: runs.arrays(there.id) }, run)) return []
  if (stage === 'training') {
    const message = `A training of the same key gave another model here (${there.id}); that run stays, and the study keeps the model that it came with.`
    return [{ code: 'training-differs', message, subject: run.id }]
  }
  throw new AppError('conflict', 'The store has the same run with other figures; nothing was imported.', {
    found: `run ${there.id} of stage ${stage}`,
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

async function storeBundle(parts: BundleParts, path: string, { study, cells, warnings }: Checked): Promise<Imported> {
  const reader = entryReader()
  const counts = { runs: { added: 0, existing: 0 }, models: { added: 0, existing: 0 } }
  const count = (of: { added: number; existing: number }, stored: Stored): void => void (of[stored] += 1)
  const ids = new Map<string, string>()
  for await (const entry of readBundle(path, () => {})) {
    const read = reader(entry)
    if (read.kind === 'model') count(counts.models, await storeModel(parts, read))
    if (read.kind === 'profile') await storeProfile(parts, read)
    for (const [index, run] of (read.kind === 'runs' ? read.runs : []).entries()) {
      count(counts.runs, storeRun(parts, run, read.kind === 'runs' ? (read.arrays[index] ?? []) : [], ids))
    }
  }
  return { study: storeStudy(parts, study, cells), ...counts, warnings }
}

/** Last, when all that its cells refer to is there: an import that is cut off leaves no half study. */
function storeStudy({ studies, runs }: BundleParts, study: BundledStudy, cells: readonly BundledCell[]): StudyRow {
  const there = studies.get(study.name)
  const { id, name, fingerprint, yaml, dataset, versions, created } = study
  const row =
    there ??
    studies.plan(
      {
        id: studies.get(id) === undefined ? id : ulid(),
        name,
        fingerprint,
        yaml,
        folder: null,
        dataset,
        versions,
        created,
      },
      cells.map(({ coordinates }) => coordinates),
      isOwnerAlive,
    )
  const open = new Set(studies.cells(row.id, { state: 'planned' }).map(({ number }) => number))
  const ends = cells.flatMap(({ number, run, error }): CellEnd[] => {
    if (!open.has(number)) return []
    const stored = run === null ? undefined : runs.byKey(run)
    if (stored !== undefined) return [{ number, runId: stored.id }]
    return error === null ? [] : [{ number, error }]
  })
  studies.finish(row.id, ends)
  const { total, done } = studies.counts(row.id)
  return studies.update(row.id, {
    state: done === total ? 'done' : row.state === 'planned' ? 'paused' : row.state,
    dataset,
    models: { ...study.models, ...row.models },
  })
}
