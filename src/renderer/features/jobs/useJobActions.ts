import { useMutation } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Job } from '../../../shared/contract/jobs.ts'
import { recordOf } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { hasEnded } from '../../text/jobs.ts'

/** What a reader can do to jobs. The lists change by the host's events, not by these answers, so every window shows the same. */
export function useJobActions() {
  const { client, live } = useEngine()
  const cancel = useMutation({ mutationFn: (job: Job) => client.jobs.cancel({ id: job.id }) })
  const remove = useMutation({
    mutationFn: async (jobs: readonly Job[]) => {
      for (const job of jobs) await client.jobs.remove({ id: job.id })
    },
  })
  const ended = computed(() => live.value.jobs.filter(hasEnded))
  const problem = computed(() => {
    const thrown = cancel.error.value ?? remove.error.value
    return thrown === null ? null : recordOf(thrown)
  })
  return {
    ended,
    problem,
    cancel: (job: Job) => cancel.mutate(job),
    remove: (jobs: readonly Job[]) => remove.mutate(jobs),
  }
}
