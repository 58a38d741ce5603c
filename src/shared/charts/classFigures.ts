import type { Evaluated } from './confusion.ts'
import type { Figure } from './figure.ts'
import { fixed, percentEnds, percentText } from './figures.ts'
import { familyColour, familySymbol, type Look } from './look.ts'
import { addPlot, drawn, emptyOption, numberAxis, trace, words } from './pieces.ts'
import { shownNames } from './shownName.ts'
import { classLines } from './classLines.ts'
import { roughWidth } from './wrapped.ts'
import { wilsonEnds } from './wilsonEnds.ts'

const side = { left: 200, right: 112, short: 56, head: 8, names: 16, foot: 24, plot: 96, least: 72 }

interface ClassFigures {
  name: string
  support: number
  recall: number | null
  ends: { low: number; high: number } | null
  precision: number | null
  f1: number | null
}

/**
 * Of each class, the share of its texts that were recognised, with a 95 % Wilson interval, and precision and F1 in figures; in a narrow figure F1
 * alone. Null without texts.
 *
 * @param room pixels below each other that lines are made lower or higher for
 */
export function classFigures(
  { title, family, classes, confusion }: Evaluated,
  look: Look,
  width = 720,
  room = Infinity,
): Figure | null {
  const figures = figuresOf(classes, confusion)
  if (figures.every(({ support }) => support === 0)) return null
  const option = emptyOption(look)
  const { height: step, lines } = classLines(figures.length, room - side.head - side.names - side.foot)
  const longest = Math.max(...figures.map(({ name }) => roughWidth(name, 11))) + 12
  const wanted = Math.min(side.left, longest)
  const isNarrow = width - side.right - wanted < side.plot
  const beyond = isNarrow ? side.short : side.right
  const left = Math.min(wanted, Math.max(lines === 1 ? width - beyond - side.least : 136, (width - beyond) * 0.5))
  const height = figures.length * step
  const box = { left, top: side.head + side.names, width: width - left - beyond, height }
  const x = numberAxis(look, 'foot', [0, 1], {
    values: box.width < 120 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1],
    text: (value) => fixed(value * 100, 0),
  })
  const y = {
    ...numberAxis(look, 'side', [0, figures.length], { values: [], text: () => '' }),
    inverse: true,
    splitLine: { show: false },
  }
  const plot = addPlot(option, box, x, y)
  const colour = familyColour(look, family)
  const spans = figures.flatMap(({ ends }, at) => (ends === null ? [] : [{ y: at + 0.5, ...ends }]))
  option.series.push(
    drawn(
      plot,
      spans,
      4,
      ({ low, y: at }) => [low, at],
      ({ low, high, y: at }, place) => {
        const [[x1, y1], [x2]] = [place(low, at), place(high, at)]
        const style = { stroke: colour, fill: 'none', lineWidth: 1.25 }
        const line = (a: number, b: number, c: number, d: number) => ({
          type: 'line',
          shape: { x1: a, y1: b, x2: c, y2: d },
          style,
        })
        return {
          type: 'group',
          children: [line(x1, y1, x2, y1), ...[x1, x2].map((end) => line(end, y1 - 3, end, y1 + 3))],
        }
      },
    ),
    ...trace(plot, {
      points: figures.flatMap(({ recall }, at) =>
        recall === null ? [] : [{ x: recall, y: at + 0.5, colour, hollow: false }],
      ),
      ...{ colour, dash: [], ground: look.colour('surface'), symbol: familySymbol(family) },
    }).slice(1),
  )
  const heads = [
    ...(isNarrow ? [] : [{ head: 'precision', at: 56, text: ({ precision }: ClassFigures) => shareText(precision) }]),
    { head: 'F1', at: isNarrow ? 48 : 104, text: ({ f1 }: ClassFigures) => shareText(f1) },
  ]
  const right = width - beyond
  option.graphic.push(
    words(look, 'recall, %', { x: left + box.width / 2, y: 8, align: 'center' }),
    ...heads.map(({ head, at }) => words(look, head, { x: right + at, y: 8, align: 'right' })),
  )
  figures.forEach((one, index) => {
    const y = box.top + (index + 0.5) * step
    option.graphic.push(
      words(look, one.name, { x: 0, y, tone: 'ink-2', width: left - 8, lines }),
      ...heads.map(({ at, text }) =>
        words(look, text(one), { x: right + at, y, align: 'right', mono: true, tone: 'ink' }),
      ),
    )
  })
  return {
    name: 'classes',
    title: `Classes, ${title}`,
    caption: [
      `Recall of each class with a 95 % Wilson interval over its texts; precision and F1 have none${isNarrow ? ', precision stands in the table' : ''}.`,
    ],
    notes: [],
    keys: [],
    words: `Recall by class. ${figures.map(({ name, recall }) => `${name}: ${shareText(recall)}.`).join(' ')}`,
    table: {
      head: ['class', 'texts', 'recall, %', 'interval', 'precision, %', 'F1, %'],
      rows: figures.map(({ name, support, recall, ends, precision, f1 }) => [
        name,
        support.toLocaleString('en'),
        shareText(recall),
        ends === null ? 'no texts' : percentEnds(ends.low, ends.high, ' to '),
        shareText(precision),
        shareText(f1),
      ]),
    },
    width,
    height: box.top + height + side.foot,
    option,
  }
}

function figuresOf(classes: readonly string[], table: Evaluated['confusion']): ClassFigures[] {
  const names = shownNames(classes)
  return classes.map((name, truth) => {
    const row = table[truth] ?? []
    const [right, support] = [row[truth] ?? 0, row.reduce((sum, count) => sum + count, 0)]
    const predicted = table.reduce((sum, other) => sum + (other[truth] ?? 0), 0)
    const recall = support === 0 ? null : right / support
    const precision = predicted === 0 ? null : right / predicted
    const f1 =
      recall === null || precision === null || right === 0 ? null : (2 * recall * precision) / (recall + precision)
    return {
      name: names.get(name) ?? name,
      support,
      recall,
      precision,
      f1,
      ends: support === 0 ? null : wilsonEnds(right, support),
    }
  })
}

function shareText(share: number | null): string {
  return share === null ? 'none' : percentText(share, 1)
}
