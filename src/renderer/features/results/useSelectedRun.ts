import { computed } from 'vue'
import type { PivotAxis } from '../../../shared/charts/axes.ts'
import type { Evaluated } from '../../../shared/charts/confusion.ts'
import type { ChartKind } from '../../../shared/charts/requests.ts'
import { noCode } from '../../../shared/charts/runColumns.ts'
import { evaluationResultSchema } from '../../../shared/contract/evaluation.ts'
import { useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import type { Results } from './useResults.ts'

const ofDistributions: ReadonlySet<ChartKind> = new Set(['activations', 'weight-adjustments'])

/** The run that the address names: its evaluation, its names, and what charts draw of it alone. */
export function useSelectedRun({ run, columns, view }: Results) {
  const { client } = useEngine()
  const shown = useAsk(
    () => ['run', 'show', run.value],
    () => client.run.show({ run: run.value ?? '' }),
    { enabled: () => run.value !== null },
  )
  const evaluation = computed(() => {
    const one = shown.data.value
    if (one === undefined || one.run.id !== run.value) return null
    const { id, key, created, warnings } = one.run
    return evaluationResultSchema.safeParse({ ...(one.result as object), id, key, created, warnings }).data ?? null
  })
  const evaluated = computed<Evaluated | null>(() => {
    const one = evaluation.value
    if (one === null) return null
    const title = [one.model.name, one.quantization?.bits.label ?? 'float'].join(', ')
    return { title, family: one.family, classes: one.classNames, confusion: one.confusion }
  })
  const subject = computed(() => {
    const one = evaluation.value
    if (one === null) return null
    const { recipe, composition } = shown.data.value?.run ?? { recipe: null, composition: null }
    return {
      model: one.model.name,
      recipe,
      bits: one.quantization?.bits.label ?? null,
      composition: typeof composition === 'string' ? composition : null,
    }
  })
  /** By the names of what is shown: a study has its own. */
  const title = computed(() => {
    const all = columns.value
    if (all === null || run.value === null) return null
    for (let row = 0; row < all.count; row += 1) {
      if (all.id(row) !== run.value) continue
      const value = (axis: PivotAxis) => all.axes[axis].values[all.axes[axis].codes[row] ?? noCode]
      return [value('model'), value('recipe'), value('bits')].filter((part) => part !== undefined).join(', ')
    }
    return null
  })
  const distributions = useAsk(
    () => ['run', 'distributions', run.value],
    () => client.run.distributions({ run: run.value ?? '' }),
    { enabled: () => run.value !== null && view.value.charts.some((kind) => ofDistributions.has(kind)) },
  )
  return { shown, evaluation, evaluated, subject, title, distributions }
}
