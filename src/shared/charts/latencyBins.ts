import type { LatencyHistogram } from '../contract/liveProfile.ts'
import { roundSteps } from './pieces.ts'

export interface LatencyBins {
  /** bounds in milliseconds, ascending, one more than there are bins */
  edges: number[]
  /** samples of windows that nothing spoke against, a count a bin */
  sound: number[]
  /** of windows in doubt */
  doubted: number[]
  /** samples that lie before the first and behind the last bin of the host */
  below: number
  above: number
}

/**
 * A histogram's bins from the first to the last that holds a sample, in milliseconds; neighbours together where there are more than `limit`. Null
 * where no sample lies in a bin.
 */
export function latencyBins(histogram: LatencyHistogram, limit = 60): LatencyBins | null {
  const { low_us, width_us, counts, marked, below, above } = histogram
  const all = counts.map((count, bin) => count + (marked[bin] ?? 0))
  const first = all.findIndex((count) => count > 0)
  if (first < 0) return null
  const last = all.findLastIndex((count) => count > 0)
  const group = Math.ceil((last - first + 1) / limit)
  const bins = Math.ceil((last - first + 1) / group)
  const together = (values: readonly number[]): number[] =>
    Array.from({ length: bins }, (_, bin) =>
      values.slice(first + bin * group, first + (bin + 1) * group).reduce((sum, count) => sum + count, 0),
    )
  const edges = Array.from({ length: bins + 1 }, (_, edge) => (low_us + (first + edge * group) * width_us) / 1000)
  return { edges, sound: together(counts), doubted: together(marked), below, above }
}

/** Where ticks of a latency axis stand: round steps, or of a logarithmic axis round values, fewer the wider it is. */
export function latencyTicks([low, high]: readonly [number, number], isLog: boolean, count = 6): number[] {
  if (!isLog) return roundSteps(low, high, count).filter((tick) => tick >= low && tick <= high)
  const factors = high / low < 12 ? [1, 1.5, 2, 3, 4, 5, 7] : high / low < 1000 ? [1, 2, 5] : [1]
  const first = Math.floor(Math.log10(low))
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => 10 ** (first + index))
  return decades
    .flatMap((decade) => factors.map((factor) => Number((factor * decade).toPrecision(3))))
    .filter((tick) => tick >= low && tick <= high)
}

export interface LatencyUnit {
  short: 'ms' | 'µs'
  long: string
  /** of it in a millisecond */
  scale: number
}

/** Milliseconds, or microseconds where the longest of some times is shorter than a tenth of one. */
export function latencyUnit(longest_ms: number): LatencyUnit {
  if (longest_ms >= 0.1) return { short: 'ms', long: 'milliseconds', scale: 1 }
  return { short: 'µs', long: 'microseconds', scale: 1000 }
}

/** Milliseconds with as many digits as tell them: `104`, `12.3`, `3.22`, `0.412`, `0.0087`. */
export function latencyText(ms: number): string {
  if (ms >= 1000) return Math.round(ms).toLocaleString('en')
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)
}

/** Both ends of an interval with the digits that tell it: it is not rounded to nothing. */
export function latencyEnds(low: number, high: number): [string, string] {
  const digits = digitsFor(low, high)
  return [digitsText(low, digits), digitsText(high, digits)]
}

/** A figure with the digits of its interval: `3.218` with `3.215` and `3.221`. */
export function latencyBetween(value: number, low: number, high: number): string {
  return digitsText(value, digitsFor(low, high))
}

/** Digits after the point: three of the figure in all, more where the interval is narrower than three steps of its last one. */
function digitsFor(low: number, high: number): number {
  const whole = Math.max(0, Math.floor(Math.log10(Math.max(high, 1e-9))) + 1)
  const usual = high >= 1 ? Math.max(0, 3 - whole) : Math.min(6, 2 - Math.floor(Math.log10(Math.max(high, 1e-9))))
  let digits = usual
  while (digits < usual + 3 && high > low && (high - low) * 10 ** digits < 3) digits += 1
  return digits
}

function digitsText(ms: number, digits: number): string {
  return ms >= 1000 ? Number(ms.toFixed(digits)).toLocaleString('en') : ms.toFixed(digits)
}
