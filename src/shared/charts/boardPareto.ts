import type { ChartOption, Datum, Figure, Key } from './figure.ts'
import { digitsApart, percentText, plainNumber, sizeText } from './figures.ts'
import { labelPlaces, type Area, type Spot } from './labelPlaces.ts'
import { latencyEnds, latencyText, latencyTicks, latencyUnit, type LatencyUnit } from './latencyBins.ts'
import { familyColour, familySymbol, type Family, type Look } from './look.ts'
import { addPlot, drawn, emptyOption, numberAxis, roundSteps, textLook, warningSign } from './pieces.ts'
import { cutText, shownName } from './shownName.ts'
import { roughWidth } from './wrapped.ts'

type Ends = { low: number; high: number } | null

/** A variant on a board. A variant whose output differs from the host's has no latency result: it is not to be among them. */
export interface BoardPoint {
  /** stands for it: what a choice gives */
  id: string
  /** width, or model and width where there are several: `W4` */
  label: string
  family: Family
  /** milliseconds at batch 1, the median over windows */
  latency: { value: number; ends: Ends }
  /** of the model file, exact */
  bytes: number
  /** a share of texts */
  accuracy: { value: number; ends: Ends }
  /** why the latency is in doubt; null: nothing speaks against it */
  doubt: string | null
  emulated: boolean
}

export interface BoardPareto {
  points: readonly BoardPoint[]
  against: 'latency' | 'size'
  /** the accuracies that are there instead of all from 0 to 100 % */
  enlarged: boolean
}

const box = { left: 44, right: 26, top: 12, foot: 40 }

/**
 * Accuracy against median latency, or against the size of the model file, with the intervals of both; a line along the points that no other beats
 * in both. Families differ in colour and in mark; a point in doubt is grey, hollow and dashed. Null without points.
 */
export function boardPareto(
  { points, against, enlarged }: BoardPareto,
  look: Look,
  width = 520,
  height = 260,
): Figure | null {
  if (points.length === 0) return null
  const option = emptyOption(look)
  const costs = points.map((point) => costOf(point, against))
  const foot = costEnds(costs)
  const unit = unitOf(points)
  const scale = enlarged ? accuracyScale(points) : [0, 0.2, 0.4, 0.6, 0.8, 1]
  const room = {
    left: box.left,
    top: box.top,
    width: width - box.left - box.right,
    height: height - box.top - box.foot,
  }
  const plot = addPlot(
    option,
    room,
    costAxis(
      look,
      foot,
      against,
      room.width,
      unit,
      points.every(({ emulated }) => emulated),
    ),
    accuracyAxis(look, scale),
  )
  const front = frontOf(points, against)
  const inPixels = (cost: number, accuracy: number): Spot => ({
    x: room.left + (Math.log2(cost / foot[0]) / Math.log2(foot[1] / foot[0])) * room.width,
    y: room.top + (1 - (accuracy - scale[0]!) / (scale.at(-1)! - scale[0]!)) * room.height,
  })
  option.series.push(frontLine(plot, look, front, against), crosses(plot, look, points, against))
  option.graphic.push(...labels(look, points, { against, inPixels, room, front }))
  const low = `${percentText(scale[0]!, 0)} to ${percentText(scale.at(-1)!, 0)} %`
  return {
    name: `accuracy-against-${against}`,
    title: `Accuracy against ${against === 'latency' ? 'median latency' : 'size'}${enlarged ? `, enlarged: ${low}` : ''}`,
    caption: [captionOf(points, against), ...(enlarged ? [`Accuracies enlarged: ${low}.`] : [])],
    notes: notesOf(points, against),
    keys: keysOf(points, look),
    words: wordsOf(points, front, against, unit),
    table: tableOf(points, front, unit),
    data: points.map((point): Datum => {
      const { value } = costOf(point, against)
      return {
        at: { plot, x: Math.log2(value), y: point.accuracy.value },
        words: `${pointWords(point, against, unit)}.`,
        place: {},
        ids: [point.id],
      }
    }),
    width,
    height,
    option,
  }
}

interface Cost {
  value: number
  ends: Ends
}

/** A size is not in doubt. */
function doubtOf({ doubt }: BoardPoint, against: BoardPareto['against']): string | null {
  return against === 'latency' ? doubt : null
}

function costOf({ latency, bytes }: BoardPoint, against: BoardPareto['against']): Cost {
  return against === 'latency' ? latency : { value: bytes, ends: null }
}

/** The points that none beats in accuracy without costing more, by cost; of two with the same figures, both. A point in doubt is none of them. */
export function frontOf(points: readonly BoardPoint[], against: BoardPareto['against']): BoardPoint[] {
  const sound = points.filter((point) => doubtOf(point, against) === null)
  const beats = (a: BoardPoint, b: BoardPoint): boolean => {
    const [x, y] = [costOf(a, against).value, costOf(b, against).value]
    const [right, own] = [a.accuracy.value, b.accuracy.value]
    return x <= y && right >= own && (x < y || right > own)
  }
  return sound
    .filter((point) => !sound.some((other) => beats(other, point)))
    .sort((a, b) => costOf(a, against).value - costOf(b, against).value || a.accuracy.value - b.accuracy.value)
}

/** A little room on each side, on a scale of equal ratios. */
function costEnds(costs: readonly Cost[]): [number, number] {
  const low = Math.min(...costs.map(({ value, ends }) => Math.min(value, ends?.low ?? value)))
  const high = Math.max(...costs.map(({ value, ends }) => Math.max(value, ends?.high ?? value)))
  const ratio = Math.max(1.08, (high / low) ** 0.08)
  return [low / ratio, high * ratio]
}

function accuracyScale(points: readonly BoardPoint[]): number[] {
  const ends = points.flatMap(({ accuracy: { value, ends: own } }) => [value, own?.low ?? value, own?.high ?? value])
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const margin = Math.max(0.005, (high - low) * 0.05)
  return roundSteps(Math.max(0, low - margin), Math.min(1, high + margin), 5).filter((step) => step >= 0 && step <= 1)
}

/** Of the slowest of them. */
function unitOf(points: readonly BoardPoint[]): LatencyUnit {
  return latencyUnit(Math.max(...points.map(({ latency }) => latency.value)))
}

function costAxis(
  look: Look,
  ends: [number, number],
  against: BoardPareto['against'],
  width: number,
  { scale, short }: LatencyUnit,
  emulated: boolean,
) {
  const ticks = thin(latencyTicks(ends, true), width, ends)
  const axis = numberAxis(look, 'foot', [Math.log2(ends[0]), Math.log2(ends[1])], {
    values: ticks.map(Math.log2),
    text: (value) =>
      against === 'latency' ? plainNumber(scale * 2 ** value) : sizeText(Number((2 ** value).toPrecision(6))),
  })
  const name =
    against === 'latency'
      ? `median latency, ${short}, batch 1, ${emulated ? 'emulated' : 'logarithmic'}`
      : 'size of the model file, logarithmic'
  return { ...axis, name, nameLocation: 'middle', nameGap: 22, nameTextStyle: textLook(look) }
}

/** Ticks whose labels have room beside each other. */
function thin(ticks: readonly number[], width: number, [low, high]: readonly [number, number]): number[] {
  const place = (tick: number): number => (Math.log2(tick / low) / Math.log2(high / low)) * width
  const kept: number[] = []
  for (const tick of ticks) if (kept.length === 0 || place(tick) - place(kept.at(-1)!) >= 48) kept.push(tick)
  return kept
}

function accuracyAxis(look: Look, scale: readonly number[]) {
  const digits = scale.some((value) => Math.abs(value * 100 - Math.round(value * 100)) > 1e-9) ? 1 : 0
  const axis = numberAxis(look, 'side', [scale[0]!, scale.at(-1)!], {
    values: scale,
    text: (value) => percentText(value, digits),
  })
  return {
    ...axis,
    name: '%',
    nameGap: 2,
    nameLocation: 'end',
    nameTextStyle: { ...textLook(look), align: 'right', padding: [0, 8, 0, 0] },
  }
}

function frontLine(plot: number, look: Look, front: readonly BoardPoint[], against: BoardPareto['against']) {
  return {
    type: 'line',
    xAxisIndex: plot,
    yAxisIndex: plot,
    silent: true,
    symbol: 'none',
    step: 'end',
    z: 1,
    lineStyle: { color: look.colour('ink'), width: 1 },
    data: front.map((point) => [Math.log2(costOf(point, against).value), point.accuracy.value]),
  }
}

/** Each point with its whiskers both ways. */
function crosses(plot: number, look: Look, points: readonly BoardPoint[], against: BoardPareto['against']) {
  return drawn(
    plot,
    points,
    4,
    (point) => [Math.log2(costOf(point, against).value), point.accuracy.value],
    (point, place) => {
      const cost = costOf(point, against)
      const inDoubt = doubtOf(point, against) !== null
      const hollow = inDoubt || point.emulated
      const colour = inDoubt ? look.colour('ink-3') : familyColour(look, point.family)
      const style = {
        stroke: colour,
        fill: 'none',
        lineWidth: 1.25,
        ...(inDoubt ? { lineDash: [3, 2] } : {}),
      }
      const at = (x: number, y: number): [number, number] => place(Math.log2(x), y)
      const line = ([x1, y1]: [number, number], [x2, y2]: [number, number]) => ({
        type: 'line',
        shape: { x1, y1, x2, y2 },
        style,
        silent: true,
      })
      const [x, y] = at(cost.value, point.accuracy.value)
      const lines = []
      if (cost.ends !== null) {
        const [left, right] = [at(cost.ends.low, point.accuracy.value), at(cost.ends.high, point.accuracy.value)]
        lines.push(line(left, right))
        for (const [end] of [left, right]) lines.push(line([end, y - 3], [end, y + 3]))
      }
      if (point.accuracy.ends !== null) {
        const [foot, top] = [at(cost.value, point.accuracy.ends.low), at(cost.value, point.accuracy.ends.high)]
        lines.push(line(foot, top))
        for (const [, end] of [foot, top]) lines.push(line([x - 3, end], [x + 3, end]))
      }
      return {
        type: 'group',
        children: [
          ...lines,
          mark(point.family, x, y, { fill: hollow ? look.colour('surface') : colour, stroke: colour, lineWidth: 1.5 }),
        ],
      }
    },
  )
}

function mark(family: Family, x: number, y: number, style: Record<string, unknown>) {
  const r = 5
  return familySymbol(family) === 'circle'
    ? { type: 'circle', shape: { cx: x, cy: y, r: 4 }, style, silent: true }
    : {
        type: 'polygon',
        shape: {
          points: [
            [x, y - r],
            [x + r, y],
            [x, y + r],
            [x - r, y],
          ],
        },
        style,
        silent: true,
      }
}

interface Labelling {
  against: BoardPareto['against']
  inPixels: (cost: number, accuracy: number) => Spot
  room: { left: number; top: number; width: number; height: number }
  /** what nothing beats in both */
  front: readonly BoardPoint[]
}

/** Pixels of a label: a line, its size of type, and the sign of doubt before it. */
const label = { line: 13, size: 11, sign: 16 }

/**
 * Beside each point, on nothing else; points of the front find their places first, those in doubt last. Left out where there is none: a point's words
 * and the table have it.
 */
function labels(
  look: Look,
  points: readonly BoardPoint[],
  { against, inPixels, room, front }: Labelling,
): ChartOption['graphic'] {
  const inDoubt = (point: BoardPoint): boolean => doubtOf(point, against) !== null
  const rank = (point: BoardPoint): number => (front.includes(point) ? 0 : inDoubt(point) ? 2 : 1)
  const named = points
    .toSorted((a, b) => rank(a) - rank(b))
    .map((point) => ({ point, text: shownName(point.label, 24) }))
  const spot = (point: BoardPoint): Spot => inPixels(costOf(point, against).value, point.accuracy.value)
  const places = labelPlaces(
    named.map(({ point, text }) => ({
      at: spot(point),
      width: roughWidth(text, label.size) * 1.04 + (inDoubt(point) ? label.sign : 0),
      height: label.line,
    })),
    {
      taken: points.flatMap((point) => obstacles(point, against, inPixels)),
      avoided: steps(front.map(spot)),
      within: { x: room.left, y: room.top - 6, width: room.width + box.right, height: room.height + 6 },
    },
  )
  return named.flatMap(({ point, text }, index) => {
    const place = places[index]
    if (place == null) return []
    const { area, thread } = place
    const y = area.y + label.line / 2
    return [
      ...(thread === null ? [] : [threadLine(look, thread)]),
      ...(inDoubt(point) ? [warningSign(look, area.x + 6, y)] : []),
      labelText(look, text, area.x + (inDoubt(point) ? label.sign : 0), y, inDoubt(point)),
    ]
  })
}

/** What the line of the front covers. */
function steps(spots: readonly Spot[]): Area[] {
  return spots.slice(1).flatMap((to, index) => {
    const from = spots[index]!
    return [
      { x: from.x, y: from.y - 1, width: to.x - from.x, height: 2 },
      { x: to.x - 1, y: Math.min(from.y, to.y), width: 2, height: Math.abs(to.y - from.y) },
    ]
  })
}

function threadLine(look: Look, { from, to }: { from: Spot; to: Spot }) {
  const shape = { x1: from.x, y1: from.y, x2: to.x, y2: to.y }
  const style = { stroke: look.colour('ink-3'), fill: 'none', lineWidth: 0.75 }
  return { type: 'line', x: 0, y: 0, z: 2, silent: true, shape, style }
}

function labelText(look: Look, text: string, x: number, y: number, inDoubt: boolean) {
  const { color, ...font } = textLook(look, { weight: 500, tone: inDoubt ? 'warn' : 'ink-2' })
  return {
    type: 'text',
    x,
    y,
    silent: true,
    z: 10,
    style: { text, fill: color, ...font, align: 'left', verticalAlign: 'middle' },
  }
}

/** What a label should not lie on: the mark, and the whiskers. */
function obstacles(point: BoardPoint, against: BoardPareto['against'], inPixels: Labelling['inPixels']): Area[] {
  const cost = costOf(point, against)
  const { x, y } = inPixels(cost.value, point.accuracy.value)
  const areas: Area[] = [{ x: x - 5, y: y - 5, width: 10, height: 10 }]
  if (point.accuracy.ends !== null) {
    const [top, foot] = [point.accuracy.ends.high, point.accuracy.ends.low].map((end) => inPixels(cost.value, end).y)
    areas.push({ x: x - 3, y: top!, width: 6, height: foot! - top! })
  }
  if (cost.ends !== null) {
    const [left, right] = [cost.ends.low, cost.ends.high].map((end) => inPixels(end, point.accuracy.value).x)
    areas.push({ x: left!, y: y - 3, width: right! - left!, height: 6 })
  }
  return areas
}

function captionOf(points: readonly BoardPoint[], against: BoardPareto['against']): string {
  const both =
    against === 'latency'
      ? 'Whiskers: the least and the greatest of the windows’ medians, and 95 % of accuracy, over texts'
      : 'Whiskers: 95 % of accuracy, over texts; sizes are exact'
  const alone =
    points.length === 1
      ? ''
      : '; line: what nothing else beats in both. A step inside both intervals is not called a gain'
  return `${both}${alone}.`
}

function notesOf(points: readonly BoardPoint[], against: BoardPareto['against']): string[] {
  const nameOf = ({ label, family }: BoardPoint): string => {
    const isShared = points.some((other) => other.label === label && other.family !== family)
    return `${cutText(label)}${isShared ? ` (${family})` : ''}`
  }
  const names = (some: readonly BoardPoint[]): string => some.map(nameOf).join(', ')
  const emulated = points.filter((point) => point.emulated)
  const doubted = points.filter((point) => doubtOf(point, against) !== null)
  return [
    ...(emulated.length === 0 ? [] : [`Emulated, not the times of a board: ${names(emulated)}.`]),
    ...doubted.map((point) => `In doubt, ${nameOf(point)}: ${cutText(point.doubt ?? '', 160)}`),
  ]
}

function keysOf(points: readonly BoardPoint[], look: Look): Key[] {
  const families = (['discriminative', 'generative'] as const).filter((family) =>
    points.some((point) => point.family === family),
  )
  const keys = families.map((family): Key => ({
    label: family,
    colour: familyColour(look, family),
    symbol: familySymbol(family),
    dash: null,
  }))
  const emulated = points.some((point) => point.emulated)
  return emulated
    ? [...keys, { label: 'emulated', colour: look.colour('ink-2'), symbol: 'circle', dash: null, hollow: true }]
    : keys
}

function costWords(point: BoardPoint, against: BoardPareto['against'], unit: LatencyUnit): string {
  return against === 'size' ? sizeText(point.bytes) : timeWords(point, unit, ` ${unit.short}`)
}

function timeWords({ latency: { value, ends } }: BoardPoint, { scale }: LatencyUnit, unit = ''): string {
  const both = ends === null ? '' : ` (${latencyEnds(ends.low * scale, ends.high * scale).join(' to ')})`
  return `${latencyText(value * scale)}${unit}${both}`
}

function accuracyWords({ accuracy: { value, ends } }: BoardPoint): string {
  if (ends === null) return `${percentText(value)} %`
  const digits = digitsApart(ends.low * 100, ends.high * 100, 1)
  return `${percentText(value)} % (${percentText(ends.low, digits)} to ${percentText(ends.high, digits)})`
}

function pointWords(point: BoardPoint, against: BoardPareto['against'], unit: LatencyUnit): string {
  const found = doubtOf(point, against)
  const doubt = found === null ? '' : `; in doubt: ${cutText(found, 160)}`
  return `${cutText(point.label)} (${point.family}${point.emulated ? ', emulated' : ''}): ${costWords(point, against, unit)}, ${accuracyWords(point)}${doubt}`
}

function wordsOf(
  points: readonly BoardPoint[],
  front: readonly BoardPoint[],
  against: BoardPareto['against'],
  unit: LatencyUnit,
): string {
  const best = front.map(({ label }) => cutText(label)).join(', ')
  return `Accuracy against ${against}. ${points.map((point) => pointWords(point, against, unit)).join('; ')}. Not beaten in both: ${best === '' ? 'none' : best}.`
}

function tableOf(points: readonly BoardPoint[], front: readonly BoardPoint[], unit: LatencyUnit): Figure['table'] {
  const rows = points.map((point) => [
    cutText(point.label),
    point.family,
    timeWords(point, unit),
    sizeText(point.bytes),
    accuracyWords(point).replace(' %', ''),
    front.includes(point) ? 'yes' : 'no',
    [point.emulated ? 'emulated' : '', point.doubt === null ? '' : cutText(point.doubt, 160)]
      .filter((one) => one !== '')
      .join('; ') || 'none',
  ])
  return {
    head: ['variant', 'family', `median, ${unit.short}`, 'size', 'accuracy, %', 'not beaten in both', 'doubt'],
    rows,
  }
}
