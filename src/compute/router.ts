import { implement } from '@orpc/server'
import { computeContract } from '../shared/contract/compute.ts'
import { toTransportError } from '../shared/contract/failure.ts'
import type { JobKind } from '../shared/contract/jobs.ts'
import { AppError } from '../shared/errors.ts'
import { jobRuns } from './jobs/index.ts'
import type { JobRun } from './jobs/job.ts'
import { runJob } from './runJob.ts'

/** The compute contract. One job at a time: a second one is refused with `conflict`. */
export function createComputeRouter() {
  const os = implement(computeContract)
  let current: { id: string; stop: AbortController } | null = null
  return os.router({
    hello: os.hello.handler(() => ({ pid: process.pid, node: process.versions.node })),
    run: os.run.handler(async function* ({ input, signal }) {
      if (current !== null) throw toTransportError(new AppError('conflict', 'This process runs a job already.'))
      const job = { id: input.id, stop: new AbortController() }
      current = job
      signal?.addEventListener('abort', () => job.stop.abort())
      try {
        yield* runJob(input.kind, jobRuns[input.kind] as JobRun<JobKind>, input.params, job.stop)
      } finally {
        current = null
      }
    }),
    cancel: os.cancel.handler(({ input }) => {
      if (current?.id === input.id) current.stop.abort()
      return {}
    }),
  })
}
