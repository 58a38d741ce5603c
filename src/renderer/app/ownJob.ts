import { computed, shallowReactive, type ComputedRef } from 'vue'
import { endStates, type HostedKind, type Job } from '../../shared/contract/jobs.ts'
import { useEngine } from './engine.ts'

/** A job that this window began, of which it has one a kind: it is found again after the page was loaded anew. */
export interface OwnJob {
  /** null where there is none, or it was forgotten */
  readonly job: ComputedRef<Job | null>
  readonly running: ComputedRef<boolean>
  /** Says that one is about to be asked for: a page that is loaded again before the answer knows it by being newer. */
  expect(): void
  follow(job: Job): void
  forget(): void
}

/** The id of a job, or `>` and the newest id that was known when it was asked for. */
const own = shallowReactive(new Map<HostedKind, string>())
/** The jobs as they were begun, which an event may not have told yet. */
const begun = new Map<string, Job>()
const keyOf = (kind: HostedKind): string => `bitgauge:job:${kind}`

export function useOwnJob(kind: HostedKind): OwnJob {
  const { live } = useEngine()
  const kept = sessionStorage.getItem(keyOf(kind))
  if (!own.has(kind) && kept !== null) own.set(kind, kept)
  const keep = (text: string): void => {
    own.set(kind, text)
    sessionStorage.setItem(keyOf(kind), text)
  }
  const job = computed(() => {
    const text = own.get(kind)
    if (text === undefined) return null
    const found = text.startsWith('>')
      ? live.value.jobs.findLast((one) => one.kind === kind && one.id > text.slice(1))
      : live.value.jobs.find(({ id }) => id === text)
    // What events have told is newer; what they told and no longer have was removed.
    if (found !== undefined) begun.delete(found.id)
    return found ?? begun.get(text) ?? null
  })
  return {
    job,
    running: computed(() => job.value !== null && !endStates.includes(job.value.state)),
    expect: () => keep(`>${live.value.jobs[0]?.id ?? ''}`),
    follow: (now) => {
      begun.set(now.id, now)
      keep(now.id)
    },
    forget: () => {
      own.delete(kind)
      sessionStorage.removeItem(keyOf(kind))
    },
  }
}
