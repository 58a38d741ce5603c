import type { LatencyHistogram } from '../../shared/contract/liveProfile.ts'
import { percentileOfSorted } from './quantileInterval.ts'

/** Samples in the order of their measurement, and the window of each. */
export interface WindowedSamples {
  /** microseconds */
  samples: Float64Array
  /** from 0 */
  windows: Uint16Array
}

const bins = 80

/**
 * The histogram of latencies in 80 equal bins from the least to just above p99.5, half as far again: the tail beyond is counted in `above`, since one
 * interrupt would otherwise make all bins too wide.
 *
 * @param sorted the same samples, ascending
 * @param marked windows whose samples stand apart
 */
export function latencyHistogram(
  { samples, windows }: WindowedSamples,
  sorted: Float64Array,
  marked: ReadonlySet<number>,
): LatencyHistogram {
  const low = sorted[0]!
  const reach = Math.min(sorted.at(-1)!, low + 1.5 * (percentileOfSorted(sorted, 0.995) - low))
  const width_us = Math.max((reach - low) / bins, Math.max(low, 1e-3) * 1e-6)
  const counts = new Array<number>(bins).fill(0)
  const apart = new Array<number>(bins).fill(0)
  let above = 0
  for (let k = 0; k < samples.length; k += 1) {
    const bin = Math.floor((samples[k]! - low) / width_us)
    // The largest sample lies on the last bin's end where nothing is beyond it.
    if (bin > bins || (bin === bins && samples[k]! > reach)) above += 1
    else (marked.has(windows[k]!) ? apart : counts)[Math.min(bin, bins - 1)]! += 1
  }
  return { low_us: low, width_us, counts, marked: apart, below: 0, above }
}
