import type { JobParams, JobResult } from '../../shared/contract/jobKinds.ts'
import type { JobKind, Progress } from '../../shared/contract/jobs.ts'
import type { Warning } from '../../shared/units.ts'

/** What a job may do beside its work. */
export interface JobContext {
  progress(progress: Progress): void
  warn(warning: Warning): void
  /**
   * To be awaited between steps of work, each at most some seconds long: lets messages in and out, and throws `cancelled` where somebody
   * asked the job to stop. Native calls block this process; between two steps is the only time it can hear.
   */
  step(): Promise<void>
}

export type JobRun<K extends JobKind> = (params: JobParams<K>, context: JobContext) => Promise<JobResult<K>>
