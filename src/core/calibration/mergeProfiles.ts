import { sites } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { ActivationProfile, PartProfile, SiteProfile } from './activationProfile.ts'

/**
 * The profile of two sets of texts together, from profiles that were counted within the same ranges (`mergeRanges`). Histograms of unlike ranges
 * are refused: they have no common histogram without a guess.
 *
 * @throws AppError `input-invalid` for unlike ranges, bins, sites or parts, `too-large`
 */
export function mergeProfiles(a: ActivationProfile, b: ActivationProfile): ActivationProfile {
  if (a.bins !== b.bins || a.parts.length !== b.parts.length) throw unlike('bins and parts')
  return {
    bins: a.bins,
    texts: a.texts + b.texts,
    steps: a.steps + b.steps,
    parts: a.parts.map((part, index) => mergeParts(part, b.parts[index]!)),
  }
}

function mergeParts(a: PartProfile, b: PartProfile): PartProfile {
  const merged = sites.flatMap((site) => {
    const [one, other] = [a[site], b[site]]
    if ((one === undefined) !== (other === undefined)) throw unlike(`sites: ${site} is in one alone`)
    return one === undefined || other === undefined ? [] : [[site, mergeSites(one, other)] as const]
  })
  return Object.fromEntries(merged)
}

/** Moments of two samples together: sums of squares about the common mean. */
function mergeSites(a: SiteProfile, b: SiteProfile): SiteProfile {
  if (a.min !== b.min || a.max !== b.max) throw unlike('ranges')
  const count = a.count + b.count
  if (count > 0xffff_ffff)
    throw new AppError('too-large', 'A profile cannot count more than 4294967295 values of a site.')
  const mean = a.mean + ((b.mean - a.mean) * b.count) / count
  const squares = [a, b].map((one) => one.count * (one.deviation ** 2 + (one.mean - mean) ** 2))
  const histogram = a.histogram.map((texts, bin) => texts + b.histogram[bin]!)
  return { count, min: a.min, max: a.max, mean, deviation: Math.sqrt((squares[0]! + squares[1]!) / count), histogram }
}

function unlike(what: string): AppError {
  return new AppError('input-invalid', `The profiles cannot be merged: they have unlike ${what}.`, {
    hint: 'Count both within the range of both.',
  })
}
