import { onlySchema, pivotAxes, pivotAxisSchema, type Only, type PivotAxis } from './axes.ts'
import type { PivotRequest } from './pivot.ts'
import { chartKinds, type ChartKind, type ChartRequest } from './requests.ts'
import type { Subject } from './subjects.ts'
import { measureSchema, type Measure } from './summary.ts'

/** What a page of results shows, so that a link, and an export, can show the same. */
export interface ViewState {
  /** of each axis named the values that are shown; axes left out: all */
  filters: Only
  rows: PivotAxis[]
  columns: PivotAxis[]
  measure: Measure
  charts: ChartKind[]
  /** name of the question in hand; null: the first */
  question: string | null
}

export const usualView: ViewState = {
  filters: {},
  rows: ['model', 'recipe'],
  columns: ['bits'],
  measure: 'accuracy',
  charts: ['accuracy-by-bits', 'bits-by-composition'],
  question: null,
}

/** A query as a router gives it: text, a list of texts, or nothing. */
export type Query = Readonly<Record<string, unknown>>

const mostAxes = 4
const filterKey = 'f.'

/**
 * Reads `rows=model,recipe&columns=bits&measure=accuracy&f.noise=none&f.bits=W4 A4 C4,W8 A8 C8&charts=noise-curves&question=…`. What it does not
 * know is left out, and what is left out is as in {@link usualView}: a link written by hand, or by a later version, opens all the same. An
 * axis stands once, in the rows or in the columns.
 */
export function parseView(query: Query): ViewState {
  const rows = axesOf(query['rows']) ?? usualView.rows
  const columns = (axesOf(query['columns']) ?? usualView.columns).filter((axis) => !rows.includes(axis))
  const measure = measureSchema.safeParse(textOf(query['measure']))
  return {
    filters: filtersOf(query),
    rows,
    columns: columns.length > 0 ? columns : freeAxis(rows),
    measure: measure.success ? measure.data : usualView.measure,
    charts: chartsOf(query['charts']) ?? usualView.charts,
    question: textOf(query['question']) ?? null,
  }
}

/** What differs from {@link usualView}, as a query that {@link parseView} reads; values are texts, not yet escaped for an address. */
export function formatView(view: ViewState): Record<string, string> {
  const { filters, rows, columns, measure, charts, question } = view
  const lists = { rows, columns, charts } as const
  const changed = Object.entries(lists).filter(
    ([name, list]) => list.join() !== usualView[name as keyof typeof lists].join(),
  )
  return {
    ...Object.fromEntries(changed.map(([name, list]) => [name, list.join(',')])),
    ...(measure === usualView.measure ? {} : { measure }),
    ...Object.fromEntries(
      pivotAxes.flatMap((axis) => {
        const values = filters[axis]
        return values === undefined ? [] : [[`${filterKey}${axis}`, values.map(escaped).join(',')]]
      }),
    ),
    ...(question === null ? {} : { question }),
  }
}

/** The table that a view shows. */
export function pivotOf({ filters, rows, columns, measure, question }: ViewState): PivotRequest {
  return {
    ...{ rows, columns, value: measure, only: filters, best: 'column' },
    ...(question === null ? {} : { question }),
  }
}

/** The charts that a view shows; what there is nothing of gives no figure. */
export function chartsOfView(view: ViewState): ChartRequest[] {
  const { filters: only, question } = view
  const set = subjectOf(only)
  return view.charts.flatMap((kind): ChartRequest[] => {
    switch (kind) {
      case 'accuracy-by-bits':
        return [false, true].map((enlarged) => ({ kind, panels: 'composition', enlarged, only }))
      case 'significance':
        return question === null ? [] : [{ kind, question }]
      case 'differences':
        return question === null ? [] : [{ kind, question, page: 0 }]
      case 'activations':
        return [{ kind, set, against: null, texts: 'own', part: 0 }]
      case 'weight-adjustments':
        return [{ kind, set, against: null }]
      default:
        return [{ kind, only }]
    }
  })
}

/** Axes that are fixed to one value. */
function subjectOf(only: Only): Subject {
  const one = (axis: PivotAxis) => (only[axis]?.length === 1 ? only[axis][0] : undefined)
  const names = (['model', 'recipe', 'bits', 'composition'] as const).map((axis) => [axis, one(axis)] as const)
  const numbers = (['seed', 'draw'] as const).map((axis) => [axis, one(axis)] as const)
  return Object.fromEntries([
    ...names.filter(([, value]) => value !== undefined),
    ...numbers.flatMap(([axis, value]) => (/^\d+$/.test(value ?? '') ? [[axis, Number(value)]] : [])),
  ]) as Subject
}

function filtersOf(query: Query): Only {
  const found = pivotAxes.flatMap((axis) => {
    const text = textOf(query[`${filterKey}${axis}`])
    return text === undefined ? [] : [[axis, [...new Set(text.split(',').map(unescaped))]] as const]
  })
  const parsed = onlySchema.safeParse(Object.fromEntries(found))
  return parsed.success ? parsed.data : {}
}

function axesOf(value: unknown): PivotAxis[] | null {
  const names = [...new Set(textOf(value)?.split(',') ?? [])]
  const axes = names.flatMap((name) => pivotAxisSchema.safeParse(name).data ?? [])
  return axes.length === 0 ? null : axes.slice(0, mostAxes)
}

/** `charts=` asks for none. */
/** In the order in which they stand, each once. */
function chartsOf(value: unknown): ChartKind[] | null {
  const named = textOf(value)?.split(',')
  return named === undefined
    ? null
    : [...new Set(named)].flatMap((name) => chartKinds.find((kind) => kind === name) ?? [])
}

function freeAxis(rows: readonly PivotAxis[]): PivotAxis[] {
  return pivotAxes.filter((axis) => !rows.includes(axis)).slice(0, 1)
}

function textOf(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? first : undefined
}

/** A value may hold the comma that parts values. */
function escaped(value: string): string {
  return value.replace(/[%,]/g, encodeURIComponent)
}

function unescaped(text: string): string {
  return text.replace(/%(25|2C)/gi, (code) => decodeURIComponent(code))
}
