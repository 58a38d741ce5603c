import type { JobKind } from '../../shared/contract/jobs.ts'
import { evaluation } from './evaluation.ts'
import type { JobRun } from './job.ts'
import { profile } from './profile.ts'
import { quantizedEvaluation } from './quantizedEvaluation.ts'
import { runtimeTest } from './runtimeTest.ts'
import { selfTest } from './selfTest.ts'
import { throughput } from './throughput.ts'
import { training } from './training.ts'

/** The work of every kind of job. */
export const jobRuns: { readonly [K in JobKind]: JobRun<K> } = {
  'self-test': selfTest,
  'runtime-test': runtimeTest,
  throughput,
  training,
  evaluation,
  profile,
  'quantized-evaluation': quantizedEvaluation,
}
