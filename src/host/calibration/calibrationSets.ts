import { ulid } from 'ulid'
import { assertManifestRows, makeManifest, manifestFingerprint } from '../../core/calibration/calibrationManifest.ts'
import { drawCalibrationSet } from '../../core/calibration/drawCalibrationSet.ts'
import { runKey, type RunKeyParts } from '../../core/run/runKey.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import {
  calibrationSetSchema,
  type CalibrationFacts,
  type CalibrationPool,
  type CalibrationSet,
} from '../../shared/contract/calibration.ts'
import type { CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import type { DrawOptions } from '../../shared/contract/quantizationInput.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { Warning } from '../../shared/units.ts'
import { answersTo } from '../../store/content/contentStore.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { Run, RunRepository, TestOpeningRepository } from '../../store/index.ts'
import { computedHere } from '../models/measuredHere.ts'
import { KeyedLock } from '../jobs/keyedLock.ts'
import { logTestOpening } from '../quantization/logTestOpening.ts'
import { declarationOf } from './declaration.ts'
import { describeDraws } from './describeDraws.ts'
import { readTrainRows, type TrainRows } from './trainRows.ts'
import { readWordCounts } from './wordCounts.ts'

export interface CalibrationSetsOptions {
  runs: RunRepository
  testOpenings: TestOpeningRepository
}

/** Which draw a key is of: everything it depends on, so that it is known before anything is drawn. */
export function calibrationSetParts(dataset: string, { composition, size, seed, draw }: DrawOptions): RunKeyParts {
  return {
    stage: 'calibration',
    stageVersion: stageVersions.calibration,
    inputs: { dataset },
    recipe: { kind: 'set', composition, size, draw },
    seed,
  }
}

/** Draws calibration sets and keeps each as a run. The train split that was read last stays in memory, for a study draws dozens of sets of one. */
export class CalibrationSets {
  readonly #options: CalibrationSetsOptions
  readonly #lock = new KeyedLock()
  #last: { dataset: string; rows: TrainRows } | undefined
  #words: { dataset: string; counts: Uint16Array } | undefined

  constructor(options: CalibrationSetsOptions) {
    this.#options = options
  }

  /** The set of a draw: the one in the store, or a new one. Errors: `input-invalid`, `store-damaged`. */
  async draw(dataset: StoredDataset, options: DrawOptions): Promise<CalibrationSet> {
    const parts = calibrationSetParts(dataset.record.fingerprint, options)
    const before = this.#options.runs.byKey(runKey(parts))
    if (before !== undefined) return calibrationSetOf(before)
    const rows = await this.#rowsOf(dataset, runKey(parts))
    const start = performance.now()
    const manifest = manifestOf(dataset, rows, options)
    return this.#keep(parts, manifest, rows.heldOut.size, (performance.now() - start) / 1000)
  }

  /** How many texts of each class can be drawn. Errors: `store-damaged`. */
  async pool(dataset: StoredDataset): Promise<CalibrationPool> {
    const { name, fingerprint, classes } = dataset.record
    const { labels, heldOut } = await this.#rowsOf(dataset, runKey(calibrationSetParts(fingerprint, anyDraw)))
    const counts = classes.map((of) => ({ name: of, texts: 0, available: 0 }))
    labels.forEach((label, row) => {
      counts[label]!.texts += 1
      if (!heldOut.has(row)) counts[label]!.available += 1
    })
    return { dataset: { name, fingerprint }, classes: counts, heldOut: heldOut.size }
  }

  /** What the draws 0 to `draws - 1` of a declaration would be; nothing is stored. Errors: `input-invalid`, `store-damaged`. */
  async preview(dataset: StoredDataset, options: Omit<DrawOptions, 'draw'>, draws: number): Promise<CalibrationFacts> {
    const rows = await this.#rowsOf(dataset, runKey(calibrationSetParts(dataset.record.fingerprint, anyDraw)))
    const manifests: CalibrationManifest[] = []
    for (let draw = 0; draw < draws; draw += 1) {
      manifests.push(manifestOf(dataset, rows, { ...options, draw }))
      await new Promise(setImmediate)
    }
    return describeDraws(manifests, rows, await this.#wordsOf(dataset))
  }

  /** The same of sets that are there. Errors: `input-invalid` where they are of unlike datasets or sizes, `store-damaged`. */
  async describe(dataset: StoredDataset, sets: readonly CalibrationSet[]): Promise<CalibrationFacts> {
    const [first] = sets
    const unlike = sets.find(
      ({ manifest: { dataset: of, size } }) =>
        of.fingerprint !== dataset.record.fingerprint || size !== first!.manifest.size,
    )
    if (unlike !== undefined) {
      throw new AppError('input-invalid', 'Only draws of one dataset and size can be looked at together.', {
        expected: `${first!.manifest.size} texts of ${dataset.record.name}`,
        found: `${unlike.manifest.size} texts of ${unlike.manifest.dataset.name}`,
      })
    }
    const rows = await this.#rowsOf(dataset, first!.key)
    const manifests = sets.map(({ manifest }) => manifest)
    return describeDraws(manifests, rows, await this.#wordsOf(dataset))
  }

  /** A set that was drawn elsewhere. Errors: `hash-mismatch`, `input-invalid`, `store-damaged`. */
  async take(dataset: StoredDataset, manifest: CalibrationManifest): Promise<CalibrationSet> {
    const { composition, size, seed, draw } = manifest
    const { fingerprint } = dataset.record
    const parts: RunKeyParts = {
      ...calibrationSetParts(fingerprint, { composition, size, seed, draw }),
      recipe: { kind: 'given-set', set: manifestFingerprint(manifest) },
    }
    const drawn = this.#options.runs.byKey(runKey(calibrationSetParts(fingerprint, manifest)))
    const before = [drawn, this.#options.runs.byKey(runKey(parts))].find((run) => isOf(run, manifest))
    if (before !== undefined) return calibrationSetOf(before)
    const rows = await this.#rowsOf(dataset, runKey(parts))
    if (isDrawnAlike(dataset, rows, manifest)) return this.draw(dataset, { composition, size, seed, draw })
    assertGiven(manifest, rows)
    return this.#keep(parts, manifest, rows.heldOut.size, 0)
  }

  /**
   * The set of an id, a fingerprint, or at least eight digits with which a fingerprint begins.
   *
   * @throws AppError `not-found`, `conflict` where two sets answer, `store-damaged`
   */
  findSet(reference: string): CalibrationSet {
    const run = this.#options.runs.get(reference)
    if (run !== undefined && isSet(run.result)) return calibrationSetOf(run)
    const found = this.list(reference)
    if (found.length > 1) throw new AppError('conflict', `More than one calibration set answers to ${reference}.`)
    if (found[0] !== undefined) return found[0]
    throw new AppError('not-found', `There is no calibration set ${JSON.stringify(reference)}.`, {
      expected: 'the name, the id or the fingerprint of one',
      hint: nextStep('list-calibration-sets'),
    })
  }

  /** The draws in the store of the declaration that a set is of, by their number. */
  siblingsOf({ manifest }: CalibrationSet): CalibrationSet[] {
    const declared = declarationOf(manifest)
    const found = this.list().filter((one) => declarationOf(one.manifest) === declared)
    return found.sort((a, b) => a.manifest.draw - b.manifest.draw)
  }

  /** Sets newest first: all, or those that answer to a reference. */
  list(reference?: string, limit = 100_000): CalibrationSet[] {
    const runs = this.#options.runs.list({ stage: 'calibration', limit })
    const sets = runs.filter(({ result }) => isSet(result))
    if (reference === undefined) return sets.map(calibrationSetOf)
    return sets
      .filter(({ id, result }) => answersTo({ ...(result as { fingerprint: string }), id }, reference))
      .map(calibrationSetOf)
  }

  #rowsOf(dataset: StoredDataset, key: string): Promise<TrainRows> {
    const { fingerprint } = dataset.record
    return this.#lock.run(fingerprint, async () => {
      if (this.#last?.dataset === fingerprint) return this.#last.rows
      const rows = await readTrainRows(dataset, () => logTestOpening(this.#options.testOpenings, fingerprint, key))
      this.#last = { dataset: fingerprint, rows }
      return rows
    })
  }

  async #wordsOf(dataset: StoredDataset): Promise<Uint16Array> {
    const { fingerprint } = dataset.record
    return this.#lock.run(`words of ${fingerprint}`, async () => {
      if (this.#words?.dataset === fingerprint) return this.#words.counts
      const counts = await readWordCounts(dataset)
      this.#words = { dataset: fingerprint, counts }
      return counts
    })
  }

  #keep(parts: RunKeyParts, manifest: CalibrationManifest, heldOut: number, duration_s: number): CalibrationSet {
    const { run } = this.#options.runs.put({
      id: ulid(),
      ...parts,
      created: new Date().toISOString(),
      duration_s,
      ...computedHere(),
      result: { kind: 'set', fingerprint: manifestFingerprint(manifest), manifest, heldOut },
      warnings: heldOutWarnings(manifest, heldOut),
      tags: [],
    })
    return calibrationSetOf(run)
  }
}

/** Whom the opening of a test split is put down to where no set is drawn yet. */
const anyDraw: DrawOptions = { composition: 'natural', size: 1, seed: 0, draw: 0 }

/** Errors: `input-invalid`. */
function manifestOf(
  { record: { name, fingerprint, classes } }: StoredDataset,
  { labels, heldOut, idOf }: TrainRows,
  options: DrawOptions,
): CalibrationManifest {
  const drawn = drawCalibrationSet({ labels, classNames: classes, excluded: heldOut, ...options })
  return makeManifest({ name, fingerprint }, options, drawn, idOf)
}

/** Whether a draw gives the very set of a manifest here: then it is that draw, wherever it was made. */
function isDrawnAlike(dataset: StoredDataset, rows: TrainRows, manifest: CalibrationManifest): boolean {
  const { composition, size, seed, draw } = manifest
  try {
    return (
      manifestFingerprint(manifestOf(dataset, rows, { composition, size, seed, draw })) ===
      manifestFingerprint(manifest)
    )
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'input-invalid') return false
    throw thrown
  }
}

/** @throws AppError `store-damaged` where the run's result is not a calibration set */
export function calibrationSetOf({ id, key, created, warnings, result }: Run): CalibrationSet {
  const { kind, ...rest } = (result ?? {}) as { kind?: unknown }
  const parsed = calibrationSetSchema.safeParse({ ...rest, id, key, created, warnings })
  if (kind === 'set' && parsed.success && isWhole(parsed.data)) return parsed.data
  throw new AppError('store-damaged', `The run ${id} does not hold a calibration set.`, {
    found: parsed.error?.issues[0]?.path.join('.') ?? 'a manifest of other rows',
    hint: 'Remove the run, then draw the set again.',
  })
}

function isSet(result: unknown): result is { kind: 'set'; fingerprint: string } {
  const { kind, fingerprint } = (result ?? {}) as { kind?: unknown; fingerprint?: unknown }
  return kind === 'set' && typeof fingerprint === 'string'
}

function isWhole({ manifest, fingerprint }: CalibrationSet): boolean {
  return manifestFingerprint(manifest) === fingerprint
}

function isOf(run: Run | undefined, manifest: CalibrationManifest): run is Run {
  return run !== undefined && calibrationSetOf(run).fingerprint === manifestFingerprint(manifest)
}

/** Rows are the train split's own, in order, once each, and none stands in dev or test too. */
function assertGiven(manifest: CalibrationManifest, { labels, heldOut, idOf }: TrainRows): void {
  const { rows } = manifest
  const wrong = rows.find((row, index) => row >= labels.length || row <= (rows[index - 1] ?? -1))
  if (wrong !== undefined || rows.length !== manifest.size) {
    throw new AppError('input-invalid', 'The calibration set does not fit its dataset.', {
      expected: `${manifest.size} rows of the ${labels.length} of the train split, ascending`,
      found: wrong === undefined ? `${rows.length} rows` : `row ${wrong}`,
    })
  }
  assertManifestRows(manifest, idOf)
  const shared = rows.filter((row) => heldOut.has(row))
  if (shared.length === 0) return
  throw new AppError('input-invalid', 'The calibration set shares texts with the dev or test split.', {
    expected: 'texts that stand in neither',
    found: `${shared.length} of ${rows.length}, the first in row ${shared[0]}`,
    hint: 'Draw the set here: such rows are left out then.',
  })
}

function heldOutWarnings({ dataset }: CalibrationManifest, heldOut: number): Warning[] {
  if (heldOut === 0) return []
  const message = `${heldOut} rows of the train split were not drawn from: their text stands in dev or test too.`
  return [{ code: 'calibration-held-out', message, subject: dataset.name }]
}
