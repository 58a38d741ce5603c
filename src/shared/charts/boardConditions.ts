import type { ChartOption, Figure } from './figure.ts'
import { fixed } from './figures.ts'
import { windowsWords } from './latencyHistogram.ts'
import type { Look } from './look.ts'
import { addPlot, drawn, emptyOption, numberAxis, roundSteps, words } from './pieces.ts'

/** What a board said of itself at a moment; null: it does not say. */
export interface ConditionPoint {
  at_s: number
  clock_GHz: number | null
  temperature_C: number | null
}

export interface WindowSpan {
  number: number
  from_s: number
  to_s: number
  throttled: boolean
}

export interface Conditions {
  points: readonly ConditionPoint[]
  windows: readonly WindowSpan[]
}

const box = { left: 44, right: 44, top: 26, foot: 22 }

/**
 * Clock and temperature while a board was measured: the clock as steps and solid, the temperature dashed with its own scale at the right, a line
 * where a window ends, and a ground behind windows in which the board throttled. Null where it said neither.
 */
export function boardConditions({ points, windows }: Conditions, look: Look, width = 520, height = 110): Figure | null {
  const clocks = points.flatMap(({ at_s, clock_GHz }) => (clock_GHz === null ? [] : [{ at_s, value: clock_GHz }]))
  const heats = points.flatMap(({ at_s, temperature_C }) =>
    temperature_C === null ? [] : [{ at_s, value: temperature_C }],
  )
  if (clocks.length === 0 && heats.length === 0) return null
  const option = emptyOption(look)
  const end = Math.max(1e-3, ...points.map(({ at_s }) => at_s), ...windows.map(({ to_s }) => to_s))
  const start = Math.min(0, ...points.map(({ at_s }) => at_s), ...windows.map(({ from_s }) => from_s))
  const room = {
    left: box.left,
    top: box.top,
    width: width - box.left - box.right,
    height: height - box.top - box.foot,
  }
  const time = numberAxis(look, 'foot', [start, end], {
    values: roundSteps(start, end, Math.max(3, Math.round(room.width / 80))).filter(
      (tick) => tick >= start && tick <= end,
    ),
    text: (value) => `${value} s`,
  })
  const clockScale = scaleOf(clocks, 0.2)
  const heatScale = scaleOf(heats, 10)
  const plot = addPlot(
    option,
    room,
    time,
    sideAxis(look, clockScale, (value) => fixed(value, 1)),
  )
  option.series.push(...spans(plot, look, windows, clockScale))
  if (clocks.length > 0) option.series.push(line(plot, look, clocks, 'ink', []))
  if (heats.length > 0) drawHeats(option, look, { room, start, end, heats, heatScale })
  option.graphic.push(...axisWords(look, clocks.length > 0, heats.length > 0, width))
  return {
    name: 'board-conditions',
    title: 'Clock and temperature',
    caption: [captionOf(windows)],
    notes: throttledNotes(windows),
    keys: [],
    words: wordsOf(clocks, heats, windows),
    table: tableOf(points, windows),
    width,
    height,
    option,
  }
}

interface Reading {
  at_s: number
  value: number
}

/** Round ends around readings, at least `least` apart. */
function scaleOf(readings: readonly Reading[], least: number): number[] {
  const values = readings.map(({ value }) => value)
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const margin = Math.max(0, (least - (high - low)) / 2)
  return roundSteps(Math.max(0, low - margin), high + margin, 2)
}

function sideAxis(look: Look, scale: readonly number[], text: (value: number) => string) {
  return numberAxis(look, 'side', [scale[0]!, scale.at(-1)!], { values: scale, text })
}

function line(plot: number, look: Look, readings: readonly Reading[], tone: 'ink' | 'ink-3', dash: number[]) {
  return {
    type: 'line',
    xAxisIndex: plot,
    yAxisIndex: plot,
    silent: true,
    symbol: readings.length === 1 ? 'circle' : 'none',
    symbolSize: 5,
    z: 3,
    ...(dash.length === 0 ? { step: 'end' } : {}),
    itemStyle: { color: look.colour(tone) },
    lineStyle: { color: look.colour(tone), width: 1.5, type: dash.length === 0 ? 'solid' : dash },
    data: readings.map(({ at_s, value }) => [at_s, value]),
  }
}

interface Heats {
  room: { left: number; top: number; width: number; height: number }
  start: number
  end: number
  heats: readonly Reading[]
  heatScale: readonly number[]
}

/** A second plot in the same place, with its scale at the right. */
function drawHeats(option: ChartOption, look: Look, { room, start, end, heats, heatScale }: Heats): void {
  const hidden = {
    ...numberAxis(look, 'foot', [start, end], { values: [], text: () => '' }),
    axisLine: { show: false },
    axisTick: { show: false },
  }
  const right = { ...sideAxis(look, heatScale, (value) => `${value}°`), position: 'right', splitLine: { show: false } }
  const plot = addPlot(option, room, hidden, right)
  option.series.push(line(plot, look, heats, 'ink-3', [4, 3]))
}

function spans(plot: number, look: Look, windows: readonly WindowSpan[], scale: readonly number[]) {
  const [low, high] = [scale[0]!, scale.at(-1)!]
  const grounds = drawn(
    plot,
    windows.filter(({ throttled }) => throttled),
    1,
    ({ from_s }) => [from_s, low],
    ({ from_s, to_s }, place) => {
      const [left, top] = place(from_s, high)
      const [right, foot] = place(to_s, low)
      const style = { fill: look.colour('warn-soft'), stroke: look.colour('warn-line'), lineWidth: 1, lineDash: [2, 2] }
      return { type: 'rect', shape: { x: left, y: top, width: right - left, height: foot - top }, style }
    },
  )
  const ends = drawn(
    plot,
    windows,
    2,
    ({ to_s }) => [to_s, low],
    ({ to_s }, place) => {
      const [x, top] = place(to_s, high)
      const [, foot] = place(to_s, low)
      return {
        type: 'line',
        shape: { x1: x, y1: top, x2: x, y2: foot },
        style: { stroke: look.colour('axis'), fill: 'none', lineWidth: 1 },
      }
    },
  )
  return [grounds, ends]
}

/** What the scales are of, at the ends of the line above the plot. */
function axisWords(look: Look, hasClock: boolean, hasHeat: boolean, width: number): ChartOption['graphic'] {
  const clock = hasClock ? 'clock, GHz (solid)' : 'clock: not told'
  const heat = hasHeat ? 'temperature, °C (dashed)' : 'temperature: no sensor'
  const y = 8
  return [
    words(look, clock, { x: 0, y, tone: hasClock ? 'ink' : 'ink-3' }),
    words(look, heat, { x: width, y, align: 'right', tone: 'ink-3' }),
  ]
}

function captionOf(windows: readonly WindowSpan[]): string {
  const ends = windows.length === 0 ? '' : 'Vertical lines: where a window ends.'
  return windows.some(({ throttled }) => throttled) ? `${ends} Ground: the board throttled.` : ends
}

function throttledNotes(windows: readonly WindowSpan[]): string[] {
  const numbers = windows.filter(({ throttled }) => throttled).map(({ number }) => number)
  return numbers.length === 0 ? [] : [`The board throttled in ${windowsWords(numbers)}.`]
}

function wordsOf(clocks: readonly Reading[], heats: readonly Reading[], windows: readonly WindowSpan[]): string {
  const range = (name: string, readings: readonly Reading[], unit: string): string => {
    if (readings.length === 0) return `${name} not told`
    const values = readings.map(({ value }) => value)
    return `${name} ${fixed(Math.min(...values), 1)} to ${fixed(Math.max(...values), 1)} ${unit}`
  }
  const notes = throttledNotes(windows)
  return `${range('Clock', clocks, 'GHz')}, ${range('temperature', heats, '°C')}. ${notes[0] ?? 'No window throttled.'}`
}

function tableOf(points: readonly ConditionPoint[], windows: readonly WindowSpan[]): Figure['table'] {
  const windowAt = (at_s: number): string => {
    const found = windows.find(({ from_s, to_s }) => at_s >= from_s && at_s <= to_s)
    return found === undefined ? 'none' : `${found.number}${found.throttled ? ', throttled' : ''}`
  }
  const rows = points.map(({ at_s, clock_GHz, temperature_C }) => [
    fixed(at_s, 1),
    clock_GHz === null ? 'not told' : fixed(clock_GHz, 2),
    temperature_C === null ? 'no sensor' : fixed(temperature_C, 1),
    windowAt(at_s),
  ])
  return { head: ['second', 'clock, GHz', 'temperature, °C', 'window'], rows }
}
