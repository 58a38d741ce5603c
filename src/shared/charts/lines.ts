import type { RecipePart } from '../contract/results.ts'
import { axisValue, selectRows, valuesOf, type FigureRow, type Only, type PivotAxis } from './axes.ts'
import type { Key } from './figure.ts'
import { familyColour, familySymbol, type Family, type Look } from './look.ts'
import { recipeWords } from './recipeWords.ts'
import { longestShown, shownNames } from './shownName.ts'
import { summarize, type Measure, type Summary } from './summary.ts'

/** A line of a chart: a model under a recipe. */
export interface Line {
  model: string
  recipe: string | null
  family: Family
  label: string
  dash: number[]
}

const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]]

/** Room for a recipe's name with what it stands for. */
const recipeRoom = 2 * longestShown

/** Model x recipe, each with its name and what the study's `parts` say it stands for; lines of one family differ by their dashes. */
export function linesOf(rows: readonly FigureRow[], parts: readonly RecipePart[] = []): Line[] {
  const names = shownNames(valuesOf(rows, 'model'))
  const recipes = valuesOf(rows, 'recipe')
  const words = (recipe: string): string => recipeWords({ recipes: [...parts] }, recipe)
  const shown = shownNames(recipes.map(words), recipeRoom)
  const lines: Line[] = []
  for (const [model, name] of names) {
    const own = rows.filter((row) => row.model === model)
    for (const recipe of ownRecipes(own)) {
      const family = (own[0] as FigureRow).family
      const kin = lines.filter((line) => line.family === family).length
      const label = recipes.length > 1 && recipe !== null ? `${name}, ${shown.get(words(recipe))}` : name
      lines.push({ model, recipe, family, label, dash: dashes[kin % dashes.length] ?? [] })
    }
  }
  return lines
}

function ownRecipes(rows: readonly FigureRow[]): (string | null)[] {
  const found = valuesOf(rows, 'recipe')
  return found.length === 0 ? [null] : found
}

export function keyOf(line: Line, look: Look): Key {
  return {
    label: `${line.label} (${line.family})`,
    colour: familyColour(look, line.family),
    symbol: familySymbol(line.family),
    dash: line.dash,
  }
}

/** The rows of a line; a float row belongs to every recipe of its model. */
export function rowsOf(rows: readonly FigureRow[], line: Line): FigureRow[] {
  return rows.filter((row) => row.model === line.model && (row.recipe === null || row.recipe === line.recipe))
}

/** Summary of the cells at a value of an axis; null where there are none. */
export function summaryAt(
  rows: readonly FigureRow[],
  axis: PivotAxis,
  value: string,
  measure: Measure,
): Summary | null {
  const cells = rows.filter((row) => axisValue(row, axis) === value)
  return cells.length === 0 ? null : summarize(cells, measure)
}

/** Rows that differ in draws and seeds alone once an axis and the line are fixed; what else has several values is fixed to its first. */
export function fixRest(
  rows: readonly FigureRow[],
  only: Only,
  spread: readonly PivotAxis[],
): { rows: FigureRow[]; only: Only } {
  const filled: Only = { ...only }
  let left = selectRows(rows, filled)
  for (const axis of ['noise', 'shift', 'recipe', 'composition', 'bits'] as const) {
    if (spread.includes(axis)) continue
    const [first, ...more] = valuesOf(left, axis)
    if (first === undefined || more.length === 0) continue
    filled[axis] = [first]
    left = selectRows(rows, filled)
  }
  return { rows: left, only: filled }
}

/** Whether some cells differ in draw or seed alone: a chart shows ranges then, and leaves intervals over texts out beside them. */
export function showsRanges(rows: readonly FigureRow[]): boolean {
  const axes = ['model', 'recipe', 'bits', 'composition', 'noise', 'shift'] as const
  const cells = Map.groupBy(rows, (row) => JSON.stringify(axes.map((axis) => axisValue(row, axis))))
  return [...cells.values()].some((cell) => new Set(cell.map(({ seed, draw }) => `${seed} ${draw}`)).size > 1)
}

/** The interval of a summary where it is of the kind that the chart draws. */
export function endsFor(summary: Summary | null, ranges: boolean): { low: number; high: number } | null {
  if (summary === null || summary.low === null || summary.high === null) return null
  return (summary.kind === 'range') === ranges ? { low: summary.low, high: summary.high } : null
}
