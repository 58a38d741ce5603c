import { describe, expect, it, vi } from 'vitest'
import type { JobRun } from '../../src/compute/jobs/job.ts'
import { runJob } from '../../src/compute/runJob.ts'
import type { ComputeEvent } from '../../src/shared/contract/compute.ts'
import type { ThroughputParams } from '../../src/shared/contract/system.ts'
import { AppError } from '../../src/shared/errors.ts'

const result = { device: 'cpu', cases: [] }
const progress = (done: number) => ({ phase: 'work', done, total: 3, unit: 'steps' })

async function collect(
  run: JobRun<'throughput'>,
  params: unknown = {},
  stop = new AbortController(),
): Promise<ComputeEvent[]> {
  const events: ComputeEvent[] = []
  for await (const event of runJob('throughput', run, params, stop)) events.push(event)
  return events
}

function quietly<T>(work: () => Promise<T>): Promise<T> {
  const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  return work().finally(() => written.mockRestore())
}

describe('runJob', () => {
  it('tells progress and warnings in order and ends with the result', async () => {
    const warning = { code: 'clock-unsteady', message: 'The clock changed.', subject: 'cpu' }
    const events = await collect(async (_params, context) => {
      context.progress(progress(1))
      await context.step()
      context.warn(warning)
      context.progress(progress(2))
      return result
    })
    expect(events).toEqual([
      { type: 'progress', progress: progress(1) },
      { type: 'warning', warning },
      { type: 'progress', progress: progress(2) },
      { type: 'result', result },
    ])
  })

  it('fills in the defaults of the parameters', async () => {
    let seen: ThroughputParams | undefined
    await collect(async (params) => {
      seen = params
      return result
    })
    expect(seen).toEqual({ hidden: [64, 100, 200], batch: 64, steps: 64, repeats: 20 })
  })

  it("ends with the job's own error", async () => {
    const events = await quietly(() =>
      collect(() => Promise.reject(new AppError('device-unavailable', 'No such device.', { found: 'gpu:3' }))),
    )
    expect(events).toEqual([
      { type: 'failed', error: { code: 'device-unavailable', message: 'No such device.', found: 'gpu:3' } },
    ])
  })

  it('says nothing of the text of a defect', async () => {
    const events = await quietly(() =>
      collect(() => Promise.reject(new TypeError('/home/somebody/secret is not a function'))),
    )
    expect(events).toMatchObject([{ type: 'failed', error: { code: 'internal' } }])
    expect(JSON.stringify(events)).not.toContain('secret')
  })

  it('calls a result of the wrong shape a defect', async () => {
    const events = await quietly(() =>
      collect((() => Promise.resolve({ device: 7 })) as unknown as JobRun<'throughput'>),
    )
    expect(events).toMatchObject([{ type: 'failed', error: { code: 'internal' } }])
  })

  it.each([
    ["the library's code for exhausted resources", 'Invalid TF_Status: 8\nMessage: OOM when allocating tensor'],
    ["the engine's failed allocation", 'Array buffer allocation failed'],
  ])('names the lack of memory for %s', async (_, text) => {
    const events = await quietly(() => collect(() => Promise.reject(new Error(text))))
    expect(events).toMatchObject([{ type: 'failed', error: { code: 'out-of-memory' } }])
  })

  it('stops at the next step once it is asked to', async () => {
    const stop = new AbortController()
    let steps = 0
    const events = await collect(
      async (_params, context) => {
        for (; steps < 1000; steps++) {
          await context.step()
          if (steps === 3) stop.abort()
        }
        return result
      },
      {},
      stop,
    )
    expect(steps).toBe(4)
    expect(events).toMatchObject([{ type: 'failed', error: { code: 'cancelled' } }])
  })

  it('stops the job when nobody reads its events any more', async () => {
    let ended = false
    const run: JobRun<'throughput'> = async (_params, context) => {
      try {
        for (let done = 0; ; done++) {
          context.progress(progress(done))
          await context.step()
        }
      } finally {
        ended = true
      }
    }
    for await (const event of runJob('throughput', run, {}, new AbortController())) {
      expect(event.type).toBe('progress')
      break
    }
    expect(ended).toBe(true)
  })
})
