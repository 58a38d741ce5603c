import { deadSignals, type DeadSignal } from '../../core/quantization/deadSignals.ts'
import type { QuantizedModel, SiteGrid } from '../../core/quantization/quantizedModel.ts'
import { sites, type Site } from '../../shared/contract/quantizationRules.ts'
import {
  signalsOfCounts,
  spreadTexts,
  withRanges,
  type Signals,
  type SiteRange,
  type SiteSignals,
} from '../quantization/signals.ts'

/** Counts what sites give on texts, as `src/runtime/addon/signals.h` says. */
export type CountSites = (
  texts: readonly ArrayLike<number>[],
  wanted: readonly Site[],
) => Promise<(Float64Array | undefined)[]>

/** What the sites of each part give, as {@link Signals} says. */
export async function nativeSignals(
  { spec, parts }: QuantizedModel,
  texts: readonly ArrayLike<number>[],
  count: CountSites,
): Promise<Signals> {
  const spread = spreadTexts(texts)
  const wanted = sites.filter((site) => site !== 'head-output' || spec.family === 'discriminative')
  const signalsOn = async (some: readonly ArrayLike<number>[], of: readonly Site[]): Promise<Signals> => {
    const counts = await count(some, of)
    return parts.map(({ sites: grids }, part) => partSignals(grids, counts.slice(part * sites.length)))
  }
  const signals = await signalsOn(spread, wanted)
  const suspects = deadSignals(signals)
  if (suspects.length === 0 || spread.length === texts.length) return signals
  const onAll = await signalsOn(texts, [...new Set(suspects.map(({ site }) => site))])
  return signals.map((part, k) =>
    withRanges(
      part,
      rangesOf(
        onAll[k]!,
        suspects.filter((one) => one.part === k),
      ),
    ),
  )
}

/** The grids of all sites as the addon takes them, [parts, 14, 3]. */
export function gridsOf({ parts }: QuantizedModel): Int32Array {
  const kinds = { float: 0, static: 1, dynamic: 2 } as const
  return Int32Array.from(
    parts.flatMap(({ sites: grids }) =>
      sites.flatMap((site) => {
        const grid = grids[site]
        return grid.kind === 'float' ? [kinds.float, 0, 0] : [kinds[grid.kind], grid.low, grid.high]
      }),
    ),
  )
}

/** Bit k stands for site k. */
export function maskOf(wanted: readonly Site[]): number {
  return wanted.reduce((mask, site) => mask | (1 << sites.indexOf(site)), 0)
}

function partSignals(
  grids: Readonly<Record<Site, SiteGrid>>,
  counts: readonly (Float64Array | undefined)[],
): Signals[number] {
  return Object.fromEntries(
    sites.flatMap((site, k) => {
      const found = counts[k]
      return found === undefined ? [] : [[site, signalsOf(grids[site], found)] as const]
    }),
  )
}

function signalsOf(grid: SiteGrid, found: Float64Array): SiteSignals {
  if (grid.kind === 'static') return signalsOfCounts(found, grid)
  const [count, min, max, distinct, ends] = found as unknown as [number, number, number, number, number]
  return { count, min, max, distinct, atEnds: grid.kind === 'float' ? null : ends / count }
}

function rangesOf(part: Signals[number], suspects: readonly DeadSignal[]): Map<Site, SiteRange> {
  return new Map(
    suspects.map(({ site }) => {
      const { count, min, max } = part[site]!
      return [site, { count, min, max }]
    }),
  )
}
