import { latencyHistogram } from '../../core/profile/latencyHistogram.ts'
import { percentileOfSorted } from '../../core/profile/quantileInterval.ts'
import type { WindowSoFar } from '../../core/profile/summarizeWindows.ts'
import type { WatchedNumber } from '../../core/profile/watchPlan.ts'
import type { LiveProfile } from '../../shared/contract/liveProfile.ts'
import type { Progress } from '../../shared/contract/jobs.ts'

const told_ms = 500
/** Percentiles and bins of a live view come from so many samples at most, evenly spread. */
const shown = 20_000
const series = 200

/** Tells how far a profile is: at most twice a second, since making a histogram takes time of the machine that may be measured. */
export class LiveTracker {
  readonly #tell: (progress: Progress) => void
  #live: LiveProfile
  #samples: number[] = []
  #ended: readonly WindowSoFar[] = []
  #begun = 0
  #told = 0
  #done = 0
  #total: number

  constructor(board: string, windows: number, total: number, tell: (progress: Progress) => void) {
    this.#tell = tell
    this.#total = total
    this.#live = {
      ...{ board, phase: 'connecting', variant: null, window: null, windows, marks: [], elapsed_s: 0, samples: 0 },
      ...{ medians_us: [], p50_us: null, p90_us: null, p95_us: null, p99_us: null, histogram: null, series: [] },
    }
  }

  phase(phase: LiveProfile['phase'], variant: LiveProfile['variant'] = this.#live.variant): void {
    this.#live = { ...this.#live, phase, variant, window: null, elapsed_s: 0 }
    this.#publish()
  }

  /** A window of a variant begins, of which the samples of earlier windows are given. */
  window(
    variant: NonNullable<LiveProfile['variant']>,
    window: number,
    before: { samples_us: readonly number[]; ended: readonly WindowSoFar[] },
  ): void {
    this.#samples = [...before.samples_us]
    this.#ended = before.ended
    const marks = before.ended.map((one) => one.marks)
    this.#begun = performance.now()
    this.#live = { ...this.#live, phase: 'measuring', variant, window, marks, elapsed_s: 0, series: [] }
    this.#publish()
  }

  windowEnded(): void {
    this.#done += 1
    this.#publish()
  }

  /** The samples of the variant under way. */
  samples(): readonly number[] {
    return this.#samples
  }

  /** A line of the board program; what is no line of ours is left for the reading of the whole. */
  line(text: string, watched: readonly WatchedNumber[]): void {
    if (text.startsWith('{"type":"samples"')) this.#take(text)
    else if (text.startsWith('{"type":"watch"')) this.#see(text, watched)
    else return
    if (performance.now() - this.#told >= told_ms) this.#publish()
  }

  #take(text: string): void {
    const { ns } = parse(text) as { ns?: unknown }
    if (Array.isArray(ns)) for (const one of ns) if (typeof one === 'number') this.#samples.push(one / 1000)
  }

  #see(text: string, watched: readonly WatchedNumber[]): void {
    const { ns, values } = parse(text) as { ns?: unknown; values?: unknown }
    if (typeof ns !== 'number' || !Array.isArray(values)) return
    const of = (what: WatchedNumber['what']): number | null => {
      const at = watched.findIndex((number) => number.what === what)
      const value: unknown = values[at]
      return typeof value === 'number' ? value * watched[at]!.unit : null
    }
    const point = { at_s: ns / 1e9, clock_hz: of('clock'), temperature_c: of('temperature') }
    this.#live = { ...this.#live, series: [...this.#live.series.slice(1 - series), point] }
  }

  #publish(): void {
    this.#told = performance.now()
    const all = this.#samples
    const step = Math.max(1, Math.ceil(all.length / shown))
    const some = Float64Array.from({ length: Math.floor(all.length / step) }, (_, k) => all[k * step]!)
    const sorted = some.slice().sort()
    const at = (share: number): number | null => (sorted.length === 0 ? null : percentileOfSorted(sorted, share))
    const ends = endsOf(this.#ended)
    const windows = Uint16Array.from(some, (_, k) => ends.filter((end) => k * step >= end).length)
    const marked = new Set(this.#live.marks.flatMap((marks, k) => (marks.length > 0 ? [k] : [])))
    const profile: LiveProfile = {
      ...this.#live,
      elapsed_s: this.#live.window === null ? 0 : (performance.now() - this.#begun) / 1000,
      samples: all.length,
      medians_us: [...this.#ended.map(({ median_us }) => median_us), ...medianFrom(some, windows, this.#ended.length)],
      ...{ p50_us: at(0.5), p90_us: at(0.9), p95_us: at(0.95), p99_us: at(0.99) },
      histogram: sorted.length === 0 ? null : latencyHistogram({ samples: some, windows }, sorted, marked),
    }
    this.#tell({ phase: words[profile.phase], done: this.#done, total: this.#total, unit: 'windows', profile })
  }
}

/** How many samples there were when each window ended. */
function endsOf(ended: readonly WindowSoFar[]): number[] {
  let sum = 0
  return ended.map(({ samples }) => (sum += samples))
}

/** Of the samples of one window; none where it has none. */
function medianFrom(samples: Float64Array, windows: Uint16Array, window: number): number[] {
  const own = samples.filter((_, k) => windows[k] === window).sort()
  return own.length === 0 ? [] : [percentileOfSorted(own, 0.5)]
}

function parse(text: string): object {
  try {
    return JSON.parse(text) as object
  } catch {
    return {}
  }
}

const words: Record<LiveProfile['phase'], string> = {
  connecting: 'connecting',
  reconnecting: 'connecting again',
  describing: 'looking at the board',
  preparing: 'getting the program there',
  comparing: 'comparing with the host',
  'warming-up': 'warming up',
  measuring: 'measuring',
  'sharing-out': 'sharing the time out',
  storing: 'storing',
}
