import type { StudyRepository, StudyRequest } from '../../store/index.ts'

const interval_ms = 300

/** How a study is asked to stop. */
export interface StopSignals {
  /** begin nothing new; what is under way may end */
  soon: AbortSignal
  /** end what is under way */
  now: AbortSignal
  /** what was asked for */
  request: () => StudyRequest | null
  dispose: () => void
}

/**
 * Watches the store for what other programs ask of a study, and a job's own signal. A job that is cancelled, or whose program is closed,
 * pauses its study at once: nothing of it is lost.
 */
export function watchRequests(studies: StudyRepository, id: string, job: AbortSignal): StopSignals {
  const soon = new AbortController()
  const now = new AbortController()
  let request: StudyRequest | null = null
  const stop = (asked: StudyRequest, atOnce: boolean): void => {
    request = asked
    soon.abort()
    if (atOnce) now.abort()
  }
  const onJob = (): void => stop(request ?? 'pause', true)
  const look = (): void => {
    try {
      const asked = studies.requested(id)
      if (asked !== null && asked !== request) stop(asked, asked === 'cancel')
    } catch {
      // The store is held by another program; the next look finds what is asked.
    }
  }
  job.addEventListener('abort', onJob, { once: true })
  if (job.aborted) onJob()
  const timer = setInterval(look, interval_ms)
  const dispose = (): void => {
    clearInterval(timer)
    job.removeEventListener('abort', onJob)
  }
  return { soon: soon.signal, now: now.signal, request: () => request, dispose }
}
