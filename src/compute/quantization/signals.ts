import type { SignalCounts } from '../../core/quantization/deadSignals.ts'
import { dequantize, type StaticGrid } from '../../core/quantization/grid.ts'
import type { Site } from '../../shared/contract/quantizationRules.ts'

/** What a site gave, with the share of its integers at either end of its grid; null on a float site. */
export interface SiteSignals extends SignalCounts {
  atEnds: number | null
}

export type PartSignals = Partial<Record<Site, SiteSignals>>

/**
 * Of each part, what its sites give on 256 of the texts, evenly spread over all. A site that has one value in those is looked at on all texts: its
 * counts are then of all, and `distinct` is 1 or at least 2.
 */
export type Signals = PartSignals[]

export type SiteRange = Pick<SiteSignals, 'count' | 'min' | 'max'>

/** Different values are counted up to here: two tell a living site from a dead one. */
export const mostDistinct = 256

/** Texts that are counted: more tell no more of a site that lives. */
const countedTexts = 256

/** Those of the texts that are counted: all where there are no more. */
export function spreadTexts<T>(texts: readonly T[]): T[] {
  const counted = Math.min(countedTexts, texts.length)
  return Array.from({ length: counted }, (_, k) => texts[Math.floor((k * texts.length) / counted)]!)
}

/**
 * The figures of a static site.
 *
 * @param counts how often each integer was there, the lowest first; at least one of them was
 */
export function signalsOfCounts(counts: Float64Array, grid: StaticGrid): SiteSignals {
  const count = counts.reduce((sum, one) => sum + one, 0)
  const value = (place: number): number => dequantize(grid.low + place, grid)
  return {
    count,
    min: value(counts.findIndex((one) => one > 0)),
    max: value(counts.findLastIndex((one) => one > 0)),
    distinct: counts.filter((one) => one > 0).length,
    atEnds: (counts[0]! + counts.at(-1)!) / count,
  }
}

/** A part's figures with those that were found on all texts. */
export function withRanges(signals: PartSignals, ranges: ReadonlyMap<Site, SiteRange>): PartSignals {
  const corrected = { ...signals }
  for (const [site, range] of ranges) {
    corrected[site] = { ...signals[site]!, ...range, distinct: range.min === range.max ? 1 : 2 }
  }
  return corrected
}
