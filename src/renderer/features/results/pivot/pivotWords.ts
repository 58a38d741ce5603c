import { ArrowDown, ArrowUp, CircleHelp, Equal } from '@lucide/vue'
import type { Component } from 'vue'
import { valueWords, type PivotAxis } from '../../../../shared/charts/axes.ts'
import { pointsText } from '../../../../shared/charts/figures.ts'
import { warningWord } from '../../../../shared/charts/cautions.ts'
import type { Mark } from '../../../../shared/charts/marks.ts'
import type { Pivot, PivotCell } from '../../../../shared/charts/pivot.ts'
import { shortLabels } from '../../../../shared/charts/shortBits.ts'
import type { Summary } from '../../../../shared/charts/summary.ts'
import { endsText, figureText, measureWords } from '../axisWords.ts'

export const markIcons: Readonly<Record<Mark, Component>> = {
  equal: Equal,
  undecided: CircleHelp,
  below: ArrowDown,
  above: ArrowUp,
}
/** As a head has them. */
export const markNames: Readonly<Record<Mark, string>> = {
  equal: 'equivalent',
  undecided: 'undecided',
  below: 'below',
  above: 'above',
}
const markWords: Readonly<Record<Mark, string>> = {
  equal: 'equivalent within the margin',
  undecided: 'undecided',
  below: 'below the reference after correction',
  above: 'above the reference after correction',
}

/** What the ends of figures are, short. */
export function endsWords(summaries: readonly Summary[]): string[] {
  const kinds = new Set(
    summaries.flatMap(({ kind, draws, seeds }) => (kind === 'range' ? rangeWords(draws, seeds) : [])),
  )
  const own = summaries.find(({ kind }) => kind === 'interval')
  if (own === undefined) return [...kinds]
  const method = own.method === 'wilson' ? 'Wilson' : (own.method ?? '')
  return [`${Number(((own.level ?? 0.95) * 100).toPrecision(4))} % ${method}`, ...kinds]
}

function rangeWords(draws: number, seeds: number): string {
  const of = [draws > 1 ? `${draws} draws` : '', seeds > 1 ? `${seeds} seeds` : ''].filter((part) => part !== '')
  return `range of ${of.join(' and ')}`
}

/** A row's head in two lines. */
export function headLines(axes: readonly PivotAxis[], row: readonly string[]): [first: string, second: string] {
  const [first = '', ...rest] = row.map((value, at) => valueWords(axes[at] ?? 'model', value))
  return [first, rest.join(', ')]
}

/** The heads of columns, with long widths in short; {@link columnWords} has them whole. */
export function columnHeads({ columnAxes, columns }: Pick<Pivot, 'columnAxes' | 'columns'>): string[] {
  const short = columnAxes.map((axis, at) => {
    const values = [...new Set(columns.map((column) => column[at] ?? ''))]
    return new Map(axis === 'bits' ? shortLabels(values).map((label, place) => [values[place] ?? '', label]) : [])
  })
  return columns.map((column) =>
    columnWords(
      columnAxes,
      column.map((value, at) => short[at]?.get(value) ?? value),
    ),
  )
}

export function columnWords(axes: readonly PivotAxis[], column: readonly string[]): string {
  return column.map((value, at) => valueWords(axes[at] ?? 'bits', value)).join(', ')
}

/** What stands where there is no figure. */
export function missingWords({ open, failed, summary, float }: PivotCell, running: boolean): string {
  if (summary !== null) return float ? 'reference' : 'no figure'
  if (failed > 0) return open > 0 ? `${failed} failed, others not run` : 'failed'
  return open > 0 && running ? 'not yet' : 'not run'
}

/** A cell as it is read out. */
export function spokenCell(
  { cells, rows, columns, columnAxes, value }: Pivot,
  row: number,
  column: number,
  { running, marked }: { running: boolean; marked: boolean },
): string {
  const cell = cells[row]?.[column]
  if (cell === undefined) return ''
  const place = [...(rows[row] ?? []), columnWords(columnAxes, columns[column] ?? [])].join(', ')
  if (cell.summary?.value == null) return `${place}: ${missingWords(cell, running)}`
  const parts = [
    `${figureText(cell.summary.value, value)} ${measureWords[value].unit}`,
    endsText(cell.summary, value),
    cell.mark === null ? '' : markWords[cell.mark],
    cell.mark !== null || cell.delta === null ? '' : `${pointsText(cell.delta, 1)} points from float`,
    cell.best ? 'best of its column' : '',
    cell.state === 'partial' ? `${cell.found} of ${cell.expected} runs` : '',
    ...cell.summary.warnings.map((warning) => `warning: ${warningWord(warning)}`),
    marked ? 'marked' : '',
  ]
  return `${place}: ${parts.filter((part) => part !== '').join(', ')}`
}
