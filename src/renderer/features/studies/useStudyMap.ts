import { computed, onScopeDispose, watch } from 'vue'
import { useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { jobOfStudy } from './studyText.ts'

/** The least time between two looks at the cells of a study that runs, how many times as long as a look takes, and the most. */
const pause_ms = 700
const share = 15
const longest_ms = 5000

/**
 * Every cell's state, asked again while the study's job tells that it goes on, at most so often that looking costs the host little; a study
 * that another program runs is followed by what the host says has changed.
 */
export function useStudyMap(study: () => string) {
  const { client, live } = useEngine()
  let took_ms = 0
  const ask = useAsk(
    () => ['study', 'map', study()],
    async ({ signal }) => {
      const start = performance.now()
      const map = await client.study.map({ study: study() }, { signal })
      took_ms = performance.now() - start
      return map
    },
    { keep: true },
  )
  const id = computed(() => ask.data.value?.study.id)
  const told = computed(() => {
    const job = id.value === undefined ? undefined : jobOfStudy(live.value.jobs, id.value)
    return job === undefined ? 'none' : `${job.id} ${job.state} ${job.progress?.phase ?? ''} ${job.progress?.done ?? 0}`
  })
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(told, () => {
    timer ??= setTimeout(
      () => {
        timer = undefined
        ask.again()
      },
      Math.max(pause_ms, Math.min(longest_ms, share * took_ms)),
    )
  })
  onScopeDispose(() => clearTimeout(timer))
  return ask
}
