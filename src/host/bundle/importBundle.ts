import { ulid } from 'ulid'
import type { BundleImported } from '../../shared/contract/study.ts'
import { AppError } from '../../shared/errors.ts'
import { withFileFailures } from '../../store/datasets/index.ts'
import { isOwnerAlive, type CellCounts, type CellEnd, type StudyRow } from '../../store/index.ts'
import type { BundledCell, BundledStudy } from './bundledRecords.ts'
import { assertWanted, checkBundle, type BundleSource, type CheckedBundle } from './checkBundle.ts'
import type { BundleParts } from './createBundle.ts'
import { entryReader } from './entryReader.ts'
import { readBundle } from './readBundle.ts'
import { storeModel, storeProfile, storeRun, type Stored } from './storeBundled.ts'

export type Imported = Omit<BundleImported, 'study'> & { study: StudyRow }

/**
 * Reads a bundle twice: once to verify all of it, and once to store what the home lacks. What is there under the same key or hash stays as it
 * is; where its content is another, nothing is stored at all. What an import that is cut off has stored is whole, and no study refers to it
 * yet: doing it again finishes it.
 *
 * @throws AppError `input-invalid`, `hash-mismatch`, `too-large`, `conflict`, `not-found`, `permission-denied`, `disk-full`, `cancelled`,
 *   and those of `decodeModel` and `decodeProfile`
 */
export async function importBundle(parts: BundleParts, path: string, signal?: AbortSignal): Promise<Imported> {
  const source = { path, signal }
  const checked = await checkBundle(parts, source)
  return withFileFailures('The home folder', () => storeBundle(parts, source, checked))
}

async function storeBundle(parts: BundleParts, source: BundleSource, checked: CheckedBundle): Promise<Imported> {
  const { listHash, study, cells, ids, warnings } = checked
  const reader = entryReader()
  const counts = { runs: { added: 0, existing: 0 }, models: { added: 0, existing: 0 } }
  const count = (of: { added: number; existing: number }, stored: Stored): void => void (of[stored] += 1)
  for await (const entry of readBundle(source.path, (_, found) => assertUnchanged(listHash, found))) {
    assertWanted(source, 'what it has stored is whole, and done again it goes on from there')
    const read = reader(entry)
    if (read.kind === 'model') count(counts.models, await storeModel(parts, read, ids))
    if (read.kind === 'profile') await storeProfile(parts, read, ids)
    for (const [index, run] of (read.kind === 'runs' ? read.runs : []).entries()) {
      count(counts.runs, storeRun(parts, run, read.kind === 'runs' ? (read.arrays[index] ?? []) : [], ids))
    }
  }
  return { study: storeStudy(parts, study, cells), ...counts, warnings }
}

/** What is stored is what was verified. */
function assertUnchanged(expected: string, found: string): void {
  if (found === expected) return
  throw new AppError('conflict', 'The bundle was replaced while it was being read; nothing was imported.', {
    expected,
    found,
  })
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
  const before = new Map(studies.cells(row.id).map(({ number, state }) => [number, state]))
  const ends = cells.flatMap(({ number, run, error }): CellEnd[] => {
    if (before.get(number) === 'done') return []
    const stored = run === null ? undefined : runs.byKey(run)
    if (stored !== undefined) return [{ number, runId: stored.id }]
    return error === null || before.get(number) === 'failed' ? [] : [{ number, error }]
  })
  studies.finish(row.id, ends)
  return studies.update(row.id, {
    state: stateAfter(there?.state ?? study.state, studies.counts(row.id)),
    dataset,
    models: { ...study.models, ...row.models },
  })
}

/** What had not ended is `paused`: it goes on from what it has. */
function stateAfter(before: StudyRow['state'], { total, done, failed }: CellCounts): StudyRow['state'] {
  if (done === total) return 'done'
  if (before === 'cancelled') return before
  return done + failed === total ? 'failed' : 'paused'
}
