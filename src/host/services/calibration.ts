import { z } from 'zod'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import {
  calibrationListSchema,
  type CalibrationDrawInput,
  type CalibrationList,
  type CalibrationProfileInput,
  type CalibrationRemoved,
  type CalibrationSet,
  type CalibrationShown,
  type ProfileRecord,
  type ProfileStarted,
} from '../../shared/contract/calibration.ts'
import type { CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { ProfileStore } from '../../store/calibration/index.ts'
import { withFileFailures, type DatasetStore } from '../../store/datasets/index.ts'
import type { RunRepository } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { CalibrationSets } from '../calibration/calibrationSets.ts'
import type { ProfileAsked, Profiles } from '../calibration/profiles.ts'
import { siteSummaries } from '../calibration/siteSummaries.ts'
import { deviceEnvironment } from '../compute/device.ts'
import type { TaskControl } from '../compute/runTask.ts'
import type { JobsService } from './jobs.ts'

export interface CalibrationServiceOptions {
  cache: string
  runs: RunRepository
  jobs: JobsService
  datasets: DatasetStore
  models: ModelStore
  profileStore: ProfileStore
  sets: CalibrationSets
  profiles: Profiles
}

const listedManifestSchema = z.object(calibrationListSchema.shape.sets.element.shape.manifest.shape)

/** The stage `calibration` of the contract. */
export class CalibrationService {
  readonly #options: CalibrationServiceOptions

  constructor(options: CalibrationServiceOptions) {
    this.#options = options
  }

  async draw({ dataset, ...options }: CalibrationDrawInput): Promise<CalibrationSet> {
    const { datasets, sets } = this.#options
    return withFileFailures('The home folder', async () => sets.draw(await datasets.find(dataset), options))
  }

  async import(manifest: CalibrationManifest): Promise<CalibrationSet> {
    const { datasets, sets } = this.#options
    const { name, fingerprint } = manifest.dataset
    const dataset = await datasets.byFingerprint(fingerprint)
    if (dataset !== undefined) return sets.take(dataset, manifest)
    throw new AppError('not-found', 'The calibration set was drawn from a dataset that is not here.', {
      expected: `the dataset ${name}, ${fingerprint}`,
      hint: 'Import that dataset first.',
    })
  }

  /** What was profiled before is not profiled again. */
  async profile({ model, set, device, force, ...options }: CalibrationProfileInput): Promise<ProfileStarted> {
    const { cache, datasets, models, sets, profiles, jobs } = this.#options
    deviceEnvironment(device, cache)
    const found = sets.findSet(set)
    const dataset = await datasets.find(found.manifest.dataset.fingerprint)
    const asked: ProfileAsked = { model: await models.find(model), dataset, set: found, options }
    const before = force ? undefined : await profiles.find(asked)
    if (before !== undefined) return { state: 'done-before', profile: before.record }
    const face = { kind: 'calibration' as const, title: titleOf(asked), params: { model, set: found.id, ...options } }
    const work = async (control: TaskControl): Promise<ProfileRecord> =>
      (await profiles.make(asked, { ...control, device, force })).record
    return { state: 'started', job: jobs.startWork(face, work) }
  }

  async list(limit: number): Promise<CalibrationList> {
    const sets = this.#options.sets
      .list(undefined, limit)
      .map(({ manifest, ...set }) => ({ ...set, manifest: listedManifestSchema.parse(manifest) }))
    const { stored } = await this.#options.profileStore.list()
    return { sets, profiles: stored.slice(0, limit).map(({ record }) => record) }
  }

  async show(reference: string): Promise<CalibrationShown> {
    const { sets, profileStore } = this.#options
    const [set] = sets.list(reference)
    if (set !== undefined) return { kind: 'set', set: sets.findSet(reference) }
    const stored = await profileStore.find(reference)
    return {
      kind: 'profile',
      profile: stored.record,
      sites: siteSummaries(decodeProfile(await profileStore.read(stored))),
    }
  }

  async remove(reference: string): Promise<CalibrationRemoved> {
    const { runs, sets, profileStore } = this.#options
    const [set] = sets.list(reference)
    if (set !== undefined) {
      const { id } = sets.findSet(reference)
      runs.remove(id)
      return { id, kind: 'set' }
    }
    const { record } = await profileStore.find(reference)
    await withFileFailures('The home folder', () => profileStore.discard(record.fingerprint))
    runs.remove(record.id)
    return { id: record.id, kind: 'profile' }
  }
}

function titleOf({ model, set }: ProfileAsked): string {
  const { dataset, size } = set.manifest
  return `Profile of ${model.record.name} on ${size} texts of ${dataset.name}`
}
