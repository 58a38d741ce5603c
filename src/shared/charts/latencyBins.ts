import { roundSteps } from './pieces.ts'

/** Samples of one window: milliseconds an inference at batch 1, and why they are in doubt; null: nothing spoke against them. */
export interface LatencyWindow {
  number: number
  samples_ms: readonly number[]
  doubt: string | null
}

export interface LatencyBins {
  /** bounds in milliseconds, ascending, one more than there are bins */
  edges: number[]
  /** bins of equal ratio: the longest sample is a multiple of the shortest */
  isLog: boolean
  /** samples of windows that nothing spoke against, a count a bin */
  sound: number[]
  doubted: number[]
}

/** From this ratio of the longest to the shortest sample on, bins are of equal ratio. */
const wide = 3

/**
 * Every sample in one of `limit` bins between the shortest and the longest: none is cut off, so that one interrupted inference stays in sight.
 * Null without samples.
 */
export function binLatencies(windows: readonly LatencyWindow[], limit = 48): LatencyBins | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { samples_ms } of windows)
    for (const sample of samples_ms) {
      low = Math.min(low, sample)
      high = Math.max(high, sample)
    }
  if (low > high) return null
  const isLog = low > 0 && high / low > wide
  // Samples that are all the same stand in the middle of a narrow axis.
  if (low === high) [low, high] = [low - (Math.abs(low) || 1) * 0.005, high + (Math.abs(high) || 1) * 0.005]
  const [from, to] = isLog ? [Math.log10(low), Math.log10(high)] : [low, high]
  const at = (place: number): number => (isLog ? 10 ** place : place)
  const step = (to - from) / limit
  const edges = Array.from({ length: limit + 1 }, (_, index) => at(from + index * step))
  const bins: LatencyBins = { edges, isLog, sound: Array(limit).fill(0), doubted: Array(limit).fill(0) }
  for (const { samples_ms, doubt } of windows) {
    const counts = doubt === null ? bins.sound : bins.doubted
    for (const sample of samples_ms) {
      const place = ((isLog ? Math.log10(sample) : sample) - from) / step
      counts[Math.min(limit - 1, Math.max(0, Math.floor(place)))]! += 1
    }
  }
  return bins
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

/** Milliseconds with as many digits as tell them: `104`, `12.3`, `3.22`, `0.412`, `0.0087`. */
export function latencyText(ms: number): string {
  if (ms >= 1000) return Math.round(ms).toLocaleString('en')
  return ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)
}

/** Both ends of an interval with the digits that tell them apart: an interval is not rounded to nothing. */
export function latencyEnds(low: number, high: number): [string, string] {
  for (let digits = 3; digits < 7; digits += 1) {
    const ends = [low, high].map((end) => (end >= 1000 ? end.toFixed(digits - 3) : end.toPrecision(digits)))
    if (low === high || ends[0] !== ends[1]) return digits === 3 ? [latencyText(low), latencyText(high)] : pair(ends)
  }
  return [String(low), String(high)]
}

function pair([low = '', high = '']: readonly string[]): [string, string] {
  return [low, high]
}
