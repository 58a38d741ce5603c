import type { Condition, Latency, ProfileResult, ProfileWindow } from '../../shared/contract/profile.ts'
import type { WindowMark } from '../../shared/contract/liveProfile.ts'
import { medianOf } from '../statistics/moments.ts'
import { energyOf } from './energy.ts'
import { latencyHistogram, type WindowedSamples } from './latencyHistogram.ts'
import { percentileOfSorted, quantileInterval } from './quantileInterval.ts'
import { watchedSensor } from './watchedPower.ts'
import type { WatchedNumber } from './watchPlan.ts'
import { windowMarks } from './windowMarks.ts'
import type { MeasuredWindow } from './windowStream.ts'

/** A window of a variant with its place in the session. */
export interface PlacedWindow {
  measured: MeasuredWindow
  /** among all windows of the session, from 0 */
  order: number
  /** since the variant's first window began, by the host's monotonic clock */
  begin_s: number
}

export interface Summary {
  latency: Latency
  conditions: Condition[]
  energy: ProfileResult['energy']
  samples: WindowedSamples
}

/** A percentile has moved where that of the unmarked windows alone lies farther away. */
const movedBeyond = 0.05
const shares = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const

/**
 * The figures of one variant from its windows. The median latency is the median of the windows' medians (MLPerf Tiny: the median of five windows); percentiles are of all
 * samples of all windows, of which none is left out.
 *
 * @param windows at least one, in the order of measurement
 * @param watched in the order in which the program was told to watch
 * @param wraps_at of an energy counter, microjoules
 */
export function summarizeWindows(
  windows: readonly PlacedWindow[],
  watched: readonly WatchedNumber[],
  wraps_at: number | null,
): Summary {
  const measured = windows.map(({ measured: one }) => one)
  const sorted = measured.map(({ samples_ns }) =>
    samples_ns
      .slice()
      .sort()
      .map((ns) => ns / 1000),
  )
  const seen = windows.map((window) => signsOf(window, watched, wraps_at))
  const medians = sorted.map((one) => percentileOfSorted(one, 0.5))
  const marks = windowMarks(seen.map((signs, k) => ({ ...signs, median_us: medians[k]! })))
  const samples = joined(measured)
  const all = samples.samples.slice().sort()
  const marked = new Set(marks.flatMap((own, k) => (own.length > 0 ? [k] : [])))
  const first = measured[0]!
  return {
    samples,
    energy: energyFigures(
      seen.map(({ energy_uj }, k) => (energy_uj === null ? null : energy_uj / measured[k]!.texts)),
      watched,
    ),
    conditions: windows.flatMap((window, k) => conditionsOf(window, k, watched)),
    latency: {
      samples: all.length,
      texts: first.texts / first.passes,
      words: first.words / first.passes,
      median_us: medianOf(medians),
      windows_us: { low: Math.min(...medians), high: Math.max(...medians) },
      mean_us: all.reduce((sum, one) => sum + one, 0) / all.length,
      least_us: all[0]!,
      greatest_us: all.at(-1)!,
      percentiles: percentilesOf(
        all,
        sorted.filter((_, k) => !marked.has(k)),
        marked.size,
      ),
      timer_ns: first.hello.timer_ns,
      histogram: latencyHistogram(samples, all, marked),
      windows: windows.map((window, k) =>
        windowFigures(window, k, { sorted: sorted[k]!, signs: seen[k]!, marks: marks[k]! }),
      ),
    },
  }
}

/** What some windows of a profile under way say, though others are yet to come: a mark may still come, or go. */
export interface WindowSoFar {
  samples: number
  median_us: number
  marks: WindowMark[]
}

export function windowsSoFar(windows: readonly PlacedWindow[], watched: readonly WatchedNumber[]): WindowSoFar[] {
  const medians = windows.map(({ measured }) => percentileOfSorted(measured.samples_ns.slice().sort(), 0.5) / 1000)
  const seen = windows.map((window, k) => ({ ...signsOf(window, watched, null), median_us: medians[k]! }))
  const marks = windowMarks(seen)
  return windows.map(({ measured }, k) => ({
    samples: measured.samples_ns.length,
    median_us: medians[k]!,
    marks: marks[k]!,
  }))
}

type Signs = ReturnType<typeof signsOf>

function signsOf({ measured }: PlacedWindow, watched: readonly WatchedNumber[], wraps_at: number | null) {
  const of = (what: WatchedNumber['what']): number[][] =>
    watched.flatMap((number, k) => {
      if (number.what !== what) return []
      return [measured.watched.flatMap(({ values }) => values[k] ?? []).map((value) => value * number.unit)]
    })
  const clocks = of('clock').flat()
  const counts = of('throttle').filter(({ length }) => length > 1)
  return {
    lowestClock_hz: clocks.length === 0 ? null : Math.min(...clocks),
    highestClock_hz: clocks.length === 0 ? null : Math.max(...clocks),
    temperatures: of('temperature').flat(),
    throttled: counts.length === 0 ? null : counts.some((count) => count.at(-1)! > count[0]!),
    foreign: Math.min(1, Math.max(0, 1 - measured.cpu_ns / measured.ns)),
    energy_uj: energyIn(measured, watched, wraps_at),
  }
}

function energyIn(
  { watched: readings }: MeasuredWindow,
  watched: readonly WatchedNumber[],
  wraps_at: number | null,
): number | null {
  const sensor = watchedSensor(watched)
  if (sensor === undefined) return null
  return energyOf({
    kind: sensor.kind,
    wraps_at,
    readings: readings.map(({ ns, values }) => ({ ns, value: sensor.read(values) })),
  })
}

function energyFigures(each: readonly (number | null)[], watched: readonly WatchedNumber[]): ProfileResult['energy'] {
  const sensor = watchedSensor(watched)
  if (sensor === undefined) return { known: false, reason: 'no sensor on this board that can be read' }
  const known = each.flatMap((one) => one ?? [])
  if (known.length < each.length)
    return { known: false, reason: `the sensor ${sensor.name} gave no numbers in every window` }
  const sorted = Float64Array.from(known).sort()
  const scope = sensor.kind === 'energy' ? 'all that the counter sees' : 'the rail, its power read five times a second'
  return {
    ...{ known: true, per_inference_uj: medianOf(known), interval: quantileInterval(sorted, 0.5), sensor: sensor.name },
    scope: `${scope}; between inferences too`,
  }
}

function conditionsOf(
  { measured, begin_s }: PlacedWindow,
  window: number,
  watched: readonly WatchedNumber[],
): Condition[] {
  const numberOf = (values: readonly (number | null)[], what: WatchedNumber['what']): number | null => {
    const at = watched.findIndex((number) => number.what === what)
    const value = values[at] ?? null
    return value === null ? null : value * watched[at]!.unit
  }
  const sensor = watchedSensor(watched)
  return measured.watched.map(({ ns, values }) => {
    const power = sensor?.kind === 'power' ? sensor.read(values) : null
    const clock_hz = numberOf(values, 'clock')
    return {
      ...{ at_s: begin_s + ns / 1e9, window, clock_hz: clock_hz === 0 ? null : clock_hz },
      temperature_c: numberOf(values, 'temperature'),
      power_w: power === null || power < 0 ? null : power / 1e6,
    }
  })
}

function percentilesOf(all: Float64Array, unmarked: readonly Float64Array[], marked: number): Latency['percentiles'] {
  const of = (share: number): Latency['percentiles']['p50'] => {
    const value_us = percentileOfSorted(all, share)
    const calm = unmarked.map((one) => percentileOfSorted(one, share))
    const moved = marked > 0 && calm.length > 0 && Math.abs(medianOf(calm) - value_us) > movedBeyond * value_us
    return { value_us, interval: quantileInterval(all, share), moved }
  }
  return { p50: of(shares.p50), p90: of(shares.p90), p95: of(shares.p95), p99: of(shares.p99) }
}

function windowFigures(
  { measured, order, begin_s }: PlacedWindow,
  window: number,
  { sorted, signs, marks }: { sorted: Float64Array; signs: Signs; marks: WindowMark[] },
): ProfileWindow {
  const { lowestClock_hz, highestClock_hz, temperatures, foreign, energy_uj } = signs
  return {
    ...{ window, order, begin_s, duration_s: measured.ns / 1e9, passes: measured.passes, samples: sorted.length },
    ...{ median_us: percentileOfSorted(sorted, 0.5), p99_us: percentileOfSorted(sorted, 0.99) },
    clock_hz:
      lowestClock_hz === null || highestClock_hz === null ? null : { low: lowestClock_hz, high: highestClock_hz },
    temperature_c:
      temperatures.length === 0 ? null : { low: Math.min(...temperatures), high: Math.max(...temperatures) },
    ...{ foreign, energy_uj, marks },
  }
}

function joined(windows: readonly MeasuredWindow[]): WindowedSamples {
  const count = windows.reduce((sum, { samples_ns }) => sum + samples_ns.length, 0)
  const samples = new Float64Array(count)
  const places = new Uint16Array(count)
  let at = 0
  windows.forEach(({ samples_ns }, window) => {
    samples.set(
      samples_ns.map((ns) => ns / 1000),
      at,
    )
    places.fill(window, at, at + samples_ns.length)
    at += samples_ns.length
  })
  return { samples, windows: places }
}

/** Texts a second at a batch, the median of the windows. */
export function throughputOf(windows: readonly MeasuredWindow[]): ProfileResult['throughput'] {
  const first = windows[0]
  if (first === undefined) return null
  const each = windows.map(({ texts, ns }) => texts / (ns / 1e9))
  const sorted = Float64Array.from(each).sort()
  return { batch: first.batch, texts_per_s: medianOf(each), interval: quantileInterval(sorted, 0.5), windows: each }
}
