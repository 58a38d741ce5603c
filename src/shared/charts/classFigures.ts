import type { Evaluated } from './confusion.ts'
import type { Figure } from './figure.ts'
import { fixed, percentText } from './figures.ts'
import { familyColour, familySymbol, type Look } from './look.ts'
import { addPlot, drawn, emptyOption, numberAxis, trace, words } from './pieces.ts'
import { shownNames } from './shownName.ts'
import { wilsonEnds } from './wilsonEnds.ts'

const side = { left: 200, right: 112, head: 8, names: 16, row: 28, least: 26, foot: 36 }
const character = 6.6

interface ClassFigures {
  name: string
  support: number
  recall: number | null
  ends: { low: number; high: number } | null
  precision: number | null
  f1: number | null
}

/**
 * Of each class, the share of its texts that were recognised, with a 95 % Wilson interval, and precision and F1 in figures. Null without texts.
 *
 * @param room pixels below each other that lines are made a little lower for
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
  const longest = Math.max(...figures.map(({ name }) => name.length)) * character + 12
  const left = Math.min(side.left, longest, Math.max(136, (width - side.right) * 0.5))
  const row = Math.floor((room - side.head - side.names - side.foot) / figures.length)
  const step = Math.min(side.row, Math.max(side.least, row))
  const height = figures.length * step
  const box = { left, top: side.head + side.names, width: width - left - side.right, height }
  const x = numberAxis(look, 'foot', [0, 1], {
    values: [0, 0.25, 0.5, 0.75, 1],
    text: (value) => fixed(value * 100, 0),
  })
  const y = {
    ...numberAxis(look, 'side', [0, figures.length], { values: [], text: () => '' }),
    inverse: true,
    splitLine: { show: false },
  }
  const plot = addPlot(option, box, { ...x, name: 'recall, %', nameLocation: 'middle', nameGap: 22 }, y)
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
  const right = width - side.right
  option.graphic.push(
    words(look, 'precision', { x: right + 56, y: 8, align: 'right' }),
    words(look, 'F1', { x: right + 104, y: 8, align: 'right' }),
  )
  figures.forEach((one, at) => {
    const middle = box.top + (at + 0.5) * step
    option.graphic.push(
      words(look, one.name, { x: 0, y: middle, tone: 'ink-2', width: left - 8, lines: 2 }),
      words(look, shareText(one.precision), { x: right + 56, y: middle, align: 'right', mono: true, tone: 'ink' }),
      words(look, shareText(one.f1), { x: right + 104, y: middle, align: 'right', mono: true, tone: 'ink' }),
    )
  })
  return {
    name: 'classes',
    title: `Classes, ${title}`,
    caption: ['Recall of each class with a 95 % Wilson interval over its texts; precision and F1 have none.'],
    notes: [],
    keys: [],
    words: `Recall by class. ${figures.map(({ name, recall }) => `${name}: ${shareText(recall)}.`).join(' ')}`,
    table: {
      head: ['class', 'texts', 'recall, %', 'interval', 'precision, %', 'F1, %'],
      rows: figures.map(({ name, support, recall, ends, precision, f1 }) => [
        name,
        support.toLocaleString('en'),
        shareText(recall),
        ends === null ? 'no texts' : `${percentText(ends.low, 1)} to ${percentText(ends.high, 1)}`,
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
