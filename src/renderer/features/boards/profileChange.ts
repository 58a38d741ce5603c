import { digitsApart, fixed, signed } from '../../../shared/charts/figures.ts'
import type { Interval } from '../../../shared/units.ts'
import type { ProfileEntry, ProfileResult } from '../../../shared/contract/profile.ts'
import { agoText } from './boardWords.ts'

/** How a latency stands to the one of the profile before. */
export interface ProfileChange {
  /** of p50, per cent of the one before */
  percent: number
  /** from this interval's low end over the other's high end, to the other way round: at least as wide as the interval of the quotient */
  low: number
  high: number
  /** whether both intervals have no value in common, and whether what the windows range over has none either */
  beyond: 'neither' | 'intervals' | 'both'
  before: ProfileEntry
  /** what was not the same in both measurements */
  unlike: string[]
}

/** The newest profile before this one of the same model, on the same board and dataset. */
export function profileBefore(now: ProfileResult, all: readonly ProfileEntry[]): ProfileEntry | null {
  const isEarlier = (one: ProfileEntry): boolean =>
    one.created === now.created ? one.id < now.id : one.created < now.created
  const kin = all.filter(
    (one) =>
      one.board.name === now.board.name &&
      one.model.fingerprint === now.model.fingerprint &&
      one.dataset.fingerprint === now.dataset.fingerprint &&
      isEarlier(one),
  )
  return (
    kin.toSorted((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : a.id < b.id ? 1 : -1))[0] ?? null
  )
}

export function profileChange(now: ProfileResult, before: ProfileEntry): ProfileChange {
  const [a, b] = [before.latency, now.latency]
  const [old, own] = [a.percentiles.p50, b.percentiles.p50]
  const apart = areApart(old.interval, own.interval)
  return {
    percent: percentOver(own.value_us, old.value_us),
    low: percentOver(own.interval.low, old.interval.high),
    high: percentOver(own.interval.high, old.interval.low),
    beyond: !apart ? 'neither' : areApart(a.windows_us, b.windows_us) ? 'both' : 'intervals',
    before,
    unlike: unlikeIn(now, before),
  }
}

const verdicts: Record<ProfileChange['beyond'], string> = {
  neither: 'within the intervals of the two',
  intervals: 'beyond the intervals of the two, but within what their windows range over',
  both: 'beyond the intervals of the two, and beyond what their windows range over',
}

/** `p50 +3.2 % (+2.8 to +3.6) against the profile of 3 h ago: beyond the intervals of the two.` */
export function changeWords({ percent, low, high, beyond, before, unlike }: ProfileChange, now = new Date()): string {
  const digits = digitsApart(low, high)
  const [middle, ...ends] = [percent, low, high].map((value) => withSign(fixed(value, digits)))
  const sentence = `p50 ${middle} % (${ends.join(' to ')}) against the profile of ${agoText(before.created, now)}: ${verdicts[beyond]}.`
  return unlike.length === 0 ? sentence : `${sentence} Not measured alike: ${unlike.join(', ')}.`
}

function withSign(text: string): string {
  return Number(text) > 0 ? `+${text}` : signed(text)
}

function percentOver(now: number, before: number): number {
  return before === 0 ? 0 : (now / before - 1) * 100
}

function areApart(a: Pick<Interval, 'low' | 'high'>, b: Pick<Interval, 'low' | 'high'>): boolean {
  return a.high < b.low || b.high < a.low
}

function unlikeIn(now: ProfileResult, before: ProfileEntry): string[] {
  const extent = (quick: boolean): string => (quick ? 'quick' : 'full')
  const core = (number: number | null): string => (number === null ? 'no core of its own' : `core ${number}`)
  const pairs: [string, string][] = [
    [extent(now.quick), extent(before.quick)],
    [`${now.program.kernels} kernels`, `${before.kernels} kernels`],
    [core(now.core), core(before.core)],
  ]
  return pairs.filter(([one, other]) => one !== other).map(([one, other]) => `${one} here, ${other} before`)
}
