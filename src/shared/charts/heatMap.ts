import { axisValue, isFloat, valuesOf, valueWords, type FigureRow, type Only, type Rows } from './axes.ts'
import { bitsTicks, linesOfLabels, ticksWithin, type BitsTicks } from './bitsTicks.ts'
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

/**
 * Pixels. `beside`: between maps that stand side by side; `low`: of a row where there is little room; `wide`, `ample`: of a column at most, and for maps to stand side by side at least; `alone`:
 * of one with a cell that has no interval, and says so.
 */
const side = { left: 200, head: 46, row: 38, low: 30, gap: 20, beside: 28, cell: 2, wide: 96, ample: 54, alone: 72 }
/** Pixels that a character of a name takes, about; and of a figure, as a share of its size. */
const character = 6.8
const figureCharacter = 0.6
/** The loss that has the full hue where none is greater: a few tenths of a point must not look like ruin. */
const fullHue = 0.05
/** Sizes of figures: the usual, and the least, for narrow columns. */
const sizes = { usual: 12, least: 10 }

/**
 * What each width costs under each composition, or each noise: float's accuracy on the same input minus the cell's, in points, with its
 * half-width; a block for each model and recipe, in its family's hue. Parentheses: the interval over texts holds 0. A block with more widths than
 * there is room for goes on below. Null without quantized cells.
 *
 * @param room pixels below each other, for which blocks stand side by side where they can
 */
export function heatMap(
  results: Rows,
  look: Look,
  { only: asked, by = 'composition' }: HeatMap,
  width = 720,
  room = Infinity,
): Figure | null {
  const { rows: chosen, only } = fixRest(results.rows, asked, ['bits', by, 'recipe'])
  const rows = chosen.filter((row) => !isFloat(row.bits) && row.difference !== null)
  const lines = valuesOf(rows, by)
  if (lines.length === 0) return null
  const whole = bitsTicks(rows)
  const blocks = linesOf(rows, results.recipes).map((line) =>
    blockOf(rowsOf(rows, line), { line, by, lines, ticks: whole }),
  )
  const found = blocks.flatMap(({ cells }) => cells.flat().filter((cell) => cell !== null))
  const worst = Math.max(fullHue, ...found.map(({ loss }) => loss))
  const option = emptyOption(look)
  const names = [...shownNames(lines.map((value) => valueWords(by, value))).values()]
  const grid = gridOf(blocks, found, { width, room, names })
  const ticks = ticksWithin(whole, grid.step)
  const head = side.head + (linesOfLabels(ticks.labels) - 1) * 14
  const row = rowWithin(grid, head, lines.length, room)
  const height = head + row * lines.length + side.gap
  const data = grid.strips.flatMap((strip, index) => {
    const { across, down } = placeIn(grid, index)
    const frame = { x: across * (grid.each + side.beside), top: down * height, head, row, worst, ticks, names, ...grid }
    drawStrip(option, look, frame, strip)
    return dataOf(frame, strip, { by, lines })
  })
  const summaries = found.map(({ summary }) => summary)
  return {
    name: `bits-by-${by}`,
    title: `Loss by width and ${by}`,
    caption: [
      asSentence(['accuracy of float minus accuracy of the cell, points', textsWords(rows)]),
      asSentence([...doubtWords(summaries), fixedWords(only)]),
      `± ${halvesWords(summaries)}; parentheses: an interval over texts holds 0.`,
    ],
    notes: [...ticks.notes, ...warningNotes(rows)],
    keys: [],
    words: wordsOf(blocks, names, ticks, by),
    table: tableOf(blocks, names, ticks, by),
    data,
    width,
    height: height * grid.down - side.gap,
    option,
  }
}

/** What half-widths are of. */
function halvesWords(summaries: readonly Summary[]): string {
  const kinds = new Set(summaries.map(({ kind }) => kind))
  if (!kinds.has('range')) return 'half of the interval'
  const range = 'half of the distance from the lowest to the highest'
  return kinds.has('interval') ? `${range}, of one cell alone half of its interval over texts` : range
}

/** As many widths of a block as stand beside each other. */
interface Strip extends Block {
  /** its block begins above */
  goesOn: boolean
}

interface Grid {
  strips: Strip[]
  /** pixels of the names of lines, from one column to the next, and of a map */
  left: number
  step: number
  each: number
  /** maps beside each other, and below */
  across: number
  down: number
  /** size of the figures */
  size: number
}

interface Room {
  width: number
  room: number
  names: readonly string[]
}

/** Maps in so many columns that all are in sight, as far as their figures have room; widths beyond that go on below. */
function gridOf(blocks: readonly Block[], found: readonly HeatCell[], { width, room, names }: Room): Grid {
  const longest = Math.max(...found.map((cell) => lossText(cell).length))
  const figures = longest * figureCharacter * sizes.least + side.cell + 2
  const least = Math.max(figures, found.some((cell) => halfOf(cell) === null) ? side.alone : side.row)
  const wanted = Math.max(...names.map((name) => name.length)) * character + 12
  const within = (across: number): Grid => {
    const each = (width - (across - 1) * side.beside) / across
    const left = Math.min(side.left, wanted, Math.max(72, each * 0.28))
    const strips = blocks.flatMap((block) => stripsOf(block, Math.max(1, Math.floor((each - left) / least))))
    const step = Math.min(side.wide, (each - left) / Math.max(...strips.map(({ columns }) => columns.length)))
    const fitting = Math.floor((step - side.cell - 2) / (longest * figureCharacter))
    const size = Math.max(sizes.least, Math.min(sizes.usual, fitting))
    return { strips, left, step, each, across, down: Math.ceil(strips.length / across), size }
  }
  const heightOf = ({ down }: Grid): number => down * (side.head + side.low * names.length + side.gap) - side.gap
  let grid = within(1)
  while (heightOf(grid) > room && grid.across < blocks.length) {
    const next = within(grid.across + 1)
    if (next.step < side.ample || next.strips.length > grid.strips.length) break
    grid = next
  }
  return grid
}

/** Pixels of a row: fewer where that brings all maps into sight. */
function rowWithin({ down }: Grid, head: number, lines: number, room: number): number {
  const fitting = Math.floor(((room + side.gap) / down - head - side.gap) / lines)
  return fitting < side.low || fitting > side.row ? side.row : fitting
}

/** Column by column where that is even, so that a model's recipes stand below each other; else line by line. */
function placeIn({ across, down, strips }: Grid, index: number): { across: number; down: number } {
  return strips.length === across * down
    ? { across: Math.floor(index / down), down: index % down }
    : { across: index % across, down: Math.floor(index / across) }
}

/** A block in strips of about as many widths each. */
function stripsOf(block: Block, most: number): Strip[] {
  const count = Math.ceil(block.columns.length / most)
  const size = Math.ceil(block.columns.length / count)
  return Array.from({ length: count }, (_, index) => ({
    ...block,
    columns: block.columns.slice(index * size, (index + 1) * size),
    goesOn: index > 0,
  }))
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

interface Frame extends Grid {
  x: number
  top: number
  head: number
  row: number
  worst: number
  ticks: BitsTicks
  names: string[]
}

function dataOf(frame: Frame, { line, cells, columns }: Strip, { by, lines }: Lines): Datum[] {
  const { x, top, left, head, row, step, ticks, names } = frame
  return cells.flatMap((found, index) =>
    columns.flatMap((column, place) => {
      const cell = found[column] ?? null
      if (cell === null) return []
      const at = {
        plot: null,
        x: x + left + (place + 0.5) * step - side.cell / 2,
        y: top + head + index * row + (row - side.cell) / 2,
        width: step - side.cell,
        height: row - side.cell,
      }
      const where = { model: line.model, recipe: line.recipe, bits: ticks.values[column] ?? null }
      const of = [line.label, names[index] ?? '', ticks.said[column] ?? '']
      const told = { of, summary: cell.summary, unit: 'points' as const }
      return datumOf(at, { ...where, [by]: lines[index] ?? null }, told) ?? []
    }),
  )
}

function drawStrip(option: ChartOption, look: Look, frame: Frame, { line, cells, columns, goesOn }: Strip): void {
  const { x, top, left, head, row, step, each, ticks, names } = frame
  const title = goesOn ? `${line.label}, narrower` : line.label
  option.graphic.push(
    words(look, title, { x, y: top + 12, size: 12, weight: 500, tone: 'ink', width: each }),
    words(look, ticks.name.length * character < left - 10 ? ticks.name : 'bits', { x, y: top + head - 12 }),
  )
  columns.forEach((column, place) => {
    const parts = (ticks.labels[column] ?? '').split('\n')
    const middle = x + left + (place + 0.5) * step - side.cell / 2
    parts.forEach((part, index) => {
      const y = top + head - 12 - (parts.length - 1 - index) * 14
      option.graphic.push(words(look, part, { x: middle, y, align: 'center', mono: true, tone: 'ink-2' }))
    })
  })
  cells.forEach((found, index) => {
    const y = top + head + index * row
    const name = { x, y: y + row / 2, tone: 'ink-2' as const, size: 12, width: left - 10, lines: 2 }
    option.graphic.push(words(look, names[index] ?? '', name))
    columns.forEach((column, place) => {
      const box = { x: x + left + place * step, y, width: step - side.cell, height: row - side.cell }
      option.graphic.push(
        ...cellGraphics(look, box, found[column] ?? null, { ...frame, hue: familyColour(look, line.family) }),
      )
    })
  })
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

function cellGraphics(
  look: Look,
  box: Box,
  cell: HeatCell | null,
  { hue, worst, size }: { hue: string; worst: number; size: number },
) {
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
    const empty = { y: box.y + box.height / 2, tone: 'ink-3' as const, width: box.width - 4, lines: 2 }
    return [frame, words(look, 'no result', { ...centre, mono: false, ...empty })]
  }
  const ground = mixColours(look.colour('sunken'), hue, Math.max(0, cell.loss) / worst)
  const ink = inkOn(ground, look)
  const line = (text: string, y: number, size: number) => {
    const placed = words(look, text, { ...centre, y, size })
    return { ...placed, style: { ...(placed['style'] as object), fill: ink } }
  }
  const middle = box.y + box.height / 2
  const close = box.height < side.row - side.cell - 4 ? 0.9 : 1
  const isDoubtful = cell.summary.warnings.length > 0
  const text = halfWithin(cell, box.width - (isDoubtful ? sign.width + sign.gap : 0))
  const half = line(text, middle + 8 * close, sizes.least)
  // Beside the half-width, which is the shorter of the two: in a narrow cell a corner is the figure's.
  const room = isDoubtful ? sign.width + sign.gap : 0
  const start = centre.x - (text.length * sign.character + room) / 2
  const doubt = room === 0 ? [] : [warningSign(look, start + sign.width / 2, middle + 7 * close, ink)]
  return [
    { type: 'rect', x: 0, y: 0, z: 1, silent: true, shape: box, style: { fill: ground } },
    line(lossText(cell), middle - 7 * close, size),
    { ...half, x: centre.x + room / 2 },
    ...doubt,
  ]
}

/** Pixels of the triangle of doubt, and of a character of the half-width beside it. */
const sign = { width: 11, gap: 2, character: 6 }

function lossText({ loss, summary }: HeatCell): string {
  const half = halfOf({ loss, summary })
  const text = signed(fixed(loss * 100, half === null ? 1 : halfDigits(half)))
  return summary.reach !== null && summary.reach.low <= 0 && summary.reach.high >= 0 ? `(${text})` : text
}

/** In points; null where there is no interval. */
function halfOf({ summary: { low, high } }: HeatCell): number | null {
  return low === null || high === null ? null : ((high - low) / 2) * 100
}

/** In a narrow cell a half-width of ten points or more has none behind the point. */
function halfWithin(cell: HeatCell, width: number): string {
  const [half, text] = [halfOf(cell), halfText(cell)]
  return half !== null && half >= 10 && text.length * sign.character > width ? `±${fixed(half, 0)}` : text
}

function halfText(cell: HeatCell): string {
  const half = halfOf(cell)
  if (half === null) return 'no interval'
  return half === 0 ? '±0' : `±${fixed(half, halfDigits(half))}`
}

/** A loss has as many digits as its half-width, which is not rounded to nothing. */
function halfDigits(half: number): number {
  return digitsApart(0, half)
}

function wordsOf(blocks: readonly Block[], names: readonly string[], ticks: BitsTicks, by: string): string {
  const parts = blocks.flatMap(({ line, cells }) =>
    cells.map((row, index) => {
      const losses = row.flatMap((cell, column) =>
        cell === null ? [] : [`${lossText(cell)} at ${ticks.said[column]}`],
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
  return { head: ['model', by, ...ticks.said], rows }
}
