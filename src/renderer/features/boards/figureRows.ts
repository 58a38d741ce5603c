import { counted, digitsApart, fixed } from '../../../shared/charts/figures.ts'
import { latencyBetween, latencyEnds, latencyText, latencyUnit } from '../../../shared/charts/latencyBins.ts'
import type { LiveProfile } from '../../../shared/contract/liveProfile.ts'
import type { ProfileResult } from '../../../shared/contract/profile.ts'
import type { Term } from '../../text/glossary.ts'

export interface FigureRow {
  title: string
  value: string
  /** its interval, or why there is none */
  ends: string
  doubted: boolean
}

/** What a figure is, for those whose title says it to those alone who know; of the percentiles the first tells for all. */
export function termOf(title: string): Term | null {
  return terms.find(([begin]) => title.startsWith(begin))?.[1] ?? null
}

const terms: readonly (readonly [begin: string, term: Term])[] = [
  ['p50', 'latency percentile'],
  ['Windows', 'window'],
  ['Texts/s', 'throughput'],
  ['Peak memory', 'peak memory'],
  ['Model file', 'model file'],
  ['Program', 'program size'],
]

const percentiles = ['p50', 'p90', 'p95', 'p99'] as const

/** The figures of a profile; times in milliseconds. */
export function figureRows(profile: ProfileResult): FigureRow[] {
  const { latency, throughput, memory, sizes, energy } = profile
  const unit = latencyUnit(latency.percentiles.p99.value_us / 1000)
  const times = percentiles.map((name): FigureRow => {
    const { value_us, interval, moved } = latency.percentiles[name]
    return row(
      `${name}, ${unit.short}`,
      valueIn(unit.scale, value_us, interval),
      latencyRange(unit.scale, interval),
      moved,
    )
  })
  return [
    ...times,
    row(
      `Windows, ${unit.short}`,
      valueIn(unit.scale, latency.median_us, latency.windows_us),
      latencyRange(unit.scale, latency.windows_us),
      hasMarks(profile),
    ),
    throughput === null
      ? row('Texts/s', 'not measured', '')
      : row(`Texts/s, batch ${throughput.batch}`, rateText(throughput.texts_per_s), rateRange(throughput.interval)),
    memory.peak_bytes === null
      ? row('Peak memory, MB', 'not told', '')
      : row(
          'Peak memory, MB',
          megabytes(memory.peak_bytes),
          memory.net_bytes === null ? 'exact' : `net ${megabytes(memory.net_bytes)}`,
        ),
    row('Model file, kB', fixed(sizes.model_bytes / 1000, 1), 'exact'),
    row(
      sizes.net_bytes === null ? 'Program and libc, kB' : 'Program, net, kB',
      fixed((sizes.net_bytes ?? sizes.program_bytes) / 1000, 1),
      'exact',
    ),
    energy.known
      ? row(
          'Energy, µJ',
          latencyText(energy.per_inference_uj),
          latencyEnds(energy.interval.low, energy.interval.high).join('–'),
        )
      : row('Energy', energy.reason, ''),
  ]
}

/** What is known while it is measured: percentiles without an interval yet, and how far the windows so far lie apart. */
export function liveRows(live: LiveProfile): FigureRow[] {
  const { short, scale } = latencyUnit((live.p99_us ?? live.p90_us ?? live.p50_us ?? 1000) / 1000)
  const known = [
    ['p50', live.p50_us],
    ['p90', live.p90_us],
    ['p95', live.p95_us],
    ['p99', live.p99_us],
  ] as const
  return [
    ...known.map(([name, us]) =>
      row(`${name}, ${short}`, us === null ? 'not yet' : latencyText((us * scale) / 1000), 'none yet'),
    ),
    windowsRow(live.medians_us, { short, scale }),
  ]
}

function windowsRow(medians_us: readonly number[], { short, scale }: { short: string; scale: number }): FigureRow {
  const title = `Windows, ${short}`
  const [low, high] = [Math.min(...medians_us), Math.max(...medians_us)]
  if (medians_us.length === 0) return row(title, 'not yet', 'none yet')
  const middle = middleOf(medians_us)
  if (medians_us.length === 1) return row(title, latencyText((middle * scale) / 1000), 'one so far')
  return row(title, valueIn(scale, middle, { low, high }), latencyRange(scale, { low, high }))
}

function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  return (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2
}

function row(title: string, value: string, ends: string, doubted = false): FigureRow {
  return { title, value, ends, doubted }
}

export function hasMarks({ latency }: ProfileResult): boolean {
  return latency.windows.some(({ marks }) => marks.length > 0)
}

interface Ends {
  low: number
  high: number
}

/** Microseconds in a unit of which a millisecond has `scale`, with the digits of their interval. */
function valueIn(scale: number, us: number, { low, high }: Ends): string {
  return latencyBetween((us * scale) / 1000, (low * scale) / 1000, (high * scale) / 1000)
}

function latencyRange(scale: number, { low, high }: Ends): string {
  return latencyEnds((low * scale) / 1000, (high * scale) / 1000).join('–')
}

function rateText(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}

function rateRange({ low, high }: Ends): string {
  const digits = digitsApart(low, high, low >= 100 ? 0 : 1)
  return [low, high].map((end) => Number(end.toFixed(digits)).toLocaleString('en')).join('–')
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3)
}

/** `61 % products, 20 % unpacking, 15 % non-linearities, 4 % other`. */
export function sharesWords({ shares }: ProfileResult): string | null {
  if (shares === null) return null
  return shares.parts
    .toSorted((a, b) => b.share - a.share)
    .map(({ name, share }) => `${Math.round(share * 100)} % ${name}`)
    .join(', ')
}

/** Where and how it was measured. */
export function conditionsWords({ program, core, settings, quick, latency, emulated }: ProfileResult): string {
  const parts = [
    emulated ? 'emulated: not the times of a board' : '',
    quick ? 'quick: shorter windows than the rules ask for' : '',
    `${program.kernels} kernels, ${program.how === 'built' ? `built by ${program.compiler}` : 'uploaded'}`,
    core === null ? 'not pinned to a core' : `core ${core}`,
    `${counted(latency.texts, 'text')} timed, ${latency.timer_ns} ns of the clock subtracted`,
    `seed ${settings.seed}`,
  ]
  return `${parts.filter((part) => part !== '').join('; ')}.`
}
