import type { Pivot } from '../../shared/charts/pivot.ts'
import { noiseValue, shiftValue } from '../../shared/charts/axes.ts'
import type { Answer, MissingCell, ResultRow, Results } from '../../shared/contract/results.ts'

/** A table for programs: fractions, not per cent; null where there is nothing. */
export interface DataTable {
  name: string
  columns: string[]
  rows: (string | number | null)[][]
}

const widths = ['weights', 'input', 'hidden', 'gates', 'sigmoid', 'tanh', 'cell', 'head'] as const

/** One line a run with everything but its confusion matrix. */
export function longTable(results: Results): DataTable {
  const { classes } = results.dataset
  return {
    name: 'results',
    columns: [
      'run',
      'model',
      'family',
      'seed',
      'recipe',
      'preset',
      'bits',
      ...widths.map((group) => `bits_${group}`),
      'composition',
      'draw',
      'noise',
      'shift',
      'split',
      'n',
      'accuracy',
      'low',
      'high',
      'level',
      'method',
      'macro_f1',
      'nll',
      'ece',
      'agreement',
      'difference',
      'difference_low',
      'difference_high',
      'difference_level',
      'difference_method',
      'model_bytes',
      'duration_s',
      'warnings',
      ...classes.map((name) => `recall ${name}`),
    ],
    rows: results.rows.map((row) => longRow(row, presetOf(results, row.recipe), classes.length)),
  }
}

/** The recipe of the program that a study's recipe begins with. */
function presetOf({ recipes }: Results, name: string | null): string | null {
  return recipes.find((recipe) => recipe.name === name)?.preset ?? null
}

function longRow(row: ResultRow, preset: string | null, classes: number): (string | number | null)[] {
  const { difference, interval } = row
  const own = difference?.interval
  return [
    row.id,
    row.model,
    row.family,
    row.seed,
    row.recipe,
    preset,
    row.bits.label,
    ...widths.map((group) => row.bits[group]),
    row.composition,
    row.draw,
    noiseValue(row.noise),
    shiftValue(row.shift),
    row.split,
    row.n,
    row.accuracy,
    interval.low,
    interval.high,
    interval.level,
    interval.method,
    row.macroF1,
    row.nll,
    row.ece,
    row.agreement,
    difference?.value ?? null,
    own?.low ?? null,
    own?.high ?? null,
    own?.level ?? null,
    own?.method ?? null,
    row.model_bytes,
    row.duration_s,
    row.warnings.map(({ code, message }) => `${code}: ${message}`).join('; '),
    ...Array.from({ length: classes }, (_, index) => row.recalls[index] ?? null),
  ]
}

/** One line a cell that has no run, with what it failed by. */
export function missingTable({ missing }: Results): DataTable {
  return {
    name: 'missing',
    columns: [
      ...['cell', 'model', 'seed', 'recipe', 'bits', 'composition', 'draw', 'noise', 'shift'],
      ...['state', 'code', 'message', 'expected', 'found', 'hint'],
    ],
    rows: missing.map(missingRow),
  }
}

function missingRow(cell: MissingCell): (string | number | null)[] {
  const { number, model, seed, recipe, bits, composition, draw, noise, shift, error } = cell
  const place = [number, model, seed, recipe, bits.label, composition, draw, noiseValue(noise), shiftValue(shift)]
  if (error === null) return [...place, 'not run', null, null, null, null, null]
  const { code, message, expected, found, hint } = error
  return [...place, 'failed', code, message, expected ?? null, found ?? null, hint ?? null]
}

/** A pivot with five columns for each of its own: value, ends, cells that it rests on, and mark with best and doubt. */
export function pivotData(pivot: Pivot, name: string): DataTable {
  const heads = pivot.columns.map((column) => column.join(', '))
  return {
    name,
    columns: [
      ...pivot.rowAxes,
      ...heads.flatMap((head) => [head, `${head} low`, `${head} high`, `${head} cells`, `${head} note`]),
    ],
    rows: pivot.rows.map((row, index) => [
      ...row,
      ...(pivot.cells[index] ?? []).flatMap(({ summary, found, mark, best, state }) => [
        summary?.value ?? null,
        summary?.low ?? null,
        summary?.high ?? null,
        found,
        [
          state === 'measured' ? '' : state,
          summary?.kind === 'range' ? 'range' : '',
          mark ?? '',
          best ? 'best' : '',
          ...new Set((summary?.warnings ?? []).map(({ code }) => code)),
        ]
          .filter((word) => word !== '')
          .join(' '),
      ]),
    ]),
  }
}

/** Every contrast of every question, a line each. */
export function contrastsData(answers: readonly Answer[]): DataTable {
  return {
    name: 'questions',
    columns: [
      'question',
      'unit',
      'test',
      'correction',
      'smallest',
      'within',
      'value',
      'against',
      'difference',
      'low',
      'high',
      'level',
      'method',
      'statistic',
      'p',
      'p_corrected',
      'pairs',
      'detectable',
      'verdict',
      'sentence',
    ],
    rows: answers.flatMap(({ question, contrasts }) =>
      contrasts.map((one) => [
        question.name,
        question.unit,
        question.test,
        question.correct,
        question.smallest,
        Object.entries(one.within)
          .map(([axis, value]) => `${axis} ${value}`)
          .join('; '),
        one.value,
        one.against,
        one.difference,
        one.interval?.low ?? null,
        one.interval?.high ?? null,
        one.interval?.level ?? null,
        one.interval?.method ?? null,
        one.statistic,
        one.p,
        one.pCorrected,
        one.pairs,
        one.detectable,
        one.verdict,
        one.sentence,
      ]),
    ),
  }
}
