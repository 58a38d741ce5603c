import { sites, type Site } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { PartProfile, SiteProfile } from './activationProfile.ts'

/** What the first pass over the texts finds of a site. */
export interface SiteRange {
  /** values seen, at least 1 */
  count: number
  min: number
  max: number
}

export type SiteRanges = Readonly<Partial<Record<Site, SiteRange>>>

/** Most values that a histogram of 32-bit counts can hold in one bin. */
export const mostValues = 0xffff_ffff

/** The first pass: the range of each site. Values are counted in any order and in any chunks, with one result. */
export class RangeCollector {
  readonly #ranges: Partial<Record<Site, SiteRange>> = {}

  /** @throws AppError `non-finite-value`, `too-large` past 2^32 - 1 values */
  add(site: Site, values: Float32Array): void {
    if (values.length === 0) return
    const range = (this.#ranges[site] ??= { count: 0, min: Infinity, max: -Infinity })
    for (const value of values) {
      if (!Number.isFinite(value)) throw notFinite(String(value), site)
      if (value < range.min) range.min = value
      if (value > range.max) range.max = value
    }
    range.count += values.length
    if (range.count > mostValues) throw tooMany(site)
  }

  ranges(): SiteRanges {
    // 0 is added because a least value of -0 is 0.
    return bySite((site) => {
      const range = this.#ranges[site]
      return range && { count: range.count, min: range.min + 0, max: range.max + 0 }
    })
  }
}

/**
 * The second pass over the same values: histogram and moments of each site, within the range that the first pass found. The histogram does not
 * depend on the values' order; the moments are sums in float64 in the order given, whatever the chunks.
 */
export class ProfileCollector {
  readonly #ranges: SiteRanges
  readonly #tallies: Partial<Record<Site, Tally>>

  /** @param bins of each histogram, 1 or more */
  constructor(ranges: SiteRanges, bins: number) {
    this.#ranges = ranges
    this.#tallies = bySite((site) => ranges[site] && newTally(ranges[site], bins))
  }

  /** @throws RangeError for a value or a site that the first pass did not see */
  add(site: Site, values: Float32Array): void {
    if (values.length === 0) return
    const tally = this.#tallies[site]
    if (tally === undefined) throw new RangeError(`The first pass saw no value of ${site}.`)
    for (const value of values) count(tally, value)
    tally.count += values.length
  }

  /** @throws RangeError where the two passes saw unlike numbers of values */
  profile(): PartProfile {
    return bySite((site) => {
      const tally = this.#tallies[site]
      if (tally === undefined) return undefined
      if (tally.count !== this.#ranges[site]!.count) {
        throw new RangeError(`${site}: ${this.#ranges[site]!.count} values in the first pass, ${tally.count} now.`)
      }
      return finish(tally)
    })
  }
}

/** The range of two sets of values together, such as those of two workers. */
export function mergeRanges(a: SiteRanges, b: SiteRanges): SiteRanges {
  return bySite((site) => {
    const [one, other] = [a[site], b[site]]
    if (one === undefined || other === undefined) return one ?? other
    const count = one.count + other.count
    if (count > mostValues) throw tooMany(site)
    return { count, min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) }
  })
}

interface Tally {
  count: number
  min: number
  max: number
  /** sums of `x - middle` and of its square: the middle keeps a narrow site far from 0 from losing its digits */
  middle: number
  sum: number
  squares: number
  histogram: Uint32Array
}

function newTally({ min, max }: SiteRange, bins: number): Tally {
  return { count: 0, min, max, middle: (min + max) / 2, sum: 0, squares: 0, histogram: new Uint32Array(bins) }
}

function count(tally: Tally, value: number): void {
  const { min, max, middle, histogram } = tally
  if (!(value >= min && value <= max)) throw new RangeError(`${value} is outside the range of the first pass.`)
  const bins = histogram.length
  const bin = max === min ? 0 : Math.min(bins - 1, Math.floor(((value - min) / (max - min)) * bins))
  histogram[bin]! += 1
  tally.sum += value - middle
  tally.squares += (value - middle) ** 2
}

function finish({ middle, sum, squares, histogram, ...range }: Tally): SiteProfile {
  return siteProfile(range, { middle, sum, squares }, histogram)
}

/** Of a site's values from the sums of `x - middle` and of its square. */
export function siteProfile(
  { count: n, min, max }: SiteRange,
  { middle, sum, squares }: Pick<Tally, 'middle' | 'sum' | 'squares'>,
  histogram: Uint32Array,
): SiteProfile {
  const shift = sum / n
  const deviation = Math.sqrt(Math.max(0, squares / n - shift * shift))
  return { count: n, min, max, mean: middle + shift + 0, deviation, histogram }
}

function bySite<T>(of: (site: Site) => T | undefined): Partial<Record<Site, T>> {
  const entries = sites.map((site) => [site, of(site)] as const).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<Record<Site, T>>
}

/** @param site null where it is not known */
export function notFinite(value: string, site: Site | null): AppError {
  const where = site === null ? '' : ` at ${site}`
  return new AppError('non-finite-value', `The float model gave ${value}${where}.`, {
    expected: 'finite activations',
    hint: 'The model overflows on a calibration text: it cannot be quantized as it is.',
  })
}

/** More values than {@link mostValues}. */
export function tooMany(site: Site): AppError {
  return new AppError('too-large', `A profile cannot count so many values of ${site}.`, {
    expected: `at most ${mostValues}`,
    hint: 'Take a smaller calibration set.',
  })
}
