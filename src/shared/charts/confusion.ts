import type { ResultRow, Results } from '../contract/results.ts'
import { bitsValue, selectRows, type Only } from './axes.ts'
import { classLines } from './classLines.ts'
import type { ChartOption, Figure } from './figure.ts'
import { percentText } from './figures.ts'
import { familyColour, inkOn, mixColours, type Family, type Look } from './look.ts'
import { emptyOption, words } from './pieces.ts'
import { cutText, shownNames } from './shownName.ts'
import { roughWidth } from './wrapped.ts'

/** One evaluation with what its texts were taken for. */
export interface Evaluated {
  /** what it is of: `disc, ours, W4 A4 C4` */
  title: string
  family: Family
  classes: readonly string[]
  /** `confusion[truth][predicted]`, texts */
  confusion: readonly (readonly number[])[]
}

/** The first cell that fits, and how many others do. */
export function firstEvaluated({ rows, dataset }: Pick<Results, 'rows' | 'dataset'>, only: Only): Evaluated | null {
  const [row] = selectRows<ResultRow>(rows, only)
  if (row === undefined) return null
  const { model, recipe, bits, composition, family, confusion: table } = row
  const parts = [model, recipe, bitsValue(bits), composition].filter((part) => part !== null)
  return { title: parts.map((part) => cutText(part)).join(', '), family, classes: dataset.classes, confusion: table }
}

const side = { head: 40, indent: 20, cell: 2, foot: 8 }
/** Pixels of a digit of a count. */
const digit = 6.6
/** Classes that are drawn; of more, the table alone says all. */
export const mostClasses = 24

/**
 * Texts by their class and by the class that they were taken for; the share of a line as the depth of its family's hue. Null without texts.
 *
 * @param room pixels below each other that lines are made lower or higher for
 */
export function confusion(
  { title, family, classes, confusion: table }: Evaluated,
  look: Look,
  width = 720,
  room = Infinity,
): Figure | null {
  const texts = table.flat().reduce((sum, count) => sum + count, 0)
  if (texts === 0) return null
  const names = [...shownNames(classes).values()]
  const option = emptyOption(look)
  const shown = Math.min(classes.length, mostClasses)
  const drawn = names.slice(0, shown)
  const longest = Math.max(...drawn.map((name) => roughWidth(name, 11)))
  const wide = Math.min(96, (width - Math.min(width * 0.36, longest + 12)) / shown)
  // Columns too narrow for their names have numbers, and the lines tell which class has which.
  const numbered = wide < longest + 4
  const indent = numbered ? side.indent : 0
  const { height: row, lines } = classLines(shown, room - side.head - side.foot)
  const left = nameRoom(drawn, { width, indent, lines, least: shown * columnOf(table) })
  const step = Math.min(96, (width - left) / shown)
  drawn.forEach((name, place) => {
    const at = { x: left + (place + 0.5) * step, align: 'center' as const, width: step - 4 }
    const line = { y: side.head + (place + 0.5) * row, tone: 'ink-2' as const }
    option.graphic.push(
      words(look, numbered ? String(place + 1) : name, { ...at, y: side.head - 10, tone: 'ink-2', mono: numbered }),
      words(look, name, { x: indent, ...line, width: left - indent - 8, lines }),
      ...(numbered ? [words(look, String(place + 1), { x: 14, ...line, align: 'right', mono: true })] : []),
    )
  })
  option.graphic.push(words(look, 'taken for', { x: left, y: 8 }), words(look, 'class', { x: 0, y: side.head - 10 }))
  table
    .slice(0, shown)
    .forEach((line, truth) => drawRow(option, look, line.slice(0, shown), { truth, left, step, row, family }))
  const more = classes.length - shown
  return {
    name: 'confusion',
    title: `Confusion, ${title}`,
    caption: [`Texts of each class by the class that they were taken for, n = ${texts.toLocaleString('en')}.`],
    notes: more > 0 ? [`The first ${shown} of ${classes.length} classes are drawn; the table has all.`] : [],
    keys: [],
    words: `Confusion. ${table.map((row, truth) => rowWords(names, row, truth)).join(' ')}`,
    table: {
      head: ['class', ...names.map((name) => `taken for ${name}`)],
      rows: table.map((row, truth) => [names[truth] ?? '', ...row.map((count) => count.toLocaleString('en'))]),
    },
    width,
    height: side.head + shown * row + side.foot,
    option,
  }
}

/** Pixels that the column of a count has at least. */
function columnOf(table: Evaluated['confusion']): number {
  return String(Math.max(...table.flat())).length * digit + side.cell + 2
}

interface NameRoom {
  width: number
  indent: number
  /** of a name */
  lines: number
  /** that the columns have at least */
  least: number
}

/** Pixels for the names: a word is not broken where there is room for it, and in one line a name is whole as far as the columns leave it room. */
function nameRoom(names: readonly string[], { width, indent, lines, least }: NameRoom): number {
  const widest = (parts: readonly string[]): number => Math.max(...parts.map((part) => roughWidth(part, 11)))
  const whole = widest(names) + 12 + indent
  if (lines === 1) return Math.min(whole, Math.max(width * 0.36, width - least))
  const word = widest(names.flatMap((name) => name.split(' '))) + indent + 8
  return Math.min(whole, Math.max(width * 0.36, Math.min(width * 0.45, word)))
}

function drawRow(
  option: ChartOption,
  look: Look,
  counts: readonly number[],
  { truth, left, step, row, family }: { truth: number; left: number; step: number; row: number; family: Family },
): void {
  const total = counts.reduce((sum, count) => sum + count, 0)
  counts.forEach((count, predicted) => {
    const share = total === 0 ? 0 : count / total
    const ground = mixColours(look.colour('sunken'), familyColour(look, family), share * 0.85)
    const shape = {
      ...{ x: left + predicted * step, y: side.head + truth * row },
      ...{ width: step - side.cell, height: row - side.cell },
    }
    option.graphic.push({ type: 'rect', x: 0, y: 0, z: 1, silent: true, shape, style: { fill: ground } })
    const text = words(look, count.toLocaleString('en'), {
      ...{ x: shape.x + shape.width / 2, y: shape.y + shape.height / 2, align: 'center', mono: true },
      weight: truth === predicted ? 500 : 400,
    })
    option.graphic.push({ ...text, style: { ...(text['style'] as object), fill: inkOn(ground, look) } })
  })
}

function rowWords(names: readonly string[], row: readonly number[], truth: number): string {
  const total = row.reduce((sum, count) => sum + count, 0)
  const right = row[truth] ?? 0
  if (total === 0) return `${names[truth]}: no texts.`
  const [worst] = row
    .map((count, place) => ({ count, place }))
    .filter(({ place }) => place !== truth)
    .sort((a, b) => b.count - a.count)
  const most =
    worst === undefined || worst.count === 0 ? '' : `, most often taken for ${names[worst.place]}, ${worst.count}`
  return `${names[truth]}: ${percentText(right / total, 1)} % right${most}.`
}
