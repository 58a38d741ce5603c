import { axisValue, selectRows, valuesOf, valueWords, type PivotAxis } from '../../shared/charts/axes.ts'
import { asSentence, fixedWords, textsWords, warningNotes } from '../../shared/charts/cautions.ts'
import {
  counted,
  digitsApart,
  fixed,
  percentEnds,
  percentText,
  plainEnds,
  plainNumber,
  pointsEnds,
  pointsText,
  signed,
  sizeText,
} from '../../shared/charts/figures.ts'
import { markSigns, type Mark } from '../../shared/charts/marks.ts'
import type { Pivot, PivotCell } from '../../shared/charts/pivot.ts'
import { groupWords, missingGroups, unlisted } from '../../shared/charts/missingCells.ts'
import { recipeWords } from '../../shared/charts/recipeWords.ts'
import { slug } from '../../shared/charts/requests.ts'
import { cutText, shownNames } from '../../shared/charts/shownName.ts'
import { doubtWords, type Measure, type Summary } from '../../shared/charts/summary.ts'
import type { MissingCell, Results, ResultRow } from '../../shared/contract/results.ts'
import type { TextCell, TextTable } from './textTable.ts'

const titles: Record<Measure, [title: string, unit: string]> = {
  accuracy: ['Accuracy', '%'],
  difference: ['Difference to float', 'points'],
  agreement: ['Agreement with float', '%'],
  macroF1: ['Macro F1', '%'],
  nll: ['Negative log-likelihood', 'nats a text'],
  ece: ['Expected calibration error', '%'],
  bytes: ['Model file', 'decimal units'],
}

/** `accuracy-model-composition-by-bits` */
export function pivotName({ value, rowAxes, columnAxes }: Pick<Pivot, 'value' | 'rowAxes' | 'columnAxes'>): string {
  return slug(`${value} ${rowAxes.join(' ')} by ${columnAxes.join(' ')}`, 100)
}

/** A pivot as people read it: per cent and points, interval or range below each figure, marks, and every doubt in words. */
export function pivotTable(pivot: Pivot, results: Results): TextTable {
  const { value, cells, rowAxes, columnAxes } = pivot
  const [title, unit] = titles[value]
  const summaries = cells.flat().flatMap(({ summary }) => (summary === null ? [] : [summary]))
  const used = rowsBehind(summaries, results.rows)
  const rowNames = axisNames(rowAxes, results)
  const columnNames = axisNames(columnAxes, results)
  const missing = selectRows(results.missing, pivot.only)
  return {
    name: pivotName(pivot),
    title: `${title}, ${unit}`,
    caption: captionOf(pivot, summaries, used),
    stub: [...rowAxes],
    head: pivot.columns.map((column) => column.map((text, index) => columnNames[index]?.get(text) ?? text).join(', ')),
    rows: pivot.rows.map((row, index) => ({
      stub: row.map((text, axis) => rowNames[axis]?.get(text) ?? text),
      cells: (cells[index] ?? []).map((cell, column) =>
        cell.summary === null
          ? { text: absence(missingAt(missing, pivot, index, column), results), absent: true }
          : textCell(cell, cell.summary, value),
      ),
    })),
    notes: [
      ...marksNote(pivot, results),
      ...bestNote(cells.flat()),
      ...missingNotes(missing, results),
      ...warningNotes(used),
    ],
  }
}

function axisNames(axes: readonly PivotAxis[], results: Results): Map<string, string>[] {
  return axes.map((axis) => {
    const words = (value: string): string => (axis === 'recipe' ? recipeWords(results, value) : valueWords(axis, value))
    const values = valuesOf(results.rows, axis)
    const shown = shownNames(values.map(words), axis === 'bits' || axis === 'recipe' ? 60 : undefined)
    return new Map(values.map((value) => [value, shown.get(words(value)) ?? value]))
  })
}

/** The missing cells that would stand at a place of the pivot. */
function missingAt(
  missing: readonly MissingCell[],
  { rowAxes, columnAxes, rows, columns }: Pivot,
  row: number,
  column: number,
): MissingCell[] {
  const place = [
    ...rowAxes.map((axis, index) => [axis, rows[row]?.[index]] as const),
    ...columnAxes.map((axis, index) => [axis, columns[column]?.[index]] as const),
  ]
  return missing.filter((cell) =>
    place.every(([axis, value]) => {
      const own = axisValue(cell, axis)
      return own === null || own === value
    }),
  )
}

/** What stands for a figure that is not there. Where not all missing cells are listed, the one that is not found may have failed. */
function absence(cells: readonly MissingCell[], results: Results): string {
  if (cells.some(({ error }) => error !== null)) return 'failed'
  return cells.length === 0 && results.cells.failed > 0 && unlisted(results) !== '' ? 'no result' : 'not run'
}

/** Why cells failed that this table would hold. */
function missingNotes(missing: readonly MissingCell[], { cells, missing: listed }: Results): string[] {
  const groups = missingGroups(missing.filter(({ error }) => error !== null))
  const failed = listed.filter(({ error }) => error !== null).length
  const more = cells.failed > failed ? [`Of the study, ${counted(cells.failed - failed, 'more cell')} failed.`] : []
  return [...groups.map((group) => cutText(groupWords(group), 200)), ...more]
}

function rowsBehind(summaries: readonly Summary[], rows: readonly ResultRow[]): ResultRow[] {
  const ids = new Set(summaries.flatMap((summary) => summary.ids))
  return rows.filter((row) => ids.has(row.id))
}

function captionOf({ only }: Pivot, summaries: readonly Summary[], used: readonly ResultRow[]): string[] {
  const doubt = doubtWords(summaries)
  const fixedTo = fixedWords(only)
  return [
    ...(used.length === 0 ? [] : [asSentence([textsWords(used)])]),
    ...(doubt.length === 0 ? [] : [`Second figure: ${doubt.join('; or ')}.`]),
    ...(fixedTo === '' ? [] : [`Fixed: ${fixedTo}.`]),
  ]
}

function textCell(cell: PivotCell, summary: Summary, measure: Measure): TextCell {
  const { state } = cell
  if (summary.value === null) {
    return {
      text:
        measure === 'difference' || measure === 'agreement' ? (cell.float ? 'reference' : 'no float') : 'not finite',
      absent: true,
    }
  }
  const partial = state === 'partial' ? ` of ${counted(cell.expected, 'cell')}` : ''
  const second = secondText(summary, measure)
  return {
    text: figureText(summary.value, measure),
    second: partial === '' ? second : `${second}; ${cell.found}${partial}`,
    ...(cell.mark === null ? {} : { mark: markSigns[cell.mark] }),
    ...(cell.best ? { best: true } : {}),
    ...(summary.warnings.length > 0 ? { doubt: true } : {}),
  }
}

const inPercent: ReadonlySet<Measure> = new Set(['accuracy', 'agreement', 'macroF1', 'ece'])

export function figureText(value: number, measure: Measure): string {
  if (inPercent.has(measure)) return percentText(value)
  if (measure === 'difference') return pointsText(value)
  return measure === 'bytes' ? sizeText(value) : signed(fixed(value, 4))
}

/** `86.3–87.8` for an interval, `86.4 to 87.5` for a range over draws or seeds. */
function secondText({ low, high, kind, cells }: Summary, measure: Measure): string {
  if (low === null || high === null) return kind === 'exact' ? 'exact' : 'no interval'
  if (kind === 'range' && low === high) return `all ${cells} equal`
  if (measure === 'difference') return pointsEnds(low, high)
  const between = kind === 'range' ? ' to ' : '–'
  if (inPercent.has(measure)) return percentEnds(low, high, between)
  if (measure === 'bytes') return plainEnds(low, high, 'size', between)
  const digits = digitsApart(low, high, 4, 8)
  return [low, high].map((end) => signed(fixed(end, digits))).join(between)
}

const markWords: Record<Mark, string> = {
  equal: '= equivalent within the margin, or the same by construction',
  undecided: '? undecided',
  below: '↓ below the reference after correction',
  above: '↑ above the reference after correction',
}

function marksNote({ question, cells }: Pivot, { answers }: Results): string[] {
  const asked = answers.find((answer) => answer.question.name === question)?.question
  if (asked === undefined) return []
  const shown = (Object.keys(markWords) as Mark[]).filter((mark) => cells.flat().some((cell) => cell.mark === mark))
  const margin = plainNumber(asked.smallest * 100)
  return [
    `Marks, question ${asked.name}, against ${valueWords(asked.compare, String(asked.against))}, margin ${margin} points: ${shown.map((mark) => markWords[mark]).join('; ')}.`,
  ]
}

function bestNote(cells: readonly PivotCell[]): string[] {
  return cells.some((cell) => cell.best) ? ['Bold: best, and its interval over texts is apart from the next.'] : []
}
