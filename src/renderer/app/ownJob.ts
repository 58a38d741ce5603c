import { computed, shallowReactive, type ComputedRef } from 'vue'
import { endStates, type HostedKind, type Job } from '../../shared/contract/jobs.ts'
import { useEngine } from './engine.ts'

/** A job that this window began, of which it has one a kind: it is found again after the page was loaded anew. */
export interface OwnJob {
  /** null where there is none, or it was forgotten */
  readonly job: ComputedRef<Job | null>
  readonly running: ComputedRef<boolean>
  follow(job: Job): void
  forget(): void
}

/** The jobs as they were begun, which an event may not have told yet. */
const begun = shallowReactive(new Map<HostedKind, Pick<Job, 'id'> & Partial<Job>>())
/** Ids that events have told. */
const told = new Set<string>()
const keyOf = (kind: HostedKind): string => `bitgauge:job:${kind}`

export function useOwnJob(kind: HostedKind): OwnJob {
  const { live } = useEngine()
  const kept = sessionStorage.getItem(keyOf(kind))
  if (!begun.has(kind) && kept !== null) begun.set(kind, { id: kept })
  const job = computed(() => {
    const own = begun.get(kind)
    if (own === undefined) return null
    const found = live.value.jobs.find(({ id }) => id === own.id)
    if (found !== undefined) told.add(found.id)
    // One that was told and is no longer there was removed.
    return found ?? (isWhole(own) && !told.has(own.id) ? own : null)
  })
  return {
    job,
    running: computed(() => job.value !== null && !endStates.includes(job.value.state)),
    follow: (now) => {
      begun.set(kind, now)
      sessionStorage.setItem(keyOf(kind), now.id)
    },
    forget: () => {
      begun.delete(kind)
      sessionStorage.removeItem(keyOf(kind))
    },
  }
}

function isWhole(job: Pick<Job, 'id'> & Partial<Job>): job is Job {
  return job.state !== undefined
}
