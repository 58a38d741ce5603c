import type { ChartOption } from './figure.ts'
import type { Look } from './look.ts'
import type { Token } from './tokens.ts'
import { broken } from './wrapped.ts'

/** Pieces that all charts are put together from. */

type Plain = Record<string, unknown>

interface TextLook {
  size?: number
  weight?: number
  tone?: Token
  mono?: boolean
}

export function textLook(look: Look, { size = 11, weight = 400, tone = 'tick-text', mono = false }: TextLook = {}) {
  return { color: look.colour(tone), fontFamily: mono ? look.mono : look.sans, fontSize: size, fontWeight: weight }
}

interface Placed extends TextLook {
  x: number
  y: number
  align?: 'left' | 'center' | 'right'
  /** wider text is broken into as many lines as `lines` says, and ends in an ellipsis where there is one */
  width?: number
  lines?: number
}

/** Words at a place of the chart, in pixels; `y` is the middle of the line. */
export function words(
  look: Look,
  text: string,
  { x, y, align = 'left', width, lines = 1, ...rest }: Placed,
): Plain & { y: number } {
  const { color, ...font } = textLook(look, rest)
  const size = rest.size ?? 11
  const cut = width === undefined ? {} : { width, overflow: 'truncate', ellipsis: '…' }
  // ECharts would break it by widths that it measures as long as that is quick: not the same everywhere.
  const several =
    width === undefined || lines === 1 ? {} : { text: broken(text, width, size, lines), lineHeight: size + 2 }
  const style = { text, fill: color, ...font, align, verticalAlign: 'middle', ...cut, ...several }
  return { type: 'text', x, y, silent: true, z: 10, style }
}

export function emptyOption(look: Look): ChartOption {
  return {
    animation: false,
    textStyle: { fontFamily: look.sans },
    grid: [],
    xAxis: [],
    yAxis: [],
    series: [],
    graphic: [],
  }
}

interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** Adds a plot with its two axes; gives its index. */
export function addPlot(option: ChartOption, box: Box, x: Plain, y: Plain): number {
  const index = option.grid.length
  option.grid.push({ ...box, outerBoundsMode: 'none' })
  option.xAxis.push({ gridIndex: index, ...x })
  option.yAxis.push({ gridIndex: index, ...y })
  return index
}

interface Ticks {
  values: readonly number[]
  text: (value: number) => string
}

/** An axis of numbers from `min` to `max` with ticks where they are wanted. */
export function numberAxis(
  look: Look,
  side: 'foot' | 'side',
  [min, max]: readonly [number, number],
  { values, text }: Ticks,
): Plain {
  const foot = side === 'foot'
  const line = { color: look.colour('axis') }
  return {
    type: 'value',
    min,
    max,
    axisLine: { show: foot, onZero: false, lineStyle: line },
    axisTick: { show: foot, length: 3, customValues: [...values], lineStyle: line },
    axisLabel: { customValues: [...values], formatter: text, hideOverlap: false, ...textLook(look, { mono: true }) },
    splitLine: { show: !foot, lineStyle: { color: look.colour('grid') } },
    silent: true,
  }
}

/** Pixels of a character of a tick, and between two ticks at least. */
const tickSize = { character: 6.6, gap: 6 }

/** The ends of an axis of `width` pixels, their labels set inside it, and the value between them where its label has room. */
export function endsAnd(
  middle: number,
  [from, to]: readonly [number, number],
  { text, width }: { text: (value: number) => string; width: number },
): number[] {
  const [first, between, last] = [from, middle, to].map((value) => text(value).length * tickSize.character) as [
    number,
    number,
    number,
  ]
  const at = ((middle - from) / (to - from)) * width
  const fits = at - between / 2 >= first + tickSize.gap && at + between / 2 <= width - last - tickSize.gap
  return fits ? [from, middle, to] : [from, to]
}

/** Steps of 1, 2 or 5 times a power of ten that divide a range into about `count` parts. */
export function roundSteps(low: number, high: number, count = 5): number[] {
  const raw = (high - low || Math.abs(high) || 1) / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw * 0.999) ?? 10)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.ceil(high / step - 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

/** What ECharts hands to a function that draws. */
interface Draw {
  coord: (point: number[]) => number[]
}
interface Drawn {
  dataIndex: number
}

/** A series that draws each item itself. `extent` holds the points that bound an item: they must lie inside the axes. */
export function drawn<Item>(
  plot: number,
  items: readonly Item[],
  z: number,
  corner: (item: Item) => [number, number],
  draw: (item: Item, place: (x: number, y: number) => [number, number]) => Plain,
): Plain {
  return {
    type: 'custom',
    xAxisIndex: plot,
    yAxisIndex: plot,
    silent: true,
    clip: true,
    z,
    data: items.map(corner),
    renderItem: ({ dataIndex }: Drawn, { coord }: Draw) => {
      const place = (x: number, y: number): [number, number] => {
        const [left = 0, top = 0] = coord([x, y])
        return [left, top]
      }
      const item = items[dataIndex]
      return item === undefined ? undefined : { silent: true, ...draw(item, place) }
    },
  }
}

export interface Spread {
  x: number
  low: number
  high: number
}

/** A vertical line with caps at each point that has an interval. */
export function whiskers(
  plot: number,
  points: readonly (Spread & { colour: string; dashed?: boolean })[],
  cap = 3,
): Plain {
  return drawn(
    plot,
    points,
    4,
    ({ x, low }) => [x, low],
    ({ x, low, high, colour, dashed }, place) => {
      const [left, top] = place(x, high)
      const [, bottom] = place(x, low)
      const style = { stroke: colour, fill: 'none', lineWidth: 1.25, ...(dashed === true ? { lineDash: [3, 2] } : {}) }
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line',
        shape: { x1, y1, x2, y2 },
        style,
        silent: true,
      })
      return {
        type: 'group',
        children: [
          line(left, top, left, bottom),
          line(left - cap, top, left + cap, top),
          line(left - cap, bottom, left + cap, bottom),
        ],
      }
    },
  )
}

/** The area between the ends of neighbouring intervals; a point without an interval parts it. */
export function band(plot: number, points: readonly (Spread | null)[], colour: string): Plain {
  const runs: Spread[][] = [[]]
  for (const point of points) {
    if (point === null) runs.push([])
    else runs.at(-1)?.push(point)
  }
  return drawn(
    plot,
    runs.filter((run) => run.length > 1),
    1,
    (run) => [run[0]?.x ?? 0, run[0]?.low ?? 0],
    (run, place) => ({
      type: 'polygon',
      shape: {
        points: [...run.map(({ x, high }) => place(x, high)), ...run.toReversed().map(({ x, low }) => place(x, low))],
      },
      style: { fill: colour, stroke: 'none' },
    }),
  )
}

export interface Point {
  x: number
  y: number | null
  colour: string
  hollow: boolean
}

interface Trace {
  points: readonly Point[]
  colour: string
  dash: readonly number[]
  /** what a hollow mark is filled with */
  ground: string
  symbol: 'circle' | 'diamond'
}

/** A line through points; a missing one parts it. */
export function trace(plot: number, { points, colour, dash, ground, symbol }: Trace): Plain[] {
  const line = {
    type: 'line',
    xAxisIndex: plot,
    yAxisIndex: plot,
    silent: true,
    symbol: 'none',
    z: 3,
    lineStyle: { color: colour, width: 1.5, type: dash.length === 0 ? 'solid' : [...dash] },
    data: points.map(({ x, y }) => [x, y ?? '-']),
  }
  const marks = {
    type: 'scatter',
    xAxisIndex: plot,
    yAxisIndex: plot,
    silent: true,
    symbol,
    symbolSize: symbol === 'diamond' ? 9 : 7,
    z: 5,
    data: points.flatMap(({ x, y, colour: own, hollow }) =>
      y === null
        ? []
        : [
            {
              value: [x, y],
              itemStyle: { color: hollow ? ground : own, opacity: 1, borderColor: own, borderWidth: hollow ? 1.5 : 0 },
            },
          ],
    ),
  }
  return [line, marks]
}

/** The sign of a warning about a place, 12 px wide: after Lucide's triangle-alert, of shapes that graphics and series both draw. */
export function warningSign(look: Look, x: number, y: number, colour = look.colour('warn')): Plain & { y: number } {
  const style = { stroke: colour, fill: 'none', lineWidth: 1.25, lineJoin: 'round', lineCap: 'round' }
  const corners = [
    [0, -5],
    [5.5, 4.5],
    [-5.5, 4.5],
  ]
  const part = { silent: true, z: 11, style }
  const line = (y1: number, y2: number) => ({ type: 'line', ...part, shape: { x1: 0, y1, x2: 0, y2 } })
  return {
    type: 'group',
    x,
    y,
    silent: true,
    children: [{ type: 'polygon', ...part, shape: { points: corners } }, line(-2, 1), line(3, 3.1)],
  }
}

/** Places in the order given, `gap` apart at least, moved as little as may be and kept above `foot`. */
export function apart(places: readonly number[], gap: number, foot: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place || a.index - b.index)
  for (const [rank, one] of order.entries())
    one.place = Math.max(one.place, (order[rank - 1]?.place ?? Number.NEGATIVE_INFINITY) + gap)
  let limit = foot
  for (const one of order.toReversed()) {
    one.place = Math.min(one.place, limit)
    limit = one.place - gap
  }
  return order.sort((a, b) => a.index - b.index).map(({ place }) => place)
}
