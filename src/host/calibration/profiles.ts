import { readFile } from 'node:fs/promises'
import { ulid } from 'ulid'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import { matchClasses } from '../../core/dataset/shift/matchClasses.ts'
import { runKey, type RunKeyParts } from '../../core/run/runKey.ts'
import { stageVersions } from '../../core/stageVersions.ts'
import type { Engine } from '../../shared/contract/engineRules.ts'
import { profileRecordSchema, type CalibrationSet, type ProfileRecord } from '../../shared/contract/calibration.ts'
import { profiledFileSchema, type ProfiledFile, type ProfileParams } from '../../shared/contract/quantization.ts'
import type { ProfileOptions } from '../../shared/contract/quantizationInput.ts'
import type { ComputeDevice } from '../../shared/contract/trainingRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { Warning } from '../../shared/units.ts'
import type { ProfileStore, StoredProfile } from '../../store/calibration/index.ts'
import { contentFingerprint } from '../../store/content/contentStore.ts'
import { splitOf, withFileFailures, type StoredDataset } from '../../store/datasets/index.ts'
import type { RunRepository } from '../../store/index.ts'
import { takeRunWork, type StoredModel } from '../../store/models/index.ts'
import { computeThreads, deviceEnvironment, engineOn } from '../compute/device.ts'
import type { Pool } from '../compute/pool.ts'
import { runTask, type TaskControl } from '../compute/runTask.ts'
import { KeyedLock } from '../jobs/keyedLock.ts'
import { fileInside, homeFile, modelFile } from '../models/homeFile.ts'
import { measuredHere } from '../models/measuredHere.ts'

export interface ProfilesOptions {
  home: string
  cache: string
  runs: RunRepository
  pool: Pool
  profiles: ProfileStore
}

/** A model on a calibration set of a dataset of this home. */
export interface ProfileAsked {
  model: StoredModel
  dataset: StoredDataset
  set: CalibrationSet
  options: ProfileOptions
}

export interface ProfileControl extends TaskControl {
  /** default `cpu` */
  device?: ComputeDevice | undefined
  /** default: the runtime on the processor, the TensorFlow library on a graphics device */
  engine?: Engine | undefined
  /** profiles again what is in the store */
  force?: boolean | undefined
}

/** Makes activation profiles through the pool and keeps each as a file with a run. */
export class Profiles {
  readonly #options: ProfilesOptions
  readonly #lock = new KeyedLock()

  constructor(options: ProfilesOptions) {
    this.#options = options
  }

  /** The profile that was made of this before and is still whole; undefined where there is none. */
  async find(asked: ProfileAsked): Promise<StoredProfile | undefined> {
    const fingerprint = this.#madeBefore(asked)
    return fingerprint === undefined ? undefined : this.#options.profiles.whole(fingerprint)
  }

  /**
   * The profile: the one that is there, or a new one.
   *
   * @throws AppError `not-found`, `input-invalid` (classes that the model does not know), `conflict`, `device-unavailable`, `store-damaged`,
   *         `compute-crashed`, `cancelled`
   */
  make(asked: ProfileAsked, control: ProfileControl): Promise<StoredProfile> {
    const key = runKey(profileParts(asked))
    return this.#lock.run(key, async () => {
      const before = control.force === true ? undefined : await this.find(asked)
      if (before !== undefined) return before
      if (control.force !== true && this.#madeBefore(asked) !== undefined) control.onWarning?.(madeAnew(asked))
      return this.#compute(asked, key, control)
    })
  }

  /** What the run of this says that its file is. */
  #madeBefore(asked: ProfileAsked): string | undefined {
    const run = this.#options.runs.byKey(runKey(profileParts(asked)))
    const { fingerprint } = (run?.result ?? {}) as { fingerprint?: unknown }
    return profileRecordSchema.shape.fingerprint.safeParse(fingerprint).data
  }

  async #compute(asked: ProfileAsked, key: string, control: ProfileControl): Promise<StoredProfile> {
    const { home, cache, pool } = this.#options
    const { device = 'cpu', threads = computeThreads() } = control
    const engine = engineOn(device, control.engine)
    const environment = deviceEnvironment(device, cache)
    const work = await withFileFailures('The home folder', () => takeRunWork(home, key))
    const params = await work.releasedOnFailure(() => paramsOf(asked, { work: work.folder, device, threads, engine }))
    const finish = (result: unknown, warnings: Warning[]): Promise<StoredProfile> =>
      withFileFailures('The home folder', () => this.#keep(asked, work.folder, result, warnings))
    return runTask(pool, { kind: 'profile', params, environment, finish, ended: () => work.discard() }, control)
  }

  /** Verifies the file, stores it, and then the run: a run whose file is missing would be looked for in vain. */
  async #keep(asked: ProfileAsked, work: string, result: unknown, warnings: Warning[]): Promise<StoredProfile> {
    const { runs, profiles } = this.#options
    const parts = profileParts(asked)
    const found = profiledFileSchema.parse(result)
    const bytes = await readFile(fileInside(work, found.file))
    assertWritten(bytes, found)
    const id = runs.byKey(runKey(parts))?.id ?? ulid()
    const { stored } = await profiles.put(bytes, recordOf(asked, found, { id, warnings }))
    const { fingerprint, texts, steps, duration_s, on } = found
    const { dataset, set, options } = asked
    const drawn = drawnAs(set)
    runs.put(
      {
        id,
        ...parts,
        created: stored.record.created,
        duration_s,
        ...measuredHere(on),
        result: {
          kind: 'profile',
          fingerprint,
          model: modelOf(asked),
          dataset: { name: dataset.record.name, fingerprint: dataset.record.fingerprint },
          set: drawn,
          ...options,
          ...{ texts, steps, on },
        },
        warnings,
        tags: [],
      },
      { force: true },
    )
    return stored
  }
}

/** A discriminative model reads no label, so that all label handlings are one profile. */
export function profileParts({ model, set, options }: Pick<ProfileAsked, 'model' | 'set' | 'options'>): RunKeyParts {
  const { bins, headOutput } = options
  return {
    stage: 'calibration',
    stageVersion: stageVersions.calibration,
    inputs: { model: model.record.fingerprint, set: set.fingerprint },
    recipe: { kind: 'profile', labels: labelsOf(model, options), bins, headOutput },
    seed: 0,
  }
}

function labelsOf({ record }: StoredModel, { labels }: ProfileOptions): ProfileOptions['labels'] {
  return record.spec.family === 'discriminative' ? 'true' : labels
}

function paramsOf(
  { model, dataset, set, options }: ProfileAsked,
  where: Pick<ProfileParams, 'work' | 'device' | 'threads' | 'engine'>,
): ProfileParams {
  const { record } = model
  return {
    title: { model: record.name, dataset: dataset.record.name },
    model: modelFile(model),
    texts: homeFile(dataset.folder, splitOf(dataset.record, 'train')),
    rows: set.manifest.rows,
    labels: [...matchClasses(record.classes, dataset.record.classes)],
    tokenizer: dataset.record.tokenizer,
    labelHandling: labelsOf(model, options),
    bins: options.bins,
    headOutput: options.headOutput,
    ...where,
  }
}

function assertWritten(bytes: Uint8Array, { fingerprint }: ProfiledFile): void {
  decodeProfile(bytes)
  if (contentFingerprint(bytes) === fingerprint) return
  throw new AppError('store-damaged', 'The finished profile is not as it was written.', { hint: 'Calibrate again.' })
}

function recordOf(
  asked: ProfileAsked,
  { fingerprint, file, bytes, texts, steps, duration_s, on }: ProfiledFile,
  { id, warnings }: { id: string; warnings: Warning[] },
): ProfileRecord {
  const { dataset, set, options, model } = asked
  return {
    kind: 'activation-profile',
    version: 1,
    id,
    key: runKey(profileParts(asked)),
    created: new Date().toISOString(),
    fingerprint,
    model: modelOf(asked),
    dataset: { name: dataset.record.name, fingerprint: dataset.record.fingerprint },
    set: drawnAs(set),
    ...options,
    labels: labelsOf(model, options),
    ...{ texts, steps, file, bytes, duration_s, on, warnings },
  }
}

function drawnAs({ id, fingerprint, manifest }: CalibrationSet): ProfileRecord['set'] {
  const { composition, size, seed, draw } = manifest
  return { id, fingerprint, composition, size, seed, draw }
}

function modelOf({ model }: ProfileAsked): ProfileRecord['model'] {
  const { id, name, fingerprint } = model.record
  return { id, name, fingerprint }
}

function madeAnew({ model, set }: ProfileAsked): Warning {
  const message = `The profile of ${model.record.name} on the calibration set ${set.id} was gone or damaged; it is made anew.`
  return { code: 'profile-made-anew', message, subject: set.id }
}
