import { sites, type Site } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { ActivationProfile, PartProfile, SiteProfile } from './activationProfile.ts'
import { binCentre, shareOutside } from './histogram.ts'

/** How a site's values in one profile stand to those in another; all in the site's own unit but for what says otherwise. */
export interface SiteShift {
  part: number
  site: Site
  /** Wasserstein-1 distance */
  wasserstein: number
  /** the same in standard deviations of the first profile; null where that is constant */
  relative: number | null
  /** second less first */
  mean: number
  deviation: number
  /** share of the second's values that lie outside the first's range, 0 to 1 */
  outside: number
}

/**
 * The shift of each site from one profile to another, parts and sites in their order; sites that one of them lacks are left out. A distance is an
 * effect and has no p: the values of a site are not samples.
 *
 * @throws AppError `input-invalid` where they are of models with unlike numbers of parts
 */
export function compareProfiles(from: ActivationProfile, to: ActivationProfile): SiteShift[] {
  if (from.parts.length !== to.parts.length) {
    throw new AppError('input-invalid', 'The profiles are of unlike models.', {
      expected: `${from.parts.length} parts`,
      found: String(to.parts.length),
    })
  }
  return from.parts.flatMap((part, index) => compareParts(index, part, to.parts[index]!))
}

function compareParts(part: number, from: PartProfile, to: PartProfile): SiteShift[] {
  return sites.flatMap((site) => {
    const [a, b] = [from[site], to[site]]
    return a === undefined || b === undefined ? [] : [{ part, site, ...compareSites(a, b) }]
  })
}

function compareSites(from: SiteProfile, to: SiteProfile): Omit<SiteShift, 'part' | 'site'> {
  const distance = wasserstein(from, to)
  return {
    wasserstein: distance,
    relative: from.deviation === 0 ? null : distance / from.deviation,
    mean: to.mean - from.mean,
    deviation: to.deviation - from.deviation,
    outside: shareOutside(to, from),
  }
}

/**
 * The Wasserstein-1 distance of two sites, each value being taken at the middle of its bin: the area between the two distribution functions. It is
 * that of the values themselves up to half a bin of each.
 */
export function wasserstein(a: SiteProfile, b: SiteProfile): number {
  let [inA, inB, belowA, belowB, distance] = [0, 0, 0, 0, 0]
  let last = Math.min(binCentre(a, 0), binCentre(b, 0))
  while (inA < a.histogram.length || inB < b.histogram.length) {
    const nextA = inA < a.histogram.length ? binCentre(a, inA) : Infinity
    const nextB = inB < b.histogram.length ? binCentre(b, inB) : Infinity
    const next = Math.min(nextA, nextB)
    distance += Math.abs(belowA / a.count - belowB / b.count) * (next - last)
    if (nextA === next) belowA += a.histogram[inA++]!
    if (nextB === next) belowB += b.histogram[inB++]!
    last = next
  }
  return distance
}
