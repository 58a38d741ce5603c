import { bitsValue } from '../../../shared/charts/axes.ts'
import type { Conditions } from '../../../shared/charts/boardConditions.ts'
import type { BoardPoint } from '../../../shared/charts/boardPareto.ts'
import type { Latencies, LatencyPercentile } from '../../../shared/charts/latencyHistogram.ts'
import type { LiveProfile, WindowMark } from '../../../shared/contract/liveProfile.ts'
import type { ProfileEntry, ProfileResult } from '../../../shared/contract/profile.ts'

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
    label: labelOf(profile),
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

/** Its width, or its name where several models of the family have the width. */
export function labelOf(
  { bits, model }: Pick<ProfileEntry, 'bits' | 'model'>,
  among: readonly ProfileEntry[] = [],
): string {
  const width = bitsValue(bits)
  const alike = among.filter((other) => bitsValue(other.bits) === width && other.model.name !== model.name)
  return alike.length === 0 ? width : model.name
}

/** The output of the device is not the host's: the time that it took is no result. */
export function isBroken({ equality }: Pick<ProfileEntry, 'equality'>): boolean {
  return equality !== null && equality.broken > 0
}

/** Profiles that have an accuracy and a latency that is a result, as points; with the board's name where several are shown. */
export function pointsOf(profiles: readonly ProfileEntry[]): BoardPoint[] {
  const manyBoards = new Set(profiles.map(({ board }) => board.name)).size > 1
  return profiles.flatMap((profile): BoardPoint[] => {
    const { accuracy, latency, family, sizes, emulated, board } = profile
    if (accuracy === null || isBroken(profile)) return []
    const kin = profiles.filter((other) => other.family === family && other.board.name === board.name)
    const { value_us, interval, moved } = latency.percentiles.p50
    return [
      {
        id: profile.id,
        label: `${manyBoards ? `${board.name} ` : ''}${labelOf(profile, kin)}`,
        family,
        latency: { value: value_us / 1000, ends: { low: interval.low / 1000, high: interval.high / 1000 } },
        bytes: sizes.model_bytes,
        accuracy: { value: accuracy.value, ends: accuracy.interval },
        doubt: moved ? 'windows in doubt move its median by more than 5 %' : null,
        emulated,
      },
    ]
  })
}
