import type { JobState } from '../../../shared/contract/jobs.ts'
import type { Mark } from '../../components/StatusWord.vue'

/** The icon of each state of a job. */
export const jobMarks: Readonly<Record<JobState, Mark>> = {
  queued: 'waiting',
  running: 'running',
  done: 'pass',
  failed: 'fail',
  cancelled: 'skipped',
  interrupted: 'interrupted',
}
