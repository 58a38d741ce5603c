import { fork } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ulid } from 'ulid'
import { afterEach, describe, expect, it } from 'vitest'
import { computeEnvironment } from '../../../src/host/compute/environment.ts'
import { computePriority, sessionPriority } from '../../../src/shared/contract/compute.ts'
import { readyAddon } from '../../compute/readyAddon.ts'
import { childrenOf, environmentOf, eventually, temporaryFolder, workers } from '../harness.ts'

const startWorker = workers()
const folder = temporaryFolder()
const quiet = { signal: new AbortController().signal, onEvent: () => {} }

function writtenFile(name: string): string {
  writeFileSync(join(folder(), name), 'this is no addon')
  return join(folder(), name)
}

/** Nice values of all threads of a process, by field 19 of proc_pid_stat(5). */
function priorities(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19 - 3])
  })
}

/** Whether a process has its signal handlers: SIGHUP, which Node itself leaves alone, is then caught, the lowest bit of SigCgt in proc_pid_status(5). */
function isUp(pid: number): boolean {
  const caught = /SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]!
  return (Number.parseInt(caught.slice(-2), 16) & 1) !== 0
}

/** The session of a process by field 6 of proc_pid_stat(5), and the group in which it is scheduled. */
function sessionOf(pid: number): { id: number; group: string } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const id = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[6 - 3])
  return { id, group: readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim() }
}

describe('the compute process', () => {
  const poisoned = ['NODE_OPTIONS', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'BITGAUGE_PROBE_SECRET']
  afterEach(() => poisoned.forEach((name) => delete process.env[name]))

  it('has no variable in its environment that is not on the list, whatever its parent has', async () => {
    process.env['NODE_OPTIONS'] = '--no-warnings'
    process.env['LD_PRELOAD'] = '/nowhere/evil.so'
    process.env['LD_LIBRARY_PATH'] = '/nowhere'
    process.env['BITGAUGE_PROBE_SECRET'] = 'secret'
    const built = computeEnvironment(process.env, readyAddon())
    const worker = await startWorker(built)
    const found = environmentOf(worker.pid)
    // The two that Node's fork adds to say where its channel is.
    expect(
      Object.keys(found)
        .filter((name) => !name.startsWith('NODE_CHANNEL_'))
        .sort(),
    ).toEqual(Object.keys(built).sort())
    expect(poisoned.filter((name) => name in found)).toEqual([])
  })

  it('runs with a lower priority in all its threads, those of the library too', async () => {
    const worker = await startWorker()
    await worker.run({ id: ulid(), kind: 'self-test', params: {} }, quiet)
    const found = priorities(worker.pid)
    expect(found.length).toBeGreaterThan(1)
    expect(new Set(found)).toEqual(new Set([computePriority]))
  })

  it('keeps the priority of whoever started it lower still', async () => {
    const main = fileURLToPath(new URL('../../../src/compute/main.ts', import.meta.url))
    const child = fork(main, { execPath: 'nice', execArgv: ['-n', '15', process.execPath], serialization: 'advanced' })
    try {
      await eventually(() => isUp(child.pid!))
      expect(Math.min(...priorities(child.pid!))).toBeGreaterThanOrEqual(15)
    } finally {
      child.kill('SIGKILL')
    }
  })

  it.skipIf(!existsSync('/proc/self/autogroup'))(
    'lowers its session too where it has one of its own, and no session that it shares',
    async () => {
      const before = sessionOf(process.pid)
      const [shared, apart] = [await startWorker(), await startWorker(undefined, { apart: true })]
      expect(sessionOf(shared.pid)).toEqual(before)
      expect(sessionOf(apart.pid).id).toBe(apart.pid)
      await eventually(() => sessionOf(apart.pid).group.endsWith(` nice ${sessionPriority}`))
      expect(sessionOf(process.pid)).toEqual(before)
    },
  )

  it('outlives the Ctrl-C of a terminal, which reaches every process of the command', async () => {
    const worker = await startWorker()
    process.kill(worker.pid, 'SIGINT')
    const result = await worker.run({ id: ulid(), kind: 'self-test', params: {} }, quiet)
    expect(result).toMatchObject({ tensorflow: '2.21.0' })
  })

  it('ends when its parent is gone', async () => {
    const main = fileURLToPath(new URL('../../../src/compute/main.ts', import.meta.url))
    const script = join(folder(), 'parent.mjs')
    const fork_ = `import { fork } from 'node:child_process'\nfork(${JSON.stringify(main)}, { serialization: 'advanced' })\nsetInterval(() => {}, 1e6)\n`
    writeFileSync(script, fork_)
    const parent = fork(script, { execArgv: [], stdio: 'ignore' })
    await eventually(() => childrenOf(parent.pid!).length === 1)
    const [child] = childrenOf(parent.pid!)
    await eventually(() => isUp(child!))
    parent.kill('SIGKILL')
    await eventually(() => !existsSync(`/proc/${child}`))
  })

  it.each([
    ['library-missing', () => join(folder(), 'nowhere.node')],
    ['library-damaged', () => writtenFile('broken.node')],
  ])('answers a job with %s where the addon is so', async (code, addon) => {
    const worker = await startWorker(computeEnvironment(process.env, addon()))
    await expect(worker.run({ id: ulid(), kind: 'self-test', params: {} }, quiet)).rejects.toMatchObject({ code })
  })

  it('that ends before it is ready is compute-unavailable, with the code in the message', async () => {
    const entry = fileURLToPath(new URL('./crashingEntry.ts', import.meta.url))
    await expect(startWorker({ PATH: process.env['PATH'] ?? '' }, { entry })).rejects.toMatchObject({
      code: 'compute-unavailable',
      message: expect.stringContaining('exit code 7'),
    })
  })
})
