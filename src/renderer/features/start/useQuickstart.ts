import { computed, type ComputedRef } from 'vue'
import type { Quickstart } from '../../../shared/contract/study.ts'
import { useAct, useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { jobOfStudy } from '../studies/studyText.ts'
import { phasesOf } from './phases.ts'

/** A first look at chosen texts: its study, what it will take, and how far it is, whoever started it. */
export function useQuickstart(input: ComputedRef<Quickstart>, enabled: () => boolean) {
  const { client, live } = useEngine()
  const file = useAsk(
    () => ['quickstart', input.value.texts, input.value.size],
    () => client.study.quickstart(input.value),
    { enabled },
  )
  // Not under `study`: what is left to do changes with every cell, and a plan looks at each of them.
  const plan = useAsk(
    () => ['quickstart plan', input.value.texts, input.value.size],
    async () => client.study.plan(file.data.value ?? (await client.study.quickstart(input.value))),
    { enabled: () => enabled() && file.data.value !== undefined },
  )
  const studies = useAsk(['study', 'list'], () => client.study.list({}))
  const study = computed(() =>
    (studies.data.value ?? []).find(
      ({ name, fingerprint }) => name === plan.data.value?.name && fingerprint === plan.data.value.fingerprint,
    ),
  )
  const start = useAct(async () => {
    const chosen = file.data.value
    return chosen === undefined ? undefined : client.study.run(chosen)
  })
  const job = computed(() => (study.value === undefined ? undefined : jobOfStudy(live.value.jobs, study.value.id)))
  // Its job tells its end at once, the list of studies a moment later.
  const isDone = computed(() => {
    const last = live.value.jobs.find(({ params }) => (params as { study?: unknown } | null)?.study === study.value?.id)
    return study.value?.state === 'done' || (study.value !== undefined && last?.state === 'done')
  })
  const phases = computed(() => {
    const estimate = plan.data.value?.estimate
    return estimate === undefined ? [] : phasesOf(estimate, job.value?.progress ?? null, isDone.value)
  })
  const cancel = useAct((id: string) => client.study.pause({ study: id }))
  return { file, plan, study, start, job, isDone, phases, cancel }
}
