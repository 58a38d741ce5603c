import type { ComparedSide, SiteComparison } from '../../shared/contract/calibration.ts'
import { completeBits, recipeSchema, sites, widthsOf, type Site } from '../../shared/contract/quantizationRules.ts'
import { dequantize } from '../quantization/grid.ts'
import { siteGrids } from '../quantization/siteGrids.ts'
import { pairedMean } from '../statistics/intervals/pairedMean.ts'
import { meanOf, quantileOfSorted } from '../statistics/moments.ts'
import { drawsOf } from '../statistics/units.ts'
import type { ActivationProfile, PartProfile, SiteProfile } from './activationProfile.ts'
import { wasserstein } from './compareProfiles.ts'
import { countsBetween, quantile } from './histogram.ts'

/** Bins of a density. */
const shownBins = 128
/** Draws of a set that are held against each other: twelve make 66 pairs. */
const mostBetween = 12

/** What the usual recipe makes of a site at eight bits: the ends of its grid, and a step of it. */
export interface SiteReach {
  low: number
  high: number
  step: number
}
export type PartReach = Readonly<Partial<Record<Site, SiteReach>>>

/** One draw of a set: what a part's sites show of it, and what the usual recipe makes of them. */
export interface ProfiledDraw {
  profile: PartProfile
  reach: PartReach
}

/** {@link SiteReach} of each site that a part's profile has, but the head's output. */
export function reachOfPart(profile: ActivationProfile, part: number): PartReach {
  const seen = profile.parts[part] ?? {}
  const recipe = recipeSchema.parse({})
  const widths = widthsOf(recipe, completeBits(8, recipe))
  const known = sites.filter((site) => seen[site] !== undefined && widths[site] !== 'float')
  const shown = { ...widths, ...Object.fromEntries(sites.map((site) => [site, 'float' as const])) }
  for (const site of known) shown[site] = widths[site]
  const calibration = { profile: seen, stepsPerText: profile.steps / profile.texts, part, parts: profile.parts.length }
  const { grids } = siteGrids(recipe, shown, calibration)
  return Object.fromEntries(
    known.flatMap((site) => {
      const grid = grids[site]
      if (grid.kind !== 'static') return []
      return [[site, { low: dequantize(grid.low, grid), high: dequantize(grid.high, grid), step: grid.scale }]]
    }),
  )
}

/**
 * How the sites of one part stand on the draws of a set and on those of a reference. Draw k of the one is held against draw k of the other, so that
 * the distances of draws are what is averaged; values of a site are not samples. Sites that any of the draws lacks are left out.
 *
 * A distance is never negative, and that of two draws of one composition is not 0: it is read against `between`.
 *
 * @param set at least one draw
 * @param against as many draws of the reference, or none of them
 */
export function compareDraws(set: readonly ProfiledDraw[], against: readonly ProfiledDraw[]): SiteComparison[] {
  const all = [...set, ...against]
  const shown = sites.filter((site) =>
    all.every(({ profile, reach }) => profile[site] !== undefined && reach[site] !== undefined),
  )
  return shown.map((site) => compareSite(site, drawsAt(set, site), drawsAt(against, site)))
}

interface SiteDraw {
  seen: SiteProfile
  reach: SiteReach
}

function drawsAt(draws: readonly ProfiledDraw[], site: Site): SiteDraw[] {
  return draws.map(({ profile, reach }) => ({ seen: profile[site]!, reach: reach[site]! }))
}

function compareSite(site: Site, set: readonly SiteDraw[], against: readonly SiteDraw[]): SiteComparison {
  const { from, to } = extentOf([...set, ...against])
  const reference = against.length > 0 ? against : set
  return {
    site,
    from,
    to,
    set: sideOf(set, from, to),
    against: against.length === 0 ? null : sideOf(against, from, to),
    step: meanOf(reference.map(({ reach }) => reach.step)),
    shift: against.length === 0 ? null : shiftOf(set, against),
    between: betweenOf([set, against]),
  }
}

/** From the lowest to the highest of what any draw needs: its middle 99.9 % of the values, and the range that its grid holds. */
function extentOf(draws: readonly SiteDraw[]): { from: number; to: number } {
  const from = Math.min(...draws.map(({ seen, reach }) => Math.min(quantile(seen, 0.0005), reach.low)))
  const to = Math.max(...draws.map(({ seen, reach }) => Math.max(quantile(seen, 0.9995), reach.high)))
  const margin = (to - from || 1) * 0.02
  return { from: from - margin, to: to + margin }
}

function sideOf(draws: readonly SiteDraw[], from: number, to: number): ComparedSide {
  const lines = draws.map(({ seen }) => densityOf(seen, from, to))
  const over = (of: (values: number[]) => number): number[] =>
    Array.from({ length: shownBins }, (_, bin) => of(lines.map((line) => line[bin]!)))
  return {
    draws: draws.length,
    mean: over(meanOf),
    low: over((values) => Math.min(...values)),
    high: over((values) => Math.max(...values)),
    clips: draws.map(({ reach: { low, high } }) => ({ low, high })),
    min: Math.min(...draws.map(({ seen }) => seen.min)),
    max: Math.max(...draws.map(({ seen }) => seen.max)),
  }
}

/** Share of the values for each unit of x, a number a bin; values beyond the ends are in no bin. */
function densityOf(seen: SiteProfile, from: number, to: number): number[] {
  const width = (to - from) / shownBins
  const inner = Array.from({ length: shownBins + 1 }, (_, edge) => from + edge * width)
  const edges = [Math.min(seen.min, from) - 1, ...inner, Math.max(seen.max, to) + 1]
  const counts = seen.min === seen.max ? countConstant(seen, inner) : countsBetween(seen, edges).slice(1, -1)
  return Array.from(counts, (count) => Math.max(0, count) / seen.count / width)
}

/** A constant has no bins to be spread in. */
function countConstant({ min, count }: SiteProfile, edges: readonly number[]): number[] {
  const bin = Math.max(
    0,
    edges.findLastIndex((edge) => edge <= min),
  )
  return Array.from({ length: shownBins }, (_, at) => (at === Math.min(bin, shownBins - 1) ? count : 0))
}

function shiftOf(set: readonly SiteDraw[], against: readonly SiteDraw[]): SiteComparison['shift'] {
  const pairs = Math.min(set.length, against.length)
  const distances = Array.from({ length: pairs }, (_, draw) => distance(against[draw]!, set[draw]!))
  const interval = pairedMean(drawsOf(distances, 0), 'paired-t')
  const found = 'testable' in interval ? null : { ...interval, low: Math.max(0, interval.low) }
  return { mean: meanOf(distances), interval: found, pairs }
}

function betweenOf(sets: readonly (readonly SiteDraw[])[]): SiteComparison['between'] {
  const distances = sets.flatMap((draws) => {
    const held = draws.slice(0, mostBetween)
    return held.flatMap((one, index) => held.slice(index + 1).map((other) => distance(one, other)))
  })
  if (distances.length === 0) return null
  const high = quantileOfSorted(Float64Array.from(distances).sort(), 0.95)
  return { mean: meanOf(distances), high, pairs: distances.length }
}

/** Wasserstein-1 in steps of the first's grid. */
function distance(from: SiteDraw, to: SiteDraw): number {
  return wasserstein(from.seen, to.seen) / from.reach.step
}
