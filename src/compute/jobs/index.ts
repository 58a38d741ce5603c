import type { JobKind } from '../../shared/contract/jobs.ts'
import type { JobRun } from './job.ts'
import { selfTest } from './selfTest.ts'
import { throughput } from './throughput.ts'

/** The work of every kind of job. */
export const jobRuns: { readonly [K in JobKind]: JobRun<K> } = {
  'self-test': selfTest,
  throughput,
}
