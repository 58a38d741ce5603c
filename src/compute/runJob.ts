import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { ComputeEvent } from '../shared/contract/compute.ts'
import { jobKinds } from '../shared/contract/jobKinds.ts'
import type { JobKind } from '../shared/contract/jobs.ts'
import { AppError, toErrorRecord } from '../shared/errors.ts'
import type { JobContext, JobRun } from './jobs/job.ts'
import { translateError } from './tensorflow/translateError.ts'

/**
 * Runs one job as a stream of events, the last of which is its result or its error. The job goes on by itself whether or not the stream
 * is read; returning the stream stops it, and waits until it has stopped. Parameters and result are parsed by the schemas of the kind.
 */
export async function* runJob<K extends JobKind>(
  kind: K,
  run: JobRun<K>,
  params: unknown,
  stop: AbortController,
): AsyncGenerator<ComputeEvent> {
  const events: ComputeEvent[] = []
  let wake = Promise.withResolvers<undefined>()
  const tell = (event: ComputeEvent): void => {
    events.push(event)
    wake.resolve(undefined)
  }
  const ended = finish(kind, run, params, contextOf(tell, stop.signal)).then(tell)
  try {
    for (;;) {
      for (let event = events.shift(); event !== undefined; event = events.shift()) {
        yield event
        if (event.type === 'result' || event.type === 'failed') return
      }
      await wake.promise
      wake = Promise.withResolvers()
    }
  } finally {
    stop.abort()
    await ended
  }
}

async function finish<K extends JobKind>(
  kind: K,
  run: JobRun<K>,
  params: unknown,
  context: JobContext,
): Promise<ComputeEvent> {
  try {
    const schemas: { params: { parse(value: unknown): never }; result: { parse(value: unknown): unknown } } = jobKinds[
      kind
    ] as never
    return { type: 'result', result: schemas.result.parse(await run(schemas.params.parse(params), context)) }
  } catch (thrown) {
    const error = translateError(thrown)
    // Standard error goes into the host's log; the record that crosses the boundary says nothing of a defect's text.
    if (!(error instanceof AppError && error.code === 'cancelled')) process.stderr.write(`${inspect(error)}\n`)
    return { type: 'failed', error: toErrorRecord(error) }
  }
}

function contextOf(tell: (event: ComputeEvent) => void, signal: AbortSignal): JobContext {
  return {
    progress: (progress) => tell({ type: 'progress', progress }),
    warn: (warning) => tell({ type: 'warning', warning }),
    step: async () => {
      // Twice: the first lets pending messages arrive, the second what they set off.
      await setImmediate()
      await setImmediate()
      if (signal.aborted) throw new AppError('cancelled', 'The job was cancelled.')
    },
  }
}
