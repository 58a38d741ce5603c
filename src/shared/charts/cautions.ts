import type { Warning } from '../units.ts'
import { axisValue, clean, pivotAxes, valueWords, type Only, type PivotAxis, type FigureRow } from './axes.ts'
import { counted } from './figures.ts'
import { cutText } from './shownName.ts'
import { alikeWarning } from './summary.ts'

/** A warning's code as one or two words. */
export function warningWord({ code }: Warning): string {
  return code.replaceAll('-', ' ')
}

/** Each kind of warning once: its code, what it says first, and how many cells carry it. */
export function warningNotes(rows: readonly FigureRow[]): string[] {
  const kinds = new Map<string, { message: string; cells: number }>()
  for (const row of rows) {
    for (const { code, message } of new Map(row.warnings.map((one) => [one.code, one])).values()) {
      const known = kinds.get(code)
      kinds.set(code, { message: known?.message ?? message, cells: (known?.cells ?? 0) + 1 })
    }
  }
  for (const { code, message } of runsAlike(rows))
    kinds.set(code, { message, cells: (kinds.get(code)?.cells ?? 0) + 1 })
  return [...kinds].map(
    ([code, { message, cells }]) =>
      `Warning, ${code.replaceAll('-', ' ')}, in ${counted(cells, 'cell')}: ${cutText(message, 160)}`,
  )
}

/** The warning of each place at which several runs stand that no axis tells apart. */
function runsAlike(rows: readonly FigureRow[]): Warning[] {
  const places = Map.groupBy(rows, (row) => JSON.stringify(pivotAxes.map((axis) => axisValue(row, axis))))
  return [...places.values()].filter(({ length }) => length > 1).map(({ length }) => alikeWarning(length - 1))
}

/** Axes whose values say what they are of: `draw 0`. */
const saysItsAxis: ReadonlySet<PivotAxis> = new Set(['seed', 'draw'])

/** What was fixed, in words: `clean input; composition balanced; draw 0`. */
export function fixedWords(only: Only): string {
  const parts = (Object.entries(only) as [PivotAxis, string[]][]).map(([axis, values]) => {
    const isClean = values.length === 1 && values[0] === clean
    if (isClean && axis === 'noise') return 'clean input'
    if (isClean && axis === 'shift') return 'input not shifted'
    const said = values.map((value) => cutText(valueWords(axis, value))).join(', ')
    return saysItsAxis.has(axis) ? said : `${axis} ${said}`
  })
  return parts.join('; ')
}

/** Parts as one sentence; empty without parts. */
export function asSentence(parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('; ')
  return text === '' ? '' : `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}

/** The split and the number of texts that every cell has, or the smallest and the largest. */
export function textsWords(rows: readonly FigureRow[]): string {
  const splits = [...new Set(rows.map((row) => row.split))].join(', ')
  const sizes = [...new Set(rows.map((row) => row.n))]
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)]
  const n = low === high ? low.toLocaleString('en') : `${low.toLocaleString('en')} to ${high.toLocaleString('en')}`
  return `${splits} split, n = ${n}`
}
