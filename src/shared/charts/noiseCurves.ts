import { axisValue, clean, valuesOf, type FigureRow, type Only, type Rows } from './axes.ts'
import { bitsTicks, type BitsTicks } from './bitsTicks.ts'
import { asSentence, fixedWords, textsWords, warningNotes } from './cautions.ts'
import { datumOf } from './datum.ts'
import type { ChartOption, Datum, Figure } from './figure.ts'
import { percentEnds, percentText } from './figures.ts'
import { endsFor, fixRest, showsRanges } from './lines.ts'
import { familySymbol, widthToken, type Family, type Look } from './look.ts'
import { addPlot, apart, emptyOption, numberAxis, textLook, trace, warningSign, whiskers, words } from './pieces.ts'
import { shownNames } from './shownName.ts'
import { doubtWords, summarize, type Summary } from './summary.ts'
import type { Token } from './tokens.ts'
import type { Bits } from '../units.ts'

export interface NoiseCurves {
  only: Only
}

const side = { left: 44, right: 96, top: 24, foot: 40, height: 210, gap: 12, name: 13 }

/**
 * Accuracy against the level of noise, a plot for each model and kind of noise, a line for each width. Clean input is level 0 of every kind.
 * Null where there is no noise.
 *
 * @param wanted pixels from 0 to 100 %; more where the names of the lines need them
 */
export function noiseCurves(
  results: Rows,
  look: Look,
  { only: asked }: NoiseCurves,
  width = 720,
  wanted = side.height,
): Figure | null {
  const { rows, only } = fixRest(results.rows, asked, ['noise', 'bits'])
  const kinds = [...new Set(rows.map((row) => row.noise.kind))].filter((kind) => kind !== 'none')
  const models = valuesOf(rows, 'model')
  if (kinds.length === 0 || models.length === 0) return null
  const ticks = bitsTicks(rows)
  const ranges = showsRanges(rows)
  const names = shownNames(models)
  const panels = models.flatMap((model) =>
    kinds.map((kind) =>
      panelOf(
        rows.filter((row) => row.model === model),
        kind,
        ticks,
        ranges,
        { model, title: `${names.get(model)}, ${kind}` },
      ),
    ),
  )
  const most = Math.max(...panels.map(({ curves }) => curves.length))
  const plotHeight = Math.max(wanted, (most - 1) * side.name)
  const option = emptyOption(look)
  const columns = panels.length === 1 ? 1 : 2
  const panelWidth = (width - (columns - 1) * side.gap) / columns
  const lineHeight = side.top + plotHeight + side.foot
  const data = panels.flatMap((panel, index) => {
    const left = (index % columns) * (panelWidth + side.gap)
    const box = { left, top: Math.floor(index / columns) * lineHeight, width: panelWidth, height: plotHeight }
    return dataOf(drawPanel(option, look, box, panel), panel)
  })
  const summaries = panels.flatMap(({ curves }) => curves.flatMap(({ points }) => points.map(({ summary }) => summary)))
  const doubt = doubtWords(summaries.filter((one) => (one.kind === 'range') === ranges))
  return {
    name: 'noise-curves',
    title: 'Accuracy under noise',
    caption: [asSentence(['accuracy, %', textsWords(rows)]), asSentence([...doubt, fixedWords(only)])],
    notes: [...ticks.notes, ...warningNotes(rows)],
    keys: [],
    words: wordsOf(panels),
    table: {
      head: ['plot', 'bits', 'level', 'accuracy, %'],
      rows: panels.flatMap(({ title, curves }) =>
        curves.flatMap(({ label, points }) =>
          points.map(({ level, summary, ends }) => [
            title,
            label,
            String(level),
            `${percentText(summary.value ?? 0)}${ends === null ? '' : ` (${percentEnds(ends.low, ends.high, ' to ', 2)})`}`,
          ]),
        ),
      ),
    },
    data,
    width,
    height: Math.ceil(panels.length / columns) * lineHeight,
    option,
  }
}

interface Curve {
  bits: string
  label: string
  colour: Token
  isFloat: boolean
  points: { level: number; summary: Summary; ends: { low: number; high: number } | null }[]
}
interface Panel {
  model: string
  kind: string
  title: string
  family: Family
  levels: number[]
  curves: Curve[]
}

function panelOf(
  rows: readonly FigureRow[],
  kind: string,
  ticks: BitsTicks,
  ranges: boolean,
  named: { model: string; title: string },
): Panel {
  const own = rows.filter((row) => row.noise.kind === kind || row.noise.kind === 'none')
  const levels = [...new Set(own.map((row) => row.noise.level))].sort((a, b) => a - b)
  const curves = ticks.values.flatMap((value, index) => {
    const cells = own.filter((row) => axisValue(row, 'bits') === value)
    const points = levels.flatMap((level) => {
      const at = cells.filter((row) => row.noise.level === level)
      if (at.length === 0) return []
      const summary = summarize(at, 'accuracy')
      if (summary.value === null) return []
      return [{ level, summary, ends: endsFor(summary, ranges) }]
    })
    const { weights } = ticks.bits[index] as Bits
    return points.length === 0
      ? []
      : [
          {
            bits: value,
            label: ticks.whole[index] ?? '',
            colour: widthToken(weights),
            isFloat: value === 'float',
            points,
          },
        ]
  })
  return { ...named, kind, family: rows[0]?.family ?? 'discriminative', levels, curves }
}

function drawPanel(
  option: ChartOption,
  look: Look,
  box: { left: number; top: number; width: number; height: number },
  panel: Panel,
): number {
  const top = panel.levels.at(-1) || 1
  const inner = {
    left: box.left + side.left,
    top: box.top + side.top,
    width: box.width - side.left - side.right,
    height: box.height,
  }
  const x = {
    ...numberAxis(look, 'foot', [-0.03 * top, top * 1.03], {
      values: thinned(panel.levels, top),
      text: (level) => (level === 0 ? 'clean' : String(level).replace(/^0/, '')),
    }),
    name: 'noise level',
    nameLocation: 'middle',
    nameGap: 22,
    nameTextStyle: textLook(look),
  }
  const y = numberAxis(look, 'side', [0, 1], {
    values: [0, 0.2, 0.4, 0.6, 0.8, 1],
    text: (value) => percentText(value, 0),
  })
  const plot = addPlot(option, inner, x, y)
  option.graphic.push(
    words(look, panel.title, {
      x: inner.left,
      y: box.top + 10,
      size: 12,
      weight: 500,
      tone: 'ink',
      width: inner.width + side.right,
    }),
  )
  for (const curve of panel.curves) option.series.push(...curveSeries(plot, look, curve, panel.family))
  option.graphic.push(...endLabels(look, panel, inner, top * 1.06))
  return plot
}

function dataOf(plot: number, { model, kind, title, curves }: Panel): Datum[] {
  return curves.flatMap(({ bits, label, points }) =>
    points.flatMap(({ level, summary }) => {
      const noise = level === 0 ? clean : `${kind} ${level}`
      const of = [title, label, level === 0 ? 'clean' : String(level)]
      const at = { plot, x: level, y: summary.value ?? 0 }
      return datumOf(at, { model, bits, noise }, { of, summary, unit: 'percent' }) ?? []
    }),
  )
}

/** The name of each line behind its end, moved apart where lines end close together, with a thread to the end. */
function endLabels(
  look: Look,
  { curves }: Panel,
  box: { left: number; top: number; width: number; height: number },
  span: number,
) {
  const ends = curves.map(({ points }) => {
    const { level = 0, summary } = points.at(-1) ?? {}
    return {
      x: box.left + (box.width * (level + 0.03 * (span / 1.06))) / span,
      y: box.top + box.height * (1 - (summary?.value ?? 0)),
    }
  })
  const places = apart(
    ends.map(({ y }) => y),
    side.name,
    box.top + box.height - 2,
  )
  return curves.flatMap(({ label, colour, points }, index) => {
    const [end, y] = [ends[index] ?? { x: 0, y: 0 }, places[index] ?? 0]
    const x = box.left + box.width + 14
    const thread = {
      type: 'line',
      x: 0,
      y: 0,
      z: 2,
      silent: true,
      shape: { x1: end.x + 5, y1: end.y, x2: x - 3, y2: y },
      style: { stroke: look.colour(colour), fill: 'none', lineWidth: 0.75 },
    }
    const inDoubt = points.some(({ summary }) => summary.warnings.length > 0)
    const sign = inDoubt ? [warningSign(look, x + label.length * 6.6 + 12, y)] : []
    return [thread, words(look, label, { x, y, mono: true, tone: 'ink-2' }), ...sign]
  })
}

/** Levels whose ticks have room beside each other; the first and the last always. */
function thinned(levels: readonly number[], top: number): number[] {
  const [first = 0, ...others] = levels
  const kept: number[] = []
  for (const level of others.reverse()) {
    const next = kept.at(-1) ?? Number.POSITIVE_INFINITY
    if (next - level >= top * 0.13 && level - first >= top * 0.16) kept.push(level)
  }
  return [first, ...kept.reverse()]
}

function curveSeries(plot: number, look: Look, { points, colour: token, isFloat }: Curve, family: Family) {
  const colour = look.colour(token)
  const doubtful = (summary: Summary) => summary.warnings.length > 0
  return [
    whiskers(
      plot,
      points.flatMap(({ level, summary, ends }) =>
        ends === null ? [] : [{ x: level, ...ends, colour, dashed: doubtful(summary) }],
      ),
    ),
    ...trace(plot, {
      points: points.map(({ level, summary }) => ({
        x: level,
        y: summary.value,
        colour: doubtful(summary) ? look.colour('ink-3') : colour,
        hollow: doubtful(summary),
      })),
      colour,
      dash: isFloat ? [4, 2] : [],
      ground: look.colour('surface'),
      symbol: familySymbol(family),
    }),
  ]
}

function wordsOf(panels: readonly Panel[]): string {
  const parts = panels.flatMap(({ title, curves }) =>
    curves.map(
      ({ label, points }) =>
        `${title}, ${label}: ${points.map(({ level, summary }) => `${percentText(summary.value ?? 0, 1)} at ${level === 0 ? 'clean' : level}`).join(', ')}.`,
    ),
  )
  return `Accuracy in per cent by level of noise. ${parts.join(' ')}`
}
