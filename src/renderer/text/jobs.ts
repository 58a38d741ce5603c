import { endStates, type Job, type JobState } from '../../shared/contract/jobs.ts'

/** The word that stands beside each state's icon. */
export const stateWords: Readonly<Record<JobState, string>> = {
  queued: 'Waiting',
  running: 'Running',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  interrupted: 'Interrupted',
}

export function hasEnded(job: Job): boolean {
  return endStates.includes(job.state)
}

/** `12 of 180 samples`, `12 samples`, or the phase alone. */
export function countText(job: Job): string {
  const progress = job.progress
  if (progress === null) return job.state === 'queued' ? 'not yet' : 'no count'
  const done = progress.done.toLocaleString('en')
  if (progress.total === null) return `${done} ${progress.unit}`.trim()
  return `${done} of ${progress.total.toLocaleString('en')} ${progress.unit}`.trim()
}

/** 0 to 1; null where the total is not known. */
export function shareDone(job: Job): number | null {
  if (job.state === 'done') return 1
  const progress = job.progress
  if (progress === null || progress.total === null || progress.total === 0) return null
  return Math.min(1, progress.done / progress.total)
}
