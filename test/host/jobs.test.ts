import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { throughputSchema } from '../../src/shared/contract/system.ts'
import { childrenOf, environmentOf, hosts, isMeasuring, jobIs, memoryLog, temporaryFolder, until } from './harness.ts'

const home = temporaryFolder()
const open = hosts()
const long = { hidden: [64], repeats: 1000 }

/** Pids of the compute processes of this test process. */
function computePids(): number[] {
  return childrenOf(process.pid).filter((pid) => 'BITGAUGE_TENSORFLOW_ADDON' in environmentOf(pid))
}

describe('a job', () => {
  it('runs to its result, with every state and the last progress told', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const { id } = await client.system.measure({ hidden: [8], batch: 4, steps: 4, repeats: 3 })
    const seen = await until(events, jobIs(id, 'done', 'failed'))
    const states = seen.flatMap((event) => (event.type === 'job' ? [event.job.state] : []))
    expect([...new Set(states)]).toEqual(['queued', 'running', 'done'])
    const job = await client.jobs.get({ id })
    expect(job).toMatchObject({ state: 'done', error: null, progress: { done: 9, total: 9, unit: 'samples' } })
    const result = throughputSchema.parse(job.result)
    expect(result.cases.map((one) => [one.op, one.hidden, one.samples_s.length])).toEqual([
      ['MatMul', 8, 3],
      ['BlockLSTMV2', 8, 3],
      ['BlockLSTMV2 gradient', 8, 3],
    ])
    for (const one of result.cases) expect(one.median_s).toBe([...one.samples_s].sort((a, b) => a - b)[1])
    await events.return?.()
  })

  it('whose process is killed fails with compute-crashed, and the next one goes on in a new process', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const first = await client.system.measure(long)
    const second = await client.system.measure({ hidden: [8], batch: 4, steps: 4, repeats: 3 })
    await until(events, isMeasuring(first.id))
    const [pid] = computePids()
    process.kill(pid!, 'SIGKILL')
    const seen = await until(events, jobIs(first.id, 'failed'))
    expect(seen).toContainEqual({ type: 'compute', state: 'crashed' })
    const { error } = await client.jobs.get({ id: first.id })
    expect(error).toMatchObject({ code: 'compute-crashed', message: expect.stringContaining('SIGKILL') })
    expect(error?.hint).toMatch(/smaller batch/)
    await until(events, jobIs(second.id, 'done'))
    expect(computePids()).not.toContain(pid)
  })

  it('finds the process of the job before it still warm', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const small = { hidden: [8], batch: 4, steps: 4, repeats: 3 }
    const first = await client.system.measure(small)
    await until(events, jobIs(first.id, 'done'))
    const before = computePids()
    const second = await client.system.measure(small)
    await until(events, jobIs(second.id, 'done'))
    expect(computePids()).toEqual(before)
  })

  it('is cancelled between two steps and leaves the process warm', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const { id } = await client.system.measure(long)
    await until(events, isMeasuring(id))
    const before = computePids()
    await client.jobs.cancel({ id })
    await until(events, jobIs(id, 'cancelled'))
    expect(await client.jobs.get({ id })).toMatchObject({
      state: 'cancelled',
      error: { code: 'cancelled' },
      result: null,
    })
    expect(computePids()).toEqual(before)
  })

  it('that waits is cancelled at once, without its turn', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const first = await client.system.measure(long)
    const second = await client.system.measure(long)
    await until(events, isMeasuring(first.id))
    await client.jobs.cancel({ id: second.id })
    const seen = await until(events, jobIs(second.id, 'cancelled'))
    expect(seen.some(jobIs(first.id, 'cancelled', 'failed', 'done'))).toBe(false)
    expect((await client.jobs.get({ id: second.id })).started).toBeNull()
  })

  it('that is stuck in native work is cancelled by ending its process', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const { id } = await client.system.measure(long)
    await until(events, isMeasuring(id))
    const [pid] = computePids()
    // A stopped process hears nothing, as in a call that does not return; how long a real call takes is the machine's affair.
    process.kill(pid!, 'SIGSTOP')
    await client.jobs.cancel({ id })
    await until(events, jobIs(id, 'cancelled'))
    expect(computePids()).not.toContain(pid)
  })

  it('fails with library-missing and the next step where set-up has not run', async () => {
    const { client } = await open(home(), { cache: join(home(), 'empty-cache') })
    const events = await client.events.watch({})
    const { id } = await client.system.measure(long)
    await until(events, jobIs(id, 'failed'))
    const { error } = await client.jobs.get({ id })
    expect(error).toMatchObject({ code: 'library-missing', hint: 'Run `bitgauge setup`.' })
  })

  it('fails with out-of-memory and a batch to try where it could not fit', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const { id } = await client.system.measure({ hidden: [4096], batch: 4096, steps: 1024, repeats: 3 })
    await until(events, jobIs(id, 'failed'))
    const { error } = await client.jobs.get({ id })
    expect(error).toMatchObject({ code: 'out-of-memory', hint: expect.stringMatching(/^Try batch \d+\.$/) })
  })

  it('still runs to a result that can be read where the store refuses to write', async () => {
    const { log, lines } = memoryLog()
    const { client } = await open(home(), { log })
    const other = new DatabaseSync(join(home(), 'bitgauge.sqlite'))
    other.exec(`CREATE TRIGGER refuse BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'refused'); END`)
    const events = await client.events.watch({})
    const { id } = await client.system.measure({ hidden: [8], batch: 4, steps: 4, repeats: 3 })
    await until(events, jobIs(id, 'done', 'failed'))
    expect(await client.jobs.get({ id })).toMatchObject({ state: 'done', result: { device: 'cpu' } })
    expect(lines.map((line) => line['msg'])).toContain('the state of a job could not be stored')
    other.close()
  })

  it('can be removed once it has ended, and not before', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const { id } = await client.system.measure(long)
    await expect(client.jobs.remove({ id })).rejects.toMatchObject({ code: 'conflict' })
    await client.jobs.cancel({ id })
    await until(events, jobIs(id, 'cancelled'))
    await expect(client.jobs.cancel({ id })).rejects.toMatchObject({ code: 'conflict' })
    expect(await client.jobs.remove({ id })).toEqual({ id })
    await until(events, (event) => event.type === 'job-removed' && event.id === id)
    await expect(client.jobs.get({ id })).rejects.toMatchObject({ code: 'not-found' })
  })
})
