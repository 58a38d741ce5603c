import type { LatencyHistogram } from '../contract/liveProfile.ts'
import type { ChartOption, Datum, Figure, Key } from './figure.ts'
import { counted } from './figures.ts'
import {
  latencyBins,
  latencyEnds,
  latencyText,
  latencyTicks,
  latencyUnit,
  type LatencyBins,
  type LatencyUnit,
} from './latencyBins.ts'
import { familyColour, type Family, type Look } from './look.ts'
import { addPlot, apart, drawn, emptyOption, numberAxis, textLook, warningSign, words } from './pieces.ts'
import { cutText } from './shownName.ts'

/** A percentile over all windows; `doubted`: windows in doubt move it. Ends are null where there is no interval. */
export interface LatencyPercentile {
  name: string
  value_ms: number
  low_ms: number | null
  high_ms: number | null
  doubted: boolean
}

export interface Latencies {
  family: Family
  /** what was measured: `W8 A8 C8` */
  label: string
  histogram: LatencyHistogram
  /** in their order, of each why it is in doubt; null: nothing spoke against it */
  windows: readonly (string | null)[]
  percentiles: readonly LatencyPercentile[]
  /** of intervals; null where there is none */
  level: number | null
  method: string | null
  /** measured under emulation: times are not a board's */
  emulated: boolean
}

interface Room {
  left: number
  top: number
  width: number
  height: number
}

const box = { left: 44, right: 14, top: 26, foot: 38 }
/** The axis ends below one sample, so that a bin of one has a height. */
const floor = 0.6
/** Pixels of a character of the mono face at 11 px. */
const character = 6.6

/**
 * How many inferences took how long, counts on a logarithmic scale: bars for windows that nothing spoke against, outlines on top for windows in
 * doubt, a line with its interval for each percentile. Null without samples.
 */
export function latencyHistogram(latencies: Latencies, look: Look, width = 520, height = 220): Figure | null {
  const bins = latencyBins(latencies.histogram, binsIn(width - box.left - box.right))
  if (bins === null) return null
  const option = emptyOption(look)
  const ends = endsOf(bins, latencies.percentiles)
  const unit = latencyUnit(ends[1])
  const top = 10 ** Math.ceil(Math.log10(Math.max(2, ...bins.sound, ...bins.doubted)) - 1e-9)
  const room: Room = {
    left: box.left,
    top: box.top,
    width: width - box.left - box.right,
    height: height - box.top - box.foot,
  }
  const plot = addPlot(option, room, latencyAxis(look, ends, unit, room.width), countAxis(look, top))
  const colour = familyColour(look, latencies.family)
  option.series.push(
    bars(plot, bins, bins.sound, { fill: colour, stroke: 'none' }, 2),
    bars(plot, bins, bins.doubted, { fill: 'none', stroke: look.colour('warn'), lineWidth: 1 }, 4),
    percentileLines(plot, look, latencies.percentiles, top),
  )
  option.graphic.push(
    ...percentileLabels(look, latencies.percentiles, { ends, unit, room }),
    ...beyond(look, bins, unit, room),
  )
  if (bins.doubted.some((count) => count > 0)) option.graphic.push(...doubtLabel(look, latencies.windows, width))
  return {
    name: 'latency',
    title: `Latency of ${cutText(latencies.label)}`,
    caption: [captionOf(latencies, bins)],
    notes: notesOf(latencies),
    keys: keysOf(latencies, bins, look, colour),
    words: wordsOf(latencies, unit),
    table: tableOf(bins, unit),
    data: dataOf(bins, unit, plot),
    width,
    height,
    option,
  }
}

function binsIn(width: number): number {
  return Math.max(16, Math.min(80, Math.round(width / 8)))
}

/** From the shortest to the longest sample and percentile end. */
function endsOf({ edges }: LatencyBins, percentiles: readonly LatencyPercentile[]): [number, number] {
  const values = percentiles.flatMap(({ value_ms, low_ms, high_ms }) => [
    value_ms,
    low_ms ?? value_ms,
    high_ms ?? value_ms,
  ])
  return [Math.min(edges[0]!, ...values), Math.max(edges.at(-1)!, ...values)]
}

function latencyAxis(look: Look, ends: [number, number], { long, scale }: LatencyUnit, width: number) {
  const ticks = latencyTicks(ends, false, Math.max(3, Math.round(width / 70)))
  const axis = numberAxis(look, 'foot', ends, { values: ticks, text: (ms) => tickText(ms * scale) })
  const name = `${long} an inference, batch 1`
  return { ...axis, name, nameLocation: 'middle', nameGap: 20, nameTextStyle: textLook(look) }
}

function tickText(value: number): string {
  return String(Number(value.toPrecision(4)))
}

function countAxis(look: Look, top: number) {
  const decades = Array.from({ length: Math.round(Math.log10(top)) + 1 }, (_, power) => power)
  return numberAxis(look, 'side', [Math.log10(floor), Math.log10(top)], {
    values: decades,
    text: (power) => countText(10 ** power),
  })
}

function countText(count: number): string {
  if (count >= 1e6) return `${count / 1e6} M`
  return count >= 1e4 ? `${count / 1e3} k` : String(count)
}

function bars(
  plot: number,
  { edges }: LatencyBins,
  counts: readonly number[],
  style: Record<string, unknown>,
  z: number,
) {
  const filled = counts.flatMap((count, bin) => (count === 0 ? [] : [{ count, bin }]))
  return drawn(
    plot,
    filled,
    z,
    ({ count, bin }) => [edges[bin]!, Math.log10(count)],
    ({ count, bin }, place) => {
      const [left, top] = place(edges[bin]!, Math.log10(count))
      const [right, foot] = place(edges[bin + 1]!, Math.log10(floor))
      return {
        type: 'rect',
        shape: { x: left + 0.5, y: top, width: Math.max(1, right - left - 1), height: foot - top },
        style,
      }
    },
  )
}

function percentileLines(plot: number, look: Look, percentiles: readonly LatencyPercentile[], top: number) {
  return drawn(
    plot,
    percentiles,
    6,
    ({ value_ms }) => [value_ms, 0],
    ({ value_ms, low_ms, high_ms, doubted }, place) => {
      const [x, head] = place(value_ms, Math.log10(top))
      const [, foot] = place(value_ms, Math.log10(floor))
      const [left] = place(low_ms ?? value_ms, 0)
      const [right] = place(high_ms ?? value_ms, 0)
      const zone = { x: left, y: head, width: Math.max(2, right - left), height: foot - head }
      const dash = doubted ? { lineDash: [4, 3] } : {}
      const children = [
        {
          type: 'line',
          shape: { x1: x, y1: head, x2: x, y2: foot },
          style: { stroke: look.colour('ink'), fill: 'none', lineWidth: 1.5, ...dash },
          silent: true,
        },
      ]
      const band = {
        type: 'rect',
        shape: zone,
        style: { fill: look.colour('set-b-band'), stroke: 'none' },
        silent: true,
      }
      return { type: 'group', children: low_ms === null ? children : [band, ...children] }
    },
  )
}

/** Above the plot, each at its line or as near as the others leave room. */
function percentileLabels(
  look: Look,
  percentiles: readonly LatencyPercentile[],
  { ends: [low, high], unit, room }: { ends: readonly number[]; unit: LatencyUnit; room: Room },
): ChartOption['graphic'] {
  const texts = percentiles.map(({ name, value_ms }) => `${name} ${latencyText(value_ms * unit.scale)}`)
  const widest = Math.max(0, ...texts.map((text) => text.length)) * character
  const lines = percentiles.map(({ value_ms }) => room.left + ((value_ms - low!) / (high! - low! || 1)) * room.width)
  const places = apart(lines, widest + 10, room.left + room.width + box.right - widest)
  return texts.map((text, index) =>
    words(look, text, { x: places[index]!, y: 12, weight: 500, tone: 'ink', mono: true }),
  )
}

/** Which windows the outlines are of, at the right under the labels of percentiles. */
function doubtLabel(look: Look, windows: Latencies['windows'], width: number): ChartOption['graphic'] {
  const text = windowsWords(doubted(windows))
  return [
    words(look, text, { x: width - box.right, y: box.top + 12, align: 'right', weight: 500, tone: 'warn' }),
    warningSign(look, width - box.right - text.length * 6 - 10, box.top + 12),
  ]
}

/** What the host's bins do not reach is said at the side where it lies. */
function beyond(
  look: Look,
  { edges, below, above }: LatencyBins,
  { scale }: LatencyUnit,
  room: Room,
): ChartOption['graphic'] {
  const before = `← ${below.toLocaleString('en')} below ${latencyText(edges[0]! * scale)}`
  const behind = `${above.toLocaleString('en')} above ${latencyText(edges.at(-1)! * scale)} →`
  const y = room.top + 28
  const left = grounded(look, words(look, before, { x: room.left + 4, y, tone: 'ink-2' }))
  const right = grounded(look, words(look, behind, { x: room.left + room.width, y, align: 'right', tone: 'ink-2' }))
  return [...(below > 0 ? [left] : []), ...(above > 0 ? [right] : [])]
}

/** Words that bars and lines do not run through. */
function grounded(look: Look, text: ReturnType<typeof words>): ReturnType<typeof words> {
  return { ...text, style: { ...(text['style'] as object), backgroundColor: look.colour('surface'), padding: [1, 2] } }
}

/** Numbers of the windows in doubt, from 1. */
function doubted(windows: Latencies['windows']): number[] {
  return windows.flatMap((doubt, window) => (doubt === null ? [] : [window + 1]))
}

/** `window 3`, `windows 2 and 3`, `windows 1, 2 and 5`. */
export function windowsWords(numbers: readonly number[]): string {
  const [last = '', ...others] = numbers.map(String).toReversed()
  if (others.length === 0) return `window ${last}`
  return `windows ${others.toReversed().join(', ')} and ${last}`
}

function captionOf({ windows, level, method }: Latencies, { sound, doubted, below, above }: LatencyBins): string {
  const samples = [...sound, ...doubted].reduce((sum, count) => sum + count, below + above)
  const doubt =
    level === null
      ? 'no interval'
      : `grey: ${Math.round(level * 100)} % interval${method === null ? '' : `, ${method}`}`
  return `${counted(samples, 'sample')} in ${counted(windows.length, 'window')}, none left out; counts on a logarithmic scale; ${doubt}.`
}

function notesOf({ windows, emulated }: Latencies): string[] {
  const doubts = windows.flatMap((doubt, window) => (doubt === null ? [] : [`Window ${window + 1}: ${doubt}.`]))
  return [...(emulated ? ['Emulated: these times are not those of a board.'] : []), ...doubts]
}

function keysOf({ label, family, emulated }: Latencies, bins: LatencyBins, look: Look, colour: string): Key[] {
  const name = `${cutText(label)} (${family}${emulated ? ', emulated' : ''})`
  const sound: Key = { label: name, colour, symbol: 'square', dash: null }
  const outlined: Key = {
    label: 'windows in doubt',
    colour: look.colour('warn'),
    symbol: 'square',
    dash: null,
    hollow: true,
  }
  return bins.doubted.some((count) => count > 0) ? [sound, outlined] : [sound]
}

function wordsOf({ label, windows, percentiles, emulated }: Latencies, { short, scale }: LatencyUnit): string {
  const told = percentiles.map(({ name, value_ms, low_ms, high_ms }) => {
    const ends =
      low_ms === null || high_ms === null ? '' : ` (${latencyEnds(low_ms * scale, high_ms * scale).join(' to ')})`
    return `${name} ${latencyText(value_ms * scale)} ${short}${ends}`
  })
  const numbers = doubted(windows)
  const doubt = numbers.length === 0 ? 'no window is in doubt' : `in doubt: ${windowsWords(numbers)}`
  const emulation = emulated ? ' Emulated: not the times of a board.' : ''
  return `Latency of ${cutText(label)} at batch 1 over ${counted(windows.length, 'window')}: ${told.join(', ')}; ${doubt}.${emulation}`
}

function binWords({ edges }: LatencyBins, { scale }: LatencyUnit, bin: number): [string, string] {
  return latencyEnds(edges[bin]! * scale, edges[bin + 1]! * scale)
}

function tableOf(bins: LatencyBins, unit: LatencyUnit): Figure['table'] {
  const rows = bins.sound.flatMap((sound, bin) => {
    const doubted = bins.doubted[bin]!
    return sound + doubted === 0
      ? []
      : [[...binWords(bins, unit, bin), sound.toLocaleString('en'), doubted.toLocaleString('en')]]
  })
  return { head: [`from, ${unit.short}`, `to, ${unit.short}`, 'samples', 'samples of windows in doubt'], rows }
}

function dataOf(bins: LatencyBins, unit: LatencyUnit, plot: number): Datum[] {
  return bins.sound.flatMap((sound, bin): Datum[] => {
    const doubted = bins.doubted[bin]!
    if (sound + doubted === 0) return []
    const middle = (bins.edges[bin]! + bins.edges[bin + 1]!) / 2
    const also = doubted === 0 ? '' : `, and ${counted(doubted, 'sample')} of windows in doubt`
    const said = `${binWords(bins, unit, bin).join(' to ')} ${unit.short}: ${counted(sound, 'sample')}${also}.`
    return [{ at: { plot, x: middle, y: Math.log10(Math.max(sound, doubted)) }, words: said, place: {}, ids: [] }]
  })
}
