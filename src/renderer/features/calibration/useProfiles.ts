import { computed, toValue, watch, type MaybeRefOrGetter } from 'vue'
import type { SetGroup } from '../../../shared/calibration/groupSets.ts'
import type { LabelHandling } from '../../../shared/contract/calibrationRules.ts'
import type { Job } from '../../../shared/contract/jobs.ts'
import { useAct, useAsk } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { hasEnded } from '../../text/jobs.ts'

export interface ProfilesAsked {
  model: string | null
  set: SetGroup | null
  against: SetGroup | null
  labels: LabelHandling
  part: number
}

const bins = 8192

/** How a model's sites stand on a set and on a reference, the job that makes the profiles which that takes, and the way to start it. */
export function useProfiles(asked: MaybeRefOrGetter<ProfilesAsked>) {
  const { client, live } = useEngine()
  const refs = (group: SetGroup | null): string[] => group?.draws.map(({ id }) => id) ?? []
  const input = computed(() => {
    const { model, set, against, labels, part } = toValue(asked)
    if (model === null || set === null) return null
    return { model, set: refs(set), against: refs(against), labels, part, bins, headOutput: false }
  })
  const compared = useAsk(
    () => ['calibration', 'compare', input.value],
    () => client.calibration.compare(input.value!),
    { enabled: () => input.value !== null },
  )
  const start = useAct((sets: readonly string[]) => {
    const { model, labels } = input.value!
    return client.calibration.profileAll({ model, sets: [...sets], labels, bins, headOutput: false })
  })
  const stop = useAct((job: Job) => client.jobs.cancel({ id: job.id }))

  /** The job over these sets, whoever started it: its parameters say which they are. */
  const job = computed(() => {
    const sets = new Set([...(input.value?.set ?? []), ...(input.value?.against ?? [])])
    const found = live.value.jobs.filter((one) => one.kind === 'calibration' && isOver(one, input.value?.model, sets))
    return found.find((one) => !hasEnded(one)) ?? found[0]
  })
  watch(
    () => (job.value !== undefined && hasEnded(job.value) ? job.value.id : null),
    (ended, before) => {
      if (ended !== null && ended !== before) compared.again()
    },
  )
  return {
    comparison: compared.data,
    problem: compared.problem,
    waiting: compared.waiting,
    again: compared.again,
    job,
    running: computed(() => (job.value !== undefined && !hasEnded(job.value) ? job.value : null)),
    start: (sets: readonly string[]) => void start.act(sets),
    starting: start.busy,
    startProblem: start.problem,
    cancel: (one: Job) => void stop.act(one),
  }
}

function isOver({ params }: Job, model: string | undefined, sets: ReadonlySet<string>): boolean {
  const of = (params ?? {}) as { model?: unknown; sets?: unknown; set?: unknown }
  if (of.model !== model) return false
  const over: unknown[] = Array.isArray(of.sets) ? of.sets : [of.set]
  return over.some((one) => typeof one === 'string' && sets.has(one))
}
