import { ulid } from 'ulid'
import { assertManifestRows, makeManifest, manifestFingerprint } from '../../core/calibration/calibrationManifest.ts'
import { drawCalibrationSet } from '../../core/calibration/drawCalibrationSet.ts'
import { runKey, type RunKeyParts } from '../../core/run/runKey.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import { calibrationSetSchema, type CalibrationSet } from '../../shared/contract/calibration.ts'
import type { CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import type { DrawOptions } from '../../shared/contract/quantizationInput.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import { answersTo } from '../../store/content/contentStore.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { Run, RunRepository, TestOpeningRepository } from '../../store/index.ts'
import { computedHere } from '../models/measuredHere.ts'
import { KeyedLock } from '../jobs/keyedLock.ts'
import { logTestOpening } from '../quantization/logTestOpening.ts'
import { readTrainRows, type TrainRows } from './trainRows.ts'

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

  constructor(options: CalibrationSetsOptions) {
    this.#options = options
  }

  /** The set of a draw: the one in the store, or a new one. Errors: `input-invalid`, `store-damaged`. */
  async draw(dataset: StoredDataset, options: DrawOptions): Promise<CalibrationSet> {
    const parts = calibrationSetParts(dataset.record.fingerprint, options)
    const before = this.#options.runs.byKey(runKey(parts))
    if (before !== undefined) return calibrationSetOf(before)
    const rows = await this.#rowsOf(dataset, runKey(parts))
    const { labels, heldOut, idOf } = rows
    const start = performance.now()
    const drawn = drawCalibrationSet({ labels, classNames: dataset.record.classes, excluded: heldOut, ...options })
    const { name, fingerprint } = dataset.record
    const manifest = makeManifest({ name, fingerprint }, options, drawn, idOf)
    return this.#keep(parts, manifest, heldOut.size, (performance.now() - start) / 1000)
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
    assertGiven(manifest, rows)
    return this.#keep(parts, manifest, rows.heldOut.size, 0)
  }

  /**
   * The set of an id, a fingerprint, or at least eight digits with which a fingerprint begins.
   *
   * @throws AppError `not-found`, `conflict` where two sets answer, `store-damaged`
   */
  findSet(reference: string): CalibrationSet {
    const found = this.list(reference)
    if (found.length > 1) throw new AppError('conflict', `More than one calibration set answers to ${reference}.`)
    if (found[0] !== undefined) return found[0]
    throw new AppError('not-found', `There is no calibration set ${JSON.stringify(reference)}.`, {
      expected: 'the id or the fingerprint of one',
      hint: 'bitgauge run list --stage calibration shows what there is.',
    })
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
