import { compareDraws, reachOfPart, type ProfiledDraw } from '../../core/calibration/compareDraws.ts'
import { decodeProfile } from '../../core/calibration/profileFile.ts'
import { countParts } from '../../core/quantization/partArrays.ts'
import type { CalibrationComparison, CalibrationSet } from '../../shared/contract/calibration.ts'
import type { ProfileOptions } from '../../shared/contract/quantizationInput.ts'
import { AppError } from '../../shared/errors.ts'
import type { ProfileStore, StoredProfile } from '../../store/calibration/index.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import type { Profiles } from './profiles.ts'

export interface ComparisonsOptions {
  profiles: Profiles
  profileStore: ProfileStore
}

/** One draw with the dataset that it is of. */
export interface DrawOfDataset {
  set: CalibrationSet
  dataset: StoredDataset
}

export interface ComparisonAsked {
  model: StoredModel
  set: readonly DrawOfDataset[]
  against: readonly DrawOfDataset[]
  options: ProfileOptions
  part: number
}

/** Parts of profiles that are kept in memory, some hundred kilobytes each: two sets of twelve draws, and two more. */
const kept = 48

/** Holds the profiles of one set's draws against those of another's. */
export class Comparisons {
  readonly #options: ComparisonsOptions
  readonly #read = new Map<string, ProfiledDraw>()

  constructor(options: ComparisonsOptions) {
    this.#options = options
  }

  /** Errors: `input-invalid`, `store-damaged`. */
  async compare(asked: ComparisonAsked): Promise<CalibrationComparison> {
    const { model, set, against, part } = asked
    const parts = countParts(model.record.spec)
    assertPart(part, parts)
    const { id, name, fingerprint } = model.record
    const about = { model: { id, name, fingerprint }, parts, paired: arePaired(set, against) }
    const pairs = Math.min(set.length, against.length)
    const sides = [set, against.slice(0, against.length === 0 ? 0 : pairs)]
    const found = await Promise.all(sides.map((side) => this.#profilesOf(side, asked)))
    const missing = sides.flatMap((side, at) => side.filter((_, draw) => found[at]![draw] === undefined))
    if (missing.length > 0) return { ...about, missing: missing.map((one) => one.set.id), sites: [] }
    const [first, second] = [await this.#readAll(found[0]!, part), await this.#readAll(found[1]!, part)]
    return { ...about, missing: [], sites: compareDraws(first, second) }
  }

  #profilesOf(
    draws: readonly DrawOfDataset[],
    { model, options }: ComparisonAsked,
  ): Promise<(StoredProfile | undefined)[]> {
    const { profiles } = this.#options
    return Promise.all(draws.map((draw) => profiles.find({ ...draw, model, options })))
  }

  /** One after the other: each takes some tens of milliseconds, between which the host answers others. */
  async #readAll(stored: readonly (StoredProfile | undefined)[], part: number): Promise<ProfiledDraw[]> {
    const draws: ProfiledDraw[] = []
    for (const one of stored) if (one !== undefined) draws.push(await this.#readOne(one, part))
    return draws
  }

  async #readOne(stored: StoredProfile, part: number): Promise<ProfiledDraw> {
    const key = `${stored.record.fingerprint} ${part}`
    const before = this.#read.get(key)
    this.#read.delete(key)
    const draw = before ?? this.#decode(await this.#options.profileStore.read(stored), part)
    this.#read.set(key, draw)
    for (const oldest of this.#read.keys()) if (this.#read.size > kept) this.#read.delete(oldest)
    return draw
  }

  #decode(bytes: Uint8Array, part: number): ProfiledDraw {
    const profile = decodeProfile(bytes)
    return { profile: profile.parts[part] ?? {}, reach: reachOfPart(profile, part) }
  }
}

/** Draws of one seed share their texts class by class where both look at classes. */
function arePaired(set: readonly DrawOfDataset[], against: readonly DrawOfDataset[]): boolean {
  if (against.length === 0) return false
  return set.slice(0, against.length).every(({ set: { manifest: one } }, at) => {
    const other = against[at]!.set.manifest
    const alike = one.seed === other.seed && one.draw === other.draw
    const unlabelled = [one, other].some(({ composition }) => composition === 'unlabelled')
    return alike && one.dataset.fingerprint === other.dataset.fingerprint && !unlabelled
  })
}

function assertPart(part: number, parts: number): void {
  if (part < parts) return
  throw new AppError('input-invalid', 'The model has no such part.', {
    expected: parts === 1 ? 'part 0' : `part 0 to ${parts - 1}`,
    found: String(part),
  })
}
