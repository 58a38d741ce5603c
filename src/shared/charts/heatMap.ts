import { axisValue, isFloat, valuesOf, valueWords, type FigureRow, type Only, type Rows } from './axes.ts'
import { bitsTicks, labelsWithin, onOneLine, type BitsTicks } from './bitsTicks.ts'
import { asSentence, fixedWords, textsWords, warningNotes } from './cautions.ts'
import { datumOf } from './datum.ts'
import type { ChartOption, Datum, Figure } from './figure.ts'
import { digitsApart, fixed, signed } from './figures.ts'
import { fixRest, linesOf, rowsOf, type Line } from './lines.ts'
import { familyColour, inkOn, mixColours, type Look } from './look.ts'
import { emptyOption, warningSign, words } from './pieces.ts'
import { shownNames } from './shownName.ts'
import { doubtWords, summarize, type Summary } from './summary.ts'

export interface HeatMap {
  only: Only
  /** what the lines of the map are */
  by?: 'composition' | 'noise'
}

/** `least`: pixels of a column, under which the map grows wider than it was asked to be; `leastAlone` where a cell has no interval, and says so. */
const side = { left: 200, head: 46, row: 38, gap: 20, cell: 2, least: 44, leastAlone: 74 }
/** Pixels that a character of a name takes, about. */
const character = 6.8

/**
 * What each width costs under each composition, or each noise: float's accuracy on the same input minus the cell's, in points, with its
 * half-width; a block for each model and recipe, in its family's hue. Parentheses: the interval over texts holds 0. Null without quantized cells.
 */
export function heatMap(
  results: Rows,
  look: Look,
  { only: asked, by = 'composition' }: HeatMap,
  given = 720,
): Figure | null {
  const { rows: chosen, only } = fixRest(results.rows, asked, ['bits', by, 'recipe'])
  const rows = chosen.filter((row) => !isFloat(row.bits) && row.difference !== null)
  const lines = valuesOf(rows, by)
  if (lines.length === 0) return null
  const whole = bitsTicks(rows)
  const blocks = linesOf(rows, results.recipes).map((line) =>
    blockOf(rowsOf(rows, line), { line, by, lines, ticks: whole }),
  )
  const worst = Math.max(0.001, ...blocks.flatMap(({ cells }) => cells.flat().map((cell) => cell?.loss ?? 0)))
  const option = emptyOption(look)
  const names = shownNames(lines.map((value) => valueWords(by, value)))
  const shown = [...names.values()]
  const wanted = Math.max(...[...shown, whole.name].map((name) => name.length)) * character + 12
  const left = Math.min(side.left, wanted, Math.max(72, given * 0.28))
  const most = Math.max(...blocks.map(({ columns }) => columns.length))
  const ticks = { ...whole, labels: labelsWithin(whole, (given - left) / most) }
  const head = side.head + (Math.max(...ticks.labels.map((label) => label.split('\n').length)) - 1) * 14
  const height = head + side.row * lines.length + side.gap
  const hasAlone = blocks.some(({ cells }) => cells.flat().some((cell) => cell !== null && halfOf(cell) === null))
  const widest = Math.max(...ticks.labels.flatMap((label) => label.split('\n')).map((part) => part.length))
  const least = Math.max(hasAlone ? side.leastAlone : side.least, widest * character + 6)
  const width = Math.max(given, left + least * most)
  const data = blocks.flatMap((block, index) => {
    const frame = { top: index * height, left, head, width, most, worst, ticks, names: shown }
    drawBlock(option, look, frame, block)
    return dataOf(frame, block, { by, lines })
  })
  const summaries = blocks.flatMap(({ cells }) => cells.flat().flatMap((cell) => (cell === null ? [] : [cell.summary])))
  return {
    name: `bits-by-${by}`,
    title: `Loss by width and ${by}`,
    caption: [
      asSentence(['accuracy of float minus accuracy of the cell, points', textsWords(rows)]),
      asSentence([...doubtWords(summaries), fixedWords(only)]),
      `± ${summaries.some(({ kind }) => kind === 'range') ? 'half of the distance from the lowest to the highest' : 'half of the interval'}; parentheses: an interval over texts holds 0.`,
      ...ticks.notes,
    ],
    notes: warningNotes(rows),
    keys: [],
    words: wordsOf(blocks, shown, ticks, by),
    table: tableOf(blocks, shown, ticks, by),
    data,
    width,
    height: height * blocks.length - side.gap,
    option,
  }
}

interface HeatCell {
  loss: number
  summary: Summary
}
interface Block {
  line: Line
  /** `cells[line][width]` */
  cells: (HeatCell | null)[][]
  /** places of the widths that the block was measured at; the others have no column in it */
  columns: number[]
}

interface Lines {
  by: 'composition' | 'noise'
  lines: readonly string[]
}

function blockOf(
  rows: readonly FigureRow[],
  { line, by, lines, ticks }: Lines & { line: Line; ticks: BitsTicks },
): Block {
  const cells = lines.map((value) =>
    ticks.values.map((bits) => {
      const group = rows.filter((row) => axisValue(row, by) === value && axisValue(row, 'bits') === bits)
      if (group.length === 0) return null
      const summary = summarize(group, 'difference')
      return summary.value === null ? null : { loss: -summary.value, summary }
    }),
  )
  const columns = ticks.values.map((_, place) => place).filter((place) => cells.some((row) => row[place] !== null))
  return { line, cells, columns }
}

interface Frame {
  top: number
  left: number
  head: number
  width: number
  /** columns of the block that has most of them */
  most: number
  worst: number
  ticks: BitsTicks
  names: string[]
}

/** Pixels from one column to the next. */
function stepOf({ width, left, most }: Pick<Frame, 'width' | 'left' | 'most'>): number {
  return Math.min(96, (width - left) / most)
}

function dataOf(frame: Frame, { line, cells, columns }: Block, { by, lines }: Lines): Datum[] {
  const { top, left, head, ticks, names } = frame
  const step = stepOf(frame)
  return cells.flatMap((row, index) =>
    columns.flatMap((column, place) => {
      const cell = row[column] ?? null
      if (cell === null) return []
      const at = {
        plot: null,
        x: left + (place + 0.5) * step - side.cell / 2,
        y: top + head + index * side.row + (side.row - side.cell) / 2,
        width: step - side.cell,
        height: side.row - side.cell,
      }
      const where = { model: line.model, recipe: line.recipe, bits: ticks.values[column] ?? null }
      const of = [line.label, names[index] ?? '', onOneLine(ticks.labels[column] ?? '')]
      const told = { of, summary: cell.summary, unit: 'points' as const }
      return datumOf(at, { ...where, [by]: lines[index] ?? null }, told) ?? []
    }),
  )
}

function drawBlock(
  option: ChartOption,
  look: Look,
  { top, left, head, width, most, worst, ticks, names }: Frame,
  { line, cells, columns }: Block,
): void {
  const step = stepOf({ width, left, most })
  option.graphic.push(
    words(look, line.label, { x: 0, y: top + 12, size: 12, weight: 500, tone: 'ink' }),
    words(look, ticks.name.length * character < left - 10 ? ticks.name : 'bits', { x: 0, y: top + head - 12 }),
  )
  columns.forEach((column, place) => {
    const label = ticks.labels[column] ?? ''
    const x = left + (place + 0.5) * step - side.cell / 2
    label.split('\n').forEach((part, index, parts) =>
      option.graphic.push(
        words(look, part, {
          x,
          y: top + head - 12 - (parts.length - 1 - index) * 14,
          align: 'center',
          mono: true,
          tone: 'ink-2',
        }),
      ),
    )
  })
  cells.forEach((row, index) => {
    const y = top + head + index * side.row
    option.graphic.push(
      words(look, names[index] ?? '', {
        x: 0,
        y: y + side.row / 2,
        tone: 'ink-2',
        size: 12,
        width: left - 10,
        lines: 2,
      }),
    )
    columns.forEach((column, place) => {
      const cell = row[column] ?? null
      const box = { x: left + place * step, y, width: step - side.cell, height: side.row - side.cell }
      option.graphic.push(...cellGraphics(look, box, cell, familyColour(look, line.family), worst))
    })
  })
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

function cellGraphics(look: Look, box: Box, cell: HeatCell | null, hue: string, worst: number) {
  const centre = { x: box.x + box.width / 2, align: 'center' as const, mono: true }
  if (cell === null) {
    const frame = {
      type: 'rect',
      x: 0,
      y: 0,
      z: 1,
      silent: true,
      shape: box,
      style: { fill: 'none', stroke: look.colour('line'), lineDash: [3, 3] },
    }
    return [frame, words(look, 'no result', { ...centre, mono: false, y: box.y + box.height / 2, tone: 'ink-3' })]
  }
  const ground = mixColours(look.colour('sunken'), hue, Math.max(0, cell.loss) / worst)
  const ink = inkOn(ground, look)
  const line = (text: string, y: number, size: number) => {
    const placed = words(look, text, { ...centre, y, size })
    return { ...placed, style: { ...(placed['style'] as object), fill: ink } }
  }
  const middle = box.y + box.height / 2
  const half = line(halfText(cell), middle + 8, 10)
  // Beside the half-width, which is the shorter of the two: in a narrow cell a corner is the figure's.
  const room = cell.summary.warnings.length > 0 ? sign.width + sign.gap : 0
  const start = centre.x - (halfText(cell).length * sign.character + room) / 2
  const doubt = room === 0 ? [] : [warningSign(look, start + sign.width / 2, middle + 7, ink)]
  return [
    { type: 'rect', x: 0, y: 0, z: 1, silent: true, shape: box, style: { fill: ground } },
    line(lossText(cell), middle - 7, 12),
    { ...half, x: centre.x + room / 2 },
    ...doubt,
  ]
}

/** Pixels of the triangle of doubt, and of a character of the half-width beside it. */
const sign = { width: 11, gap: 2, character: 6 }

function lossText({ loss, summary }: HeatCell): string {
  const text = signed(fixed(loss * 100, 1))
  return summary.reach !== null && summary.reach.low <= 0 && summary.reach.high >= 0 ? `(${text})` : text
}

/** In points; null where there is no interval. */
function halfOf({ summary: { low, high } }: HeatCell): number | null {
  return low === null || high === null ? null : ((high - low) / 2) * 100
}

function halfText(cell: HeatCell): string {
  const half = halfOf(cell)
  if (half === null) return 'no interval'
  return half === 0 ? '±0' : `±${fixed(half, digitsApart(0, half))}`
}

function wordsOf(blocks: readonly Block[], names: readonly string[], ticks: BitsTicks, by: string): string {
  const parts = blocks.flatMap(({ line, cells }) =>
    cells.map((row, index) => {
      const losses = row.flatMap((cell, column) =>
        cell === null ? [] : [`${lossText(cell)} at ${onOneLine(ticks.labels[column] ?? '')}`],
      )
      return `${line.label}, ${names[index]}: ${losses.join(', ')}.`
    }),
  )
  return `Points lost against float by ${ticks.name} and ${by}. ${parts.join(' ')}`
}

function tableOf(blocks: readonly Block[], names: readonly string[], ticks: BitsTicks, by: string): Figure['table'] {
  const rows = blocks.flatMap(({ line, cells }) =>
    cells.map((row, index) => [
      line.label,
      names[index] ?? '',
      ...row.map((cell) => (cell === null ? 'no result' : `${lossText(cell)}, ${halfText(cell)}`)),
    ]),
  )
  return { head: ['model', by, ...ticks.labels.map((label) => onOneLine(label))], rows }
}
