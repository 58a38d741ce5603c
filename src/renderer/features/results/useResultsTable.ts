import { computed } from 'vue'
import { pivotAxes, valueWords, type Only, type PivotAxis } from '../../../shared/charts/axes.ts'
import type { Family } from '../../../shared/charts/look.ts'
import { pivotColumns, type Pivot } from '../../../shared/charts/pivot.ts'
import { noCode } from '../../../shared/charts/runColumns.ts'
import { facets, narrow } from '../../../shared/charts/selectColumns.ts'
import { pivotOf } from '../../../shared/charts/viewState.ts'
import { AppError, toErrorRecord, type ErrorRecord } from '../../../shared/errors.ts'
import { axisNames } from './axisWords.ts'
import type { Results } from './useResults.ts'

/** The table of the view: its filters with what each would leave, what was fixed besides, and its cells. */
export function useResultsTable({ columns, view, answers, reference }: Results) {
  const usual = computed<Partial<Record<PivotAxis, string>>>(() =>
    reference.value === null ? {} : { composition: reference.value },
  )
  const narrowed = computed(() => {
    const { rows, columns: across } = view.value
    return columns.value === null ? null : narrow(columns.value, view.value.filters, [...rows, ...across], usual.value)
  })
  const only = computed<Only>(() => narrowed.value?.only ?? {})
  const fixed = computed(
    () => narrowed.value?.fixed.map((axis) => ({ axis, value: only.value[axis]?.[0] ?? '' })) ?? [],
  )

  const fields = computed(() => {
    const all = columns.value
    if (all === null) return []
    const counts = facets(all, view.value.filters)
    return pivotAxes.flatMap((axis) => {
      const { values } = all.axes[axis]
      if (values.length < 2) return []
      const told = values.map((value, place) => ({
        ...{ value, label: valueWords(axis, value) },
        count: counts[axis][place] ?? 0,
      }))
      return [{ id: axis, label: axisNames[axis], values: told }]
    })
  })

  const made = computed<{ pivot: Pivot | null; problem: ErrorRecord | null }>(() => {
    if (columns.value === null || narrowed.value === null) return { pivot: null, problem: null }
    const known = answers.value.some(({ question }) => question.name === view.value.question)
    const request = pivotOf({ ...view.value, question: known ? view.value.question : null, filters: only.value })
    try {
      return { pivot: pivotColumns(columns.value, answers.value, request), problem: null }
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown
      return { pivot: null, problem: toErrorRecord(thrown) }
    }
  })

  const families = computed(() => {
    const found = new Map<string, Family>()
    const all = columns.value
    if (all === null) return found
    const { model, family } = all.axes
    for (let row = 0; row < all.count && found.size < model.values.length; row += 1) {
      const [name, kin] = [model.values[model.codes[row] ?? noCode], family.values[family.codes[row] ?? noCode]]
      if (name !== undefined && kin !== undefined) found.set(name, kin as Family)
    }
    return found
  })

  return { usual, narrowed, only, fixed, fields, made, families }
}
