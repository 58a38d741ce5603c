import { getEventListeners } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ulid } from 'ulid'
import { afterEach, describe, expect, it } from 'vitest'
import { computeEnvironment } from '../../../src/host/compute/environment.ts'
import { forkLauncher } from '../../../src/host/compute/forkLauncher.ts'
import { Pool, type PooledRun } from '../../../src/host/compute/pool.ts'
import type { ComputeProcess } from '../../../src/host/launcher.ts'
import type { ComputeState } from '../../../src/shared/contract/jobs.ts'
import { readyAddon } from '../../compute/readyAddon.ts'
import { environmentOf, eventually, memoryLog } from '../harness.ts'

const open: Pool[] = []
afterEach(() => Promise.all(open.splice(0).map((pool) => pool.close())))

function newPool(onState: (state: ComputeState) => void = () => {}): Pool {
  const { log } = memoryLog()
  const environment = () => computeEnvironment(process.env, readyAddon())
  const pool = new Pool({ launcher: forkLauncher({ log }), environment, log, onState })
  open.push(pool)
  return pool
}

const long = { hidden: [64], repeats: 1000, batch: 64, steps: 64 }
const short = { hidden: [8], repeats: 3, batch: 4, steps: 4 }

/** A task whose begin, samples and end can be waited for. */
function start(pool: Pool, params: object, options: Partial<PooledRun> = {}) {
  const stop = new AbortController()
  const seen = { started: false, measuring: false }
  const told = { onStart: () => void (seen.started = true), onEvent: () => void (seen.measuring = true) }
  const task = { id: ulid(), kind: 'throughput' as const, params }
  const result = pool.run(task, { signal: stop.signal, ...told, ...options })
  result.catch(() => {})
  return { seen, stop, result }
}

describe('a pool', () => {
  it('runs one task at a time, in the order in which they came, until it is widened', async () => {
    const pool = newPool()
    const [first, second, third] = [start(pool, long), start(pool, long), start(pool, long)]
    await eventually(() => first.seen.measuring)
    expect([second.seen.started, third.seen.started]).toEqual([false, false])
    const give = pool.widen(2)
    await eventually(() => second.seen.measuring)
    expect(pool.pids).toHaveLength(2)
    expect(third.seen.started).toBe(false)
    first.stop.abort()
    await expect(first.result).rejects.toMatchObject({ code: 'cancelled' })
    await eventually(() => third.seen.measuring)
    give()
    third.stop.abort()
    await expect(third.result).rejects.toMatchObject({ code: 'cancelled' })
    // The lease is back: what is idle beyond one process ends.
    await eventually(() => pool.pids.length === 1)
    expect(second.seen.measuring).toBe(true)
  })

  it('fails the task alone whose process is killed, and the other goes on', async () => {
    const states: ComputeState[] = []
    const pool = newPool((state) => states.push(state))
    pool.widen(2)
    const [first, second] = [start(pool, long), start(pool, { ...long, repeats: 30 })]
    await eventually(() => first.seen.measuring && second.seen.measuring)
    process.kill(pool.pids[0]!, 'SIGKILL')
    await expect(first.result).rejects.toMatchObject({ code: 'compute-crashed' })
    expect(states.slice(-2)).toEqual(['crashed', 'running'])
    await expect(second.result).resolves.toMatchObject({ device: 'cpu' })
    expect(pool.pids).toHaveLength(1)
    await expect(start(pool, short).result).resolves.toMatchObject({ device: 'cpu' })
  })

  it('leaves nothing on a signal that outlives its tasks, whether they ended or failed', async () => {
    const pool = newPool()
    const { signal } = new AbortController()
    const refused = new Error('it must not begin')
    await start(pool, short, { signal }).result
    const onStart = (): void => {
      throw refused
    }
    await expect(start(pool, short, { signal, onStart }).result).rejects.toBe(refused)
    expect(getEventListeners(signal, 'abort')).toEqual([])
    await expect(start(pool, short, { signal }).result).resolves.toMatchObject({ device: 'cpu' })
  })

  it('does not wait for a process that is still starting when its task is cancelled', async () => {
    const { log } = memoryLog()
    const started: ComputeProcess[] = []
    const launcher = forkLauncher({ log, entry: fileURLToPath(new URL('silentEntry.ts', import.meta.url)) })
    const launch = async (environment: Readonly<Record<string, string>>): Promise<ComputeProcess> => {
      const process = await launcher.launch(environment)
      started.push(process)
      return process
    }
    const environment = () => computeEnvironment(process.env, null)
    const pool = new Pool({ launcher: { launch }, environment, log, onState: () => {} })
    open.push(pool)
    const { result, stop } = start(pool, short)
    await eventually(() => started.length === 1)
    stop.abort()
    await expect(result).rejects.toMatchObject({ code: 'cancelled' })
    expect(await started[0]?.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(pool.pids).toEqual([])
  })

  it('gives each process the threads that its task asks for, and keeps it for those that ask for the same', async () => {
    const pool = newPool()
    await start(pool, short, { threads: 3 }).result
    const [pid] = pool.pids
    const counts = { OMP_NUM_THREADS: '3', TF_NUM_INTRAOP_THREADS: '3', TF_NUM_INTEROP_THREADS: '3' }
    expect(environmentOf(pid!)).toMatchObject(counts)
    await start(pool, short, { threads: 3 }).result
    expect(pool.pids).toEqual([pid])
    await start(pool, short, { threads: 1 }).result
    expect(environmentOf(pool.pids[0]!)).toMatchObject({ OMP_NUM_THREADS: '1' })
    expect(pool.pids).not.toContain(pid)
  })

  it('takes a task that waits out of the queue when it is cancelled, and all when it is closed', async () => {
    const pool = newPool()
    const [first, second, third] = [start(pool, long), start(pool, long), start(pool, long)]
    await eventually(() => first.seen.measuring)
    second.stop.abort()
    await expect(second.result).rejects.toMatchObject({ code: 'cancelled' })
    await pool.close()
    await expect(third.result).rejects.toMatchObject({ code: 'cancelled' })
    await expect(first.result).rejects.toMatchObject({ code: expect.stringMatching(/cancelled|compute-crashed/) })
    await expect(start(pool, short).result).rejects.toMatchObject({ code: 'cancelled' })
    expect([second.seen.started, third.seen.started]).toEqual([false, false])
  })
})
