import {
  isFloat,
  selectRows,
  valuesOf,
  valueWords,
  type Only,
  type PivotAxis,
  type FigureRow,
  type Rows,
} from './axes.ts'
import { bitsTicks, linesOfLabels, ticksWithin, type BitsTicks } from './bitsTicks.ts'
import { asSentence, fixedWords, textsWords, warningNotes, warningWord } from './cautions.ts'
import { datumOf } from './datum.ts'
import type { ChartOption, Datum, Figure } from './figure.ts'
import { percentEnds, percentText, stepDigits } from './figures.ts'
import { endsFor, fixRest, keyOf, linesOf, rowsOf, showsRanges, summaryAt, type Line } from './lines.ts'
import { wordsBySign } from './freeHeight.ts'
import { familyBand, familyColour, familySymbol, type Look } from './look.ts'
import {
  addPlot,
  band,
  drawn,
  emptyOption,
  numberAxis,
  roundSteps,
  textLook,
  trace,
  warningSign,
  whiskers,
  words,
} from './pieces.ts'
import { shownNames } from './shownName.ts'
import { doubtWords, type Summary } from './summary.ts'

export interface AccuracyByBits {
  /** one plot for each of its values */
  panels: PivotAxis
  only: Only
  /** only widths at which nothing has fallen far, on an axis of their range */
  enlarged: boolean
}

/** Furthest below float, as a share, that a width is still drawn at in the enlarged chart. */
const near = 0.1

/** Shares that the enlarged chart spans at least: a text or two must not look like a fall. */
const leastSpan = 0.02

const side = { left: 44, right: 12, top: 24, foot: 40, line: 14, height: 190, gap: 14 }
/** Pixels that a character of small words takes, about. */
const character = 5.8
/** Pixels from the figure in doubt to the middle of its triangle. */
const signAway = 14

/**
 * Accuracy against widths, a plot for each value of `panels`, a line for each model and recipe: mark, whiskers and band. Float is the first
 * step. Null where there is nothing to draw, or nothing to enlarge.
 *
 * @param plotHeight pixels from the lowest to the highest tick
 */
export function accuracyByBits(
  results: Rows,
  look: Look,
  request: AccuracyByBits,
  width = 720,
  plotHeight = side.height,
): Figure | null {
  const { rows: chosen, only } = fixRest(results.rows, request.only, ['bits', 'recipe', request.panels])
  const rows = request.enlarged ? nearFloat(chosen) : chosen
  const ticks = bitsTicks(rows)
  if (ticks.values.length < 2) return null
  const lines = linesOf(rows, results.recipes)
  const panels = panelsOf(rows, request.panels, ticks, lines)
  const curves = panels.flatMap((panel) => panel.curves)
  const scale = request.enlarged ? scaleOf(curves) : fullScale
  const [low, high] = endsOf(scale)
  if (request.enlarged && high - low > 0.5) return null
  const option = emptyOption(look)
  const { height, data, notes } = drawPanels(option, look, panels, {
    scale,
    ticks,
    width,
    plotHeight,
    axis: request.panels,
  })
  const digits = stepDigits(scale)
  const enlarged = `, enlarged: ${percentText(low, digits)} to ${percentText(high, digits)} %`
  return {
    name: `accuracy-by-bits${request.enlarged ? '-enlarged' : ''}`,
    title: `Accuracy against width${request.enlarged ? enlarged : ''}`,
    caption: [asSentence(['accuracy, %', textsWords(rows)]), ...doubtCaption(rows, curves, only)],
    notes: [...notes, ...warningNotes(rows)],
    keys: lines.map((line) => keyOf(line, look)),
    words: wordsOf(panels, ticks),
    table: tableOf(panels, ticks),
    data,
    width,
    height,
    option,
  }
}

interface PanelCurves {
  /** of the axis that panels stand for; null where nothing bears on it */
  value: string | null
  title: string
  curves: Curve[]
}

function panelsOf(
  rows: readonly FigureRow[],
  axis: PivotAxis,
  ticks: BitsTicks,
  lines: readonly Line[],
): PanelCurves[] {
  const found = valuesOf(rows, axis)
  const titles = shownNames(found.map((value) => valueWords(axis, value)))
  const ranges = showsRanges(rows)
  // Nothing bears on the axis where all models are float, or need no calibration: one plot then.
  const curves = (some: readonly FigureRow[]): Curve[] => curvesOf(some, lines, ticks, { ranges, all: rows })
  if (found.length === 0) return [{ value: null, title: '', curves: curves(rows) }]
  return found.map((value) => ({
    value,
    title: titles.get(valueWords(axis, value)) ?? '',
    curves: curves(selectRows(rows, { [axis]: [value] })),
  }))
}

function doubtCaption(rows: readonly FigureRow[], curves: readonly Curve[], only: Only): string[] {
  const ranges = showsRanges(rows)
  const summaries = curves.flatMap(({ points }) => points.flatMap(({ summary }) => summary ?? []))
  const drawn = summaries.filter((one) => (one.kind === 'range') === ranges)
  const said = asSentence([...doubtWords(drawn), fixedWords(only)])
  const left = ranges && drawn.length < summaries.length
  return [said, ...(left ? ['A mark that stands for one cell alone has no range; a float model has no draws.'] : [])]
}

/** Draws the panels in rows of two, or below each other where ticks need the room; gives the height of all, and what can be chosen. */
function drawPanels(
  option: ChartOption,
  look: Look,
  panels: readonly PanelCurves[],
  {
    scale,
    ticks,
    width,
    plotHeight,
    axis,
  }: Pick<Panel, 'scale' | 'ticks' | 'width' | 'plotHeight'> & { axis: PivotAxis },
): { height: number; data: Datum[]; notes: string[] } {
  const data: Datum[] = []
  const isMixed = ticks.labels.some((label) => label.includes('\n'))
  const columns = panels.length === 1 || isMixed ? 1 : 2
  const head = panels.length === 1 ? 12 : side.top
  const panelWidth = (width - (columns - 1) * side.gap) / columns
  const fitting = ticksWithin(ticks, (panelWidth - side.left - side.right) / ticks.values.length)
  const lines = linesOfLabels(fitting.labels)
  const lineHeight = head + plotHeight + side.foot + (lines - 1) * side.line
  panels.forEach(({ value, title, curves }, index) => {
    const left = (index % columns) * (panelWidth + side.gap)
    const top = Math.floor(index / columns) * lineHeight
    const shown = panels.length === 1 ? '' : title
    const panel = { left, top, head, width: panelWidth, plotHeight, title: shown, scale, ticks: fitting }
    const drawnPlot = drawPanel(option, look, panel, curves)
    data.push(...dataOf(curves, ticks, drawnPlot, { axis, value, title: shown }))
  })
  return { height: Math.ceil(panels.length / columns) * lineHeight, data, notes: fitting.notes }
}

function dataOf(
  curves: readonly Curve[],
  ticks: BitsTicks,
  { plot, shifts }: DrawnPlot,
  { axis, value, title }: { axis: PivotAxis; value: string | null; title: string },
): Datum[] {
  return curves.flatMap(({ line, points }, index) =>
    points.flatMap(({ summary }, step) => {
      if (summary === null) return []
      const at = { plot, x: step + (shifts[index] ?? 0), y: summary.value ?? 0 }
      const place = { [axis]: value, model: line.model, recipe: line.recipe, bits: ticks.values[step] ?? null }
      const of = [title, line.label, ticks.said[step] ?? '']
      return datumOf(at, place, { of, summary, unit: 'percent' }) ?? []
    }),
  )
}

interface CurvePoint {
  summary: Summary | null
  ends: { low: number; high: number } | null
  /** no plot has the line at this width: what is not there was not asked for, and the line goes past it */
  foreign: boolean
}
interface Curve {
  line: Line
  points: CurvePoint[]
}

function curvesOf(
  rows: readonly FigureRow[],
  lines: readonly Line[],
  ticks: BitsTicks,
  { ranges, all }: { ranges: boolean; all: readonly FigureRow[] },
): Curve[] {
  return lines.map((line) => {
    const own = rowsOf(rows, line)
    const measured = new Set(valuesOf(rowsOf(all, line), 'bits'))
    const points = ticks.values.map((bits) => {
      const summary = summaryAt(own, 'bits', bits, 'accuracy')
      return { summary, ends: endsFor(summary, ranges), foreign: !measured.has(bits) }
    })
    return { line, points }
  })
}

/** The rows of float and of the widths at which no mean of a model has fallen further than {@link near} below its float. */
function nearFloat(rows: readonly FigureRow[]): FigureRow[] {
  const floats = new Map(rows.filter((row) => isFloat(row.bits)).map((row) => [row.model, row.accuracy]))
  const far = new Set(
    rows.filter((row) => row.accuracy < (floats.get(row.model) ?? 1) - near).map((row) => row.bits.label),
  )
  return floats.size === 0 ? [...rows] : rows.filter((row) => !far.has(row.bits.label))
}

/** Where the side's ticks stand; its ends are the axis'. */
const fullScale: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1]

function scaleOf(curves: readonly Curve[]): number[] {
  const values = curves.flatMap(({ points }) =>
    points.flatMap(({ summary, ends }) =>
      [summary?.value ?? null, ends?.low ?? null, ends?.high ?? null].filter((one) => one !== null),
    ),
  )
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const more = Math.max(0, leastSpan - (high - low)) / 2
  return roundSteps(Math.max(0, low - more), Math.min(1, high + more)).filter((step) => step >= 0 && step <= 1)
}

function endsOf(scale: readonly number[]): [number, number] {
  return [scale[0] ?? 0, scale.at(-1) ?? 1]
}

interface Panel {
  left: number
  top: number
  /** room for the title */
  head: number
  width: number
  plotHeight: number
  title: string
  /** where the side's ticks stand */
  scale: readonly number[]
  ticks: BitsTicks
}

interface DrawnPlot {
  plot: number
  /** how far each curve stands beside its step */
  shifts: number[]
}

function drawPanel(
  option: ChartOption,
  look: Look,
  { left, top, head, width, plotHeight, title, scale, ticks }: Panel,
  curves: readonly Curve[],
): DrawnPlot {
  const box = {
    left: left + side.left,
    top: top + head,
    width: width - side.left - side.right,
    height: plotHeight,
  }
  const steps = ticks.values.map((_, index) => index)
  const foot = numberAxis(look, 'foot', [-0.5, steps.length - 0.5], {
    values: steps,
    text: (step) => ticks.labels[step] ?? '',
  })
  const step = box.width / steps.length
  const isLow = ticks.labels.every((label) => !label.includes('\n'))
  const room = { width: isLow ? Math.max(36, step - 4) : Math.max(24, step - 2), overflow: 'truncate', ellipsis: '…' }
  const x = {
    ...foot,
    axisLabel: { ...(foot['axisLabel'] as object), ...room },
    // About six pixels a character.
    name: ticks.name.length * 6 < box.width ? ticks.name : 'bits',
    nameLocation: 'middle',
    nameGap: 8 + linesOfLabels(ticks.labels) * 13,
    nameTextStyle: textLook(look),
  }
  const digits = stepDigits(scale)
  const plot = addPlot(
    option,
    box,
    x,
    numberAxis(look, 'side', endsOf(scale), { values: scale, text: (value) => percentText(value, digits) }),
  )
  if (title !== '')
    option.graphic.push(words(look, title, { x: box.left, y: top + 10, size: 12, weight: 500, tone: 'ink' }))
  // Lines stand a few pixels apart, so that their whiskers can be told from each other.
  const dodge = Math.min(0.16, 0.5 / curves.length, (9 * steps.length) / box.width)
  const shifts = curves.map((_, index) => (index - (curves.length - 1) / 2) * dodge)
  curves.forEach((curve, index) => option.series.push(...curveSeries(plot, look, curve, shifts[index] ?? 0)))
  option.series.push(warningSeries(plot, look, { curves, shifts, steps: steps.length, ends: endsOf(scale) }))
  return { plot, shifts }
}

function curveSeries(plot: number, look: Look, { line, points }: Curve, shift: number) {
  const colour = familyColour(look, line.family)
  const doubtful = ({ summary }: CurvePoint) => (summary?.warnings.length ?? 0) > 0
  const tone = (point: CurvePoint) => (doubtful(point) ? look.colour('ink-3') : colour)
  const spreads = points.map((point, index) => (point.ends === null ? null : { x: index + shift, ...point.ends }))
  return [
    band(
      plot,
      spreads.filter((_, index) => points[index]?.foreign === false),
      familyBand(look, line.family),
    ),
    whiskers(
      plot,
      points.flatMap((point, index) => {
        const spread = spreads[index]
        return spread == null ? [] : [{ ...spread, colour: tone(point), dashed: doubtful(point) }]
      }),
    ),
    ...trace(plot, {
      points: points.flatMap((point, index) => {
        const y = point.summary?.value ?? null
        return point.foreign ? [] : [{ x: index + shift, y, colour: tone(point), hollow: doubtful(point) }]
      }),
      colour,
      dash: line.dash,
      ground: look.colour('surface'),
      symbol: familySymbol(line.family),
    }),
  ]
}

interface Warned {
  curves: readonly Curve[]
  shifts: readonly number[]
  /** how many widths there are */
  steps: number
  /** of the side's axis */
  ends: readonly [number, number]
}

/** A triangle below the figures in doubt of each width; above them where there is no room, and below the highest where that stands at the top. With its words at the first, where no line runs. */
function warningSeries(plot: number, look: Look, { curves, shifts, steps, ends: [floor, top] }: Warned) {
  const marked = Array.from({ length: steps }, (_, x) => {
    const doubtful = curves
      .flatMap(({ points }) => points[x]?.summary ?? [])
      .filter(({ value, warnings }) => value !== null && warnings.length > 0)
    const reached = doubtful.flatMap(({ value, low, high }) => [low ?? value ?? 0, high ?? value ?? 0])
    const [warning] = doubtful.flatMap(({ warnings }) => warnings)
    return warning === undefined ? [] : [{ x, low: Math.min(...reached), high: Math.max(...reached), warning }]
  }).flat()
  const items = marked.map((item, index) => ({ ...item, label: index === 0 ? warningWord(item.warning) : '' }))
  return drawn(
    plot,
    items,
    6,
    ({ x, low }) => [x, low],
    ({ x, low, high, label }, place) => {
      const [, bottom] = place(x, floor)
      const signOf = (one: { x: number; low: number; high: number }) => {
        const [[left, over], [, under]] = [place(one.x, one.high), place(one.x, one.low)]
        if (bottom - under > 36) return { left, from: under, away: 1 as const }
        return { left, from: over, away: over - place(one.x, top)[1] > 22 ? (-1 as const) : (1 as const) }
      }
      const { left, from, away } = signOf({ x, low, high })
      // Words go towards the middle of the plot.
      const isLate = x > steps / 2
      const lines = curves.map(({ points }, index) =>
        points.flatMap(({ summary }, step) =>
          summary?.value == null ? [] : [place(step + (shifts[index] ?? 0), summary.value)],
        ),
      )
      const others = items
        .filter((one) => one.x !== x)
        .map(signOf)
        .map((one) => [-8, 8].map((aside): [number, number] => [one.left + aside, one.from + one.away * signAway]))
      const sign = from + away * signAway
      const words = wordsBySign([...lines, ...others], {
        sign: [left, sign],
        width: label.length * character,
        side: isLate ? -1 : 1,
        away,
        within: { from: place(x, top)[1] + 8, to: bottom - 8 },
      })
      const style = {
        text: label,
        fill: look.colour('warn'),
        fontFamily: look.sans,
        fontSize: 11,
        align: isLate ? 'right' : 'left',
        verticalAlign: 'middle',
      }
      // Where a line runs everywhere, the triangle stands alone; the notes below say what it means.
      const legend = words === null ? [] : [{ type: 'text', ...words, style, silent: true }]
      return { type: 'group', children: [warningSign(look, left, sign), ...legend] }
    },
  )
}

function wordsOf(panels: readonly PanelCurves[], ticks: BitsTicks): string {
  const parts = panels.flatMap(({ title, curves }) =>
    curves.map(({ line, points }) => {
      const values = points.flatMap(({ summary }, step) =>
        summary?.value == null ? [] : [`${percentText(summary.value, 1)} at ${ticks.said[step]}`],
      )
      return `${panels.length > 1 ? `${title}, ` : ''}${line.label}: ${values.join(', ')}.`
    }),
  )
  return `Accuracy in per cent by ${ticks.name}. ${parts.join(' ')}`
}

function tableOf(panels: readonly PanelCurves[], ticks: BitsTicks): Figure['table'] {
  const rows = panels.flatMap(({ title, curves }) =>
    curves.map(({ line, points }) => [
      title,
      line.label,
      ...points.map(({ summary, ends }) =>
        summary?.value == null ? 'no result' : `${percentText(summary.value)}${endsText(ends)}`,
      ),
    ]),
  )
  return { head: ['panel', 'model', ...ticks.said], rows }
}

function endsText(ends: CurvePoint['ends']): string {
  return ends === null ? '' : ` (${percentEnds(ends.low, ends.high, ' to ', 2)})`
}
