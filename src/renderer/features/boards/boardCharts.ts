import { bitsValue } from '../../../shared/charts/axes.ts'
import type { Conditions } from '../../../shared/charts/boardConditions.ts'
import { profileLabel } from '../../../shared/charts/boardPoints.ts'
import type { Latencies, LatencyPercentile } from '../../../shared/charts/latencyHistogram.ts'
import type { LiveProfile, WindowMark } from '../../../shared/contract/liveProfile.ts'
import type { ProfileResult } from '../../../shared/contract/profile.ts'

export const markWords: Record<WindowMark, string> = {
  throttled: 'throttled',
  noisy: 'its median lies more than 5 % away',
  foreign: 'something else had the core',
}

const shownPercentiles = ['p50', 'p90', 'p99'] as const

/** What a window's marks say; null where it has none. */
export function doubtOf(marks: readonly WindowMark[]): string | null {
  return marks.length === 0 ? null : marks.map((mark) => markWords[mark]).join(', ')
}

export function latenciesOf(profile: ProfileResult): Latencies {
  const { percentiles, histogram, windows } = profile.latency
  const { level, method } = percentiles.p50.interval
  return {
    family: profile.family,
    label: profileLabel(profile),
    histogram,
    windows: windows.map(({ marks }) => doubtOf(marks)),
    percentiles: shownPercentiles.map((name) => {
      const { value_us, interval, moved } = percentiles[name]
      return { name, ...inMilliseconds(value_us, interval), doubted: moved }
    }),
    level,
    method,
    emulated: profile.emulated,
  }
}

function inMilliseconds(value_us: number, { low, high }: { low: number; high: number }) {
  return { value_ms: value_us / 1000, low_ms: low / 1000, high_ms: high / 1000 }
}

/** Of a variant under way; null until there are samples. Intervals come at the end. */
export function liveLatencies(live: LiveProfile, emulated: boolean): Latencies | null {
  const { variant, histogram, marks } = live
  if (variant === null || histogram === null) return null
  const percentiles = shownPercentiles.flatMap((name): LatencyPercentile[] => {
    const value_us = live[`${name}_us`]
    return value_us === null ? [] : [{ name, value_ms: value_us / 1000, low_ms: null, high_ms: null, doubted: false }]
  })
  const ended = marks.map(doubtOf)
  const windows = live.window === null || ended.length > live.window ? ended : [...ended, null]
  return {
    family: variant.family,
    label: bitsValue(variant.bits),
    histogram,
    windows,
    percentiles,
    level: null,
    method: null,
    emulated,
  }
}

export function conditionsOf({ conditions, latency }: ProfileResult): Conditions {
  return {
    points: conditions.map(({ at_s, clock_hz, temperature_c }) => ({
      at_s,
      clock_GHz: clock_hz === null ? null : clock_hz / 1e9,
      temperature_C: temperature_c,
    })),
    windows: latency.windows.map(({ window, begin_s, duration_s, marks }) => ({
      number: window + 1,
      from_s: begin_s,
      to_s: begin_s + duration_s,
      throttled: marks.includes('throttled'),
    })),
  }
}

/** While it is measured the windows' ends are not told yet. */
export function liveConditions({ series }: LiveProfile): Conditions {
  const points = series.map(({ at_s, clock_hz, temperature_c }) => ({
    at_s,
    clock_GHz: clock_hz === null ? null : clock_hz / 1e9,
    temperature_C: temperature_c,
  }))
  return { points, windows: [] }
}
