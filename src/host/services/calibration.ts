import { z } from 'zod'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import {
  calibrationListSchema,
  type CalibrationCompareInput,
  type CalibrationComparison,
  type CalibrationDrawInput,
  type CalibrationExport,
  type CalibrationExported,
  type CalibrationFacts,
  type CalibrationFactsInput,
  type CalibrationList,
  type CalibrationPool,
  type CalibrationProfileAllInput,
  type CalibrationProfileInput,
  type CalibrationRemoved,
  type CalibrationRenamed,
  type CalibrationSet,
  type CalibrationShown,
  type NamedSet,
  type ProfileAllStarted,
  type ProfileRecord,
  type ProfileStarted,
} from '../../shared/contract/calibration.ts'
import type { CalibrationManifest } from '../../shared/contract/calibrationRules.ts'
import { successEnvelope } from '../../shared/envelope.ts'
import { AppError } from '../../shared/errors.ts'
import type { ProfileStore, StoredProfile } from '../../store/calibration/index.ts'
import { withFileFailures, type DatasetStore, type StoredDataset } from '../../store/datasets/index.ts'
import type { RunRepository } from '../../store/index.ts'
import type { ModelStore } from '../../store/models/index.ts'
import type { CalibrationSets } from '../calibration/calibrationSets.ts'
import type { Comparisons, DrawOfDataset } from '../calibration/comparisons.ts'
import { profileMany } from '../calibration/profileMany.ts'
import type { ProfileAsked, Profiles } from '../calibration/profiles.ts'
import type { SetNames } from '../calibration/setNames.ts'
import { siteSummaries } from '../calibration/siteSummaries.ts'
import type { AllowPath } from '../models/allowPath.ts'
import { writeNewFile } from '../models/userFiles.ts'
import { deviceEnvironment, engineOn } from '../compute/device.ts'
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
  names: SetNames
  profiles: Profiles
  comparisons: Comparisons
  allowTarget: AllowPath
}

const listedManifestSchema = z.object(calibrationListSchema.shape.sets.element.shape.manifest.shape)

/** The stage `calibration` of the contract. */
export class CalibrationService {
  readonly #options: CalibrationServiceOptions

  constructor(options: CalibrationServiceOptions) {
    this.#options = options
  }

  async draw({ dataset, name, ...options }: CalibrationDrawInput): Promise<NamedSet> {
    const { datasets, sets, names } = this.#options
    return withFileFailures('The home folder', async () => {
      const stored = await datasets.find(dataset)
      if (name !== undefined) names.assertFree(name, { ...options, dataset: stored.record })
      return names.give(await sets.draw(stored, options), name)
    })
  }

  async import(manifest: CalibrationManifest, name?: string): Promise<NamedSet> {
    const { datasets, sets, names } = this.#options
    const { name: of, fingerprint } = manifest.dataset
    const dataset = await datasets.byFingerprint(fingerprint)
    if (dataset !== undefined) {
      if (name !== undefined) names.assertFree(name, manifest)
      return names.give(await sets.take(dataset, manifest), name)
    }
    throw new AppError('not-found', 'The calibration set was drawn from a dataset that is not here.', {
      expected: `the dataset ${of}, ${fingerprint}`,
      hint: 'Import that dataset first.',
    })
  }

  async pool(dataset: string): Promise<CalibrationPool> {
    const { datasets, sets } = this.#options
    return withFileFailures('The home folder', async () => sets.pool(await datasets.find(dataset)))
  }

  async facts(input: CalibrationFactsInput): Promise<CalibrationFacts> {
    const { datasets, sets } = this.#options
    if ('sets' in input) {
      const found = this.#drawsOf(input.sets)
      return sets.describe(await datasets.find(found[0]!.manifest.dataset.fingerprint), found)
    }
    const { dataset, draws, ...options } = input
    return sets.preview(await datasets.find(dataset), options, draws)
  }

  /** What was profiled before is not profiled again. */
  async profile({ model, set, device, engine, force, ...options }: CalibrationProfileInput): Promise<ProfileStarted> {
    const { cache, datasets, models, profiles, jobs } = this.#options
    deviceEnvironment(device, cache)
    engineOn(device, engine)
    const found = this.#oneOf(set)
    const dataset = await datasets.find(found.manifest.dataset.fingerprint)
    const asked: ProfileAsked = { model: await models.find(model), dataset, set: found, options }
    const before = force ? undefined : await profiles.find(asked)
    if (before !== undefined) return { state: 'done-before', profile: before.record }
    const face = { kind: 'calibration' as const, title: titleOf(asked), params: { model, set: found.id, ...options } }
    const work = async (control: TaskControl): Promise<ProfileRecord> =>
      (await profiles.make(asked, { ...control, device, engine, force })).record
    return { state: 'started', job: jobs.startWork(face, work) }
  }

  async profileAll({
    model,
    sets,
    device,
    engine,
    force,
    ...options
  }: CalibrationProfileAllInput): Promise<ProfileAllStarted> {
    const { cache, models, profiles, jobs } = this.#options
    deviceEnvironment(device, cache)
    engineOn(device, engine)
    const found = await models.find(model)
    const draws = await this.#withDatasets(this.#drawsOf(sets))
    const asked = draws.map((draw): ProfileAsked => ({ ...draw, model: found, options }))
    const there = force ? [] : await Promise.all(asked.map((one) => profiles.find(one)))
    const open = asked.filter((_, index) => there[index] === undefined)
    if (open.length === 0) return { state: 'done-before' }
    const title =
      open.length === 1 ? titleOf(open[0]!) : `Profiles of ${found.record.name} on ${open.length} calibration sets`
    const face = { kind: 'calibration' as const, title, params: { model, sets, ...options } }
    const work = (control: TaskControl) =>
      profileMany(profiles, open, { ...control, device, engine, force }, asked.length - open.length)
    return { state: 'started', job: jobs.startWork(face, work) }
  }

  async compare({ model, set, against, part, ...options }: CalibrationCompareInput): Promise<CalibrationComparison> {
    const { models, comparisons } = this.#options
    const found = await models.find(model)
    const sides = [this.#drawsOf(set), against.length === 0 ? [] : this.#drawsOf(against)]
    const [first, second] = await Promise.all(sides.map((side) => this.#withDatasets(side)))
    return comparisons.compare({ model: found, set: first!, against: second!, options, part })
  }

  async list(limit: number): Promise<CalibrationList> {
    const { sets: all, names, profileStore } = this.#options
    const sets = names
      .named(all.list(undefined, limit))
      .map(({ manifest, ...set }) => ({ ...set, manifest: listedManifestSchema.parse(manifest) }))
    const { stored } = await profileStore.list()
    return { sets, profiles: stored.slice(0, limit).map(({ record }) => record) }
  }

  async show(reference: string): Promise<CalibrationShown> {
    const { sets, names, profileStore } = this.#options
    const draws = names.drawsOf(reference)
    if (draws.length > 0) return { kind: 'draws', name: reference, sets: names.named(draws) }
    const [set] = sets.list(reference)
    if (set !== undefined) return { kind: 'set', set: names.named([sets.findSet(reference)])[0]! }
    const stored = await this.#profileOf(reference)
    return {
      kind: 'profile',
      profile: stored.record,
      sites: siteSummaries(decodeProfile(await profileStore.read(stored))),
    }
  }

  async export({ sets, file, overwrite }: CalibrationExport): Promise<CalibrationExported> {
    const path = await this.#options.allowTarget(file)
    const [first, ...more] = this.#options.names.named(this.#drawsOf(sets))
    const document =
      more.length === 0 ? first!.manifest : successEnvelope('calibrate', { sets: [first, ...more], profiles: [] })
    const bytes = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`)
    return { files: await writeNewFile([{ path, format: 'json', bytes }], overwrite) }
  }

  /** All draws of a name; of a draw without one, all draws of its declaration that have none. */
  rename(reference: string, name: string | null): CalibrationRenamed {
    const { sets, names } = this.#options
    const draws = names.drawsOf(reference)
    const one = draws[0] ?? sets.findSet(reference)
    const before = names.named([one])[0]!.name
    const same = names.named(sets.siblingsOf(one)).filter((sibling) => sibling.name === before)
    names.rename(same, name)
    return { name, ids: same.map(({ id }) => id) }
  }

  async remove(reference: string): Promise<CalibrationRemoved> {
    const { runs, sets, names, profileStore } = this.#options
    const draws = names.drawsOf(reference)
    if (draws.length > 0) {
      for (const { id } of draws) runs.remove(id)
      return { kind: 'draws', name: reference, ids: draws.map(({ id }) => id) }
    }
    const [set] = sets.list(reference)
    if (set !== undefined) {
      const { id } = sets.findSet(reference)
      runs.remove(id)
      return { id, kind: 'set' }
    }
    const { record } = await this.#profileOf(reference)
    await withFileFailures('The home folder', () => profileStore.discard(record.fingerprint))
    runs.remove(record.id)
    return { id: record.id, kind: 'profile' }
  }

  /** Errors: `not-found` as of a set, for a reference that nothing answers to. */
  async #profileOf(reference: string): Promise<StoredProfile> {
    const { profileStore, sets } = this.#options
    try {
      return await profileStore.find(reference)
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'not-found') sets.findSet(reference)
      throw thrown
    }
  }

  /** The draw that a reference is of; a name is one where it has one draw. Errors: `not-found`, `conflict`. */
  #oneOf(reference: string): CalibrationSet {
    const draws = this.#options.names.drawsOf(reference)
    if (draws.length < 2) return draws[0] ?? this.#options.sets.findSet(reference)
    throw new AppError('conflict', `The calibration set ${reference} has ${draws.length} draws.`, {
      hint: 'Name one of them by its id.',
    })
  }

  /** Draws that references are of, in their order, a name standing for all of its own. Errors: `not-found`, `conflict`. */
  #drawsOf(references: readonly string[]): CalibrationSet[] {
    const { names, sets } = this.#options
    const found = references.flatMap((reference) => {
      const draws = names.drawsOf(reference)
      return draws.length > 0 ? draws : [sets.findSet(reference)]
    })
    return [...new Map(found.map((set) => [set.id, set])).values()]
  }

  async #withDatasets(sets: readonly CalibrationSet[]): Promise<DrawOfDataset[]> {
    const found = new Map<string, StoredDataset>()
    for (const { fingerprint } of new Set(sets.map(({ manifest }) => manifest.dataset))) {
      if (!found.has(fingerprint)) found.set(fingerprint, await this.#options.datasets.find(fingerprint))
    }
    return sets.map((set) => ({ set, dataset: found.get(set.manifest.dataset.fingerprint)! }))
  }
}

function titleOf({ model, set }: ProfileAsked): string {
  const { dataset, size } = set.manifest
  return `Profile of ${model.record.name} on ${size} texts of ${dataset.name}`
}
