import { useQueryClient } from '@tanstack/vue-query'
import { computed, markRaw, toRaw } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { referenceIn } from '../../../shared/charts/requests.ts'
import type { Only } from '../../../shared/charts/axes.ts'
import { HeldTable } from '../../../shared/charts/readRunTable.ts'
import { formatView, parseView, type ViewState } from '../../../shared/charts/viewState.ts'
import { useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'

/** The figures of a study, or of the home, and the view of them that the address holds. */
export function useResults() {
  const { client } = useEngine()
  const queries = useQueryClient()
  const route = useRoute()
  const router = useRouter()
  const study = computed(() =>
    typeof route.params['id'] === 'string' && route.params['id'] !== '' ? route.params['id'] : null,
  )
  const table = useAsk(
    () => ['run', 'table', study.value],
    () => askTable(study.value),
    { keep: false },
  )
  /** What is held of the table already need not come again: as a study runs, its new cells alone do. */
  async function askTable(asked: string | null): Promise<HeldTable> {
    const before = toRaw(queries.getQueryData<HeldTable>(['run', 'table', asked]))
    const told = await client.run.table({
      ...(asked === null ? {} : { study: asked }),
      ...(before === undefined ? {} : { since: before.version }),
    })
    return markRaw(new HeldTable(told, before))
  }
  const verdicts = useAsk(
    () => ['study', 'verdicts', study.value],
    () => client.study.verdicts({ study: study.value ?? '' }),
    { enabled: () => study.value !== null },
  )
  const columns = computed(() => toRaw(table.data.value)?.columns ?? null)

  const view = computed(() => parseView(route.query))
  const run = computed(() => textOf(route.query['run']))
  const marked = computed(
    () =>
      textOf(route.query['marks'])
        ?.split(',')
        .filter((id) => id !== '') ?? [],
  )

  function replace(next: ViewState, others: { run?: string | null; marks?: readonly string[] } = {}): void {
    const shown = others.run === undefined ? run.value : others.run
    const marks = others.marks ?? marked.value
    void router.replace({
      params: route.params,
      query: {
        ...formatView(next),
        ...(shown === null ? {} : { run: shown }),
        ...(marks.length === 0 ? {} : { marks: marks.join(',') }),
      },
    })
  }

  return {
    ...{ study, table, verdicts, columns, view, run, marked },
    info: computed(() => table.data.value?.study ?? null),
    answers: computed(() => verdicts.data.value ?? []),
    change: (part: Partial<ViewState>) => replace({ ...view.value, ...part }),
    filter: (filters: Only) => replace({ ...view.value, filters }),
    select: (id: string | null) => replace(view.value, { run: id }),
    mark: (marks: readonly string[]) => replace(view.value, { marks }),
    /** what compositions are held against */
    reference: computed(() =>
      columns.value === null ? null : referenceIn(columns.value.axes.composition.values, verdicts.data.value ?? []),
    ),
  }
}

export type Results = ReturnType<typeof useResults>

function textOf(value: unknown): string | null {
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' && first !== '' ? first : null
}
