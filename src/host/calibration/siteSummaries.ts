import type { ActivationProfile, SiteProfile } from '../../core/calibration/activationProfile.ts'
import { sites } from '../../shared/contract/quantizationRules.ts'
import type { SiteSummary } from '../../shared/contract/results.ts'

/** Bins of a thinned histogram at most. */
const drawnBins = 64

/** What a picture shows of a profile: each site's moments, and its histogram in at most 64 bins. */
export function siteSummaries({ parts }: ActivationProfile): SiteSummary[] {
  return parts.flatMap((profile, part) =>
    sites.flatMap((site) => {
      const seen = profile[site]
      return seen === undefined ? [] : [{ part, site, ...summaryOf(seen) }]
    }),
  )
}

function summaryOf({ count, min, max, mean, deviation, histogram }: SiteProfile): Omit<SiteSummary, 'part' | 'site'> {
  return { count, min, max, mean, deviation, histogram: thinned(histogram, drawnBins) }
}

/** Neighbouring bins together; where their number is no multiple, values of a bin go where its lower end lies. */
function thinned(histogram: Uint32Array, bins: number): number[] {
  if (histogram.length <= bins) return [...histogram]
  const sums = new Array<number>(bins).fill(0)
  for (const [bin, values] of histogram.entries()) {
    const into = Math.floor((bin * bins) / histogram.length)
    sums[into] = (sums[into] as number) + values
  }
  return sums
}
