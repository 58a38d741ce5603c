import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { StudySummary } from '../../../shared/contract/study.ts'
import { useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { countsTold, jobOfStudy, type CountsTold } from './studyText.ts'
import { useStudyMap } from './useStudyMap.ts'

/** The least time between two counts that a study's job tells: each is a frame. */
const pause_ms = 500

/**
 * How a study stands now: the newer of two answers, its file's and its map's, with the cells that its job has told of since. What a job tells is there
 * at once, however long an answer takes.
 */
export function useStudyNow(reference: string) {
  const { client, live } = useEngine()
  const shown = useAsk(['study', 'show', reference], () => client.study.show({ study: reference }))
  const map = useStudyMap(() => reference)
  const answered = computed((): StudySummary | undefined =>
    map.data.value === undefined || shown.at_ms.value > map.at_ms.value ? shown.data.value : map.data.value.study,
  )
  const answered_ms = computed(() => Math.max(shown.at_ms.value, map.at_ms.value))
  const job = computed(() =>
    answered.value === undefined ? undefined : jobOfStudy(live.value.jobs, answered.value.id),
  )

  const told = shallowRef<{ counts: CountsTold; at_ms: number } | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  const hear = (): void => {
    timer = undefined
    const counts = countsTold(job.value)
    if (counts !== null) told.value = { counts, at_ms: Date.now() }
  }
  watch(
    () => job.value?.progress?.done,
    () => (timer ??= setTimeout(hear, pause_ms)),
  )
  onScopeDispose(() => clearTimeout(timer))

  const summary = computed((): StudySummary | undefined => {
    const now = answered.value
    if (now === undefined || told.value === null || told.value.at_ms <= answered_ms.value) return now
    const { ended, total } = told.value.counts
    if (total !== now.cells.total) return now
    return { ...now, cells: { ...now.cells, done: Math.max(now.cells.done, ended - now.cells.failed) } }
  })
  return { shown, map, job, summary }
}
