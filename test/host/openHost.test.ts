import { fork } from 'node:child_process'
import { readdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { getEventMeta } from '@orpc/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '../../src/shared/errors.ts'
import type { HostEvent } from '../../src/shared/contract/jobs.ts'
import { cache, hosts, jobIs, memoryLog, temporaryFolder, until } from './harness.ts'

const home = temporaryFolder()
const open = hosts()
const small = { hidden: [8], batch: 4, steps: 4, repeats: 3 }

/** A program that opens the home, starts a job of many minutes and says its id. */
function otherProgram(): string {
  const host = pathToFileURL(join(import.meta.dirname, '../../src/host/index.ts')).href
  const file = join(home(), 'other.mjs')
  writeFileSync(
    file,
    `import { createLog, forkLauncher, openHost } from ${JSON.stringify(host)}
    const log = createLog({ write: () => {} })
    const options = { home: ${JSON.stringify(home())}, cache: ${JSON.stringify(cache)}, launcher: forkLauncher({ log }), log }
    const { client } = await openHost(options)
    const events = await client.events.watch({})
    const { id } = await client.system.measure({ repeats: 1000 })
    for await (const event of events) if (event.type === 'job' && event.job.state === 'running') break
    process.send(id)
    setInterval(() => {}, 1e6)`,
  )
  return file
}

/** Empty for a descriptor that was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

describe('openHost', () => {
  it('begins a watch with a snapshot of the newest jobs', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    expect((await events.next()).value).toEqual({ type: 'snapshot', jobs: [], compute: 'idle', questions: [] })
    const { id } = await client.system.measure(small)
    await until(events, jobIs(id, 'done'))
    const again = await client.events.watch({})
    expect((await again.next()).value).toMatchObject({ type: 'snapshot', jobs: [{ id, state: 'done' }] })
  })

  it('resumes a watch through the client with exactly what was missed', async () => {
    const { client } = await open(home())
    const first = await client.events.watch({})
    const { id } = await client.system.measure(small)
    const seen = await until(first, jobIs(id, 'queued'))
    await first.return?.()
    const whole = await client.events.watch({}, { lastEventId: getEventMeta(seen.at(-1))?.id })
    const rest = await until(whole, jobIs(id, 'done'))
    expect(rest[0]).toMatchObject({ type: 'job', job: { id, state: 'running' } })
    expect(rest.map((event) => event.type)).not.toContain('snapshot')
  })

  it('leaves nothing open where a later step fails', async () => {
    // A link to itself in the place of a folder of the home: looking at it is the first step that fails after the store is open.
    symlinkSync('datasets', join(home(), 'datasets'))
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    await expect(open(home(), { cache })).rejects.toThrow('ELOOP')
    expect(vi.getTimerCount()).toBe(0)
    const held = readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`))
    expect(held.filter((path) => path.startsWith(home()))).toEqual([])
  })

  it('rejects an input that has not its shape with input-invalid, and names the place', async () => {
    const { client } = await open(home())
    const thrown = await client.system.measure({ batch: 0 }).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(AppError)
    expect(thrown).toMatchObject({ code: 'input-invalid', found: expect.stringContaining('batch') })
  })

  it('says of a defect only that it is one, and logs the rest', async () => {
    const { log, lines } = memoryLog()
    const host = await open(home(), { log })
    await host.close()
    const thrown = await host.client.jobs.list({}).catch((error: unknown) => error)
    expect(thrown).toMatchObject({ code: 'internal', message: expect.not.stringContaining(home()) })
    expect(lines).toContainEqual(expect.objectContaining({ call: 'jobs.list', msg: 'a call failed by a defect' }))
  })

  it('ends its watchers and its process when it is closed', async () => {
    const host = await open(home())
    const events = await host.client.events.watch({})
    const { id } = await host.client.system.measure({ repeats: 1000 })
    await until(events, jobIs(id, 'running'))
    const rest = until(events, () => false).catch((error: unknown) => String(error))
    await host.close()
    expect(await rest).toContain('the events ended')
    const reopened = await open(home())
    expect(await reopened.client.jobs.get({ id })).toMatchObject({ state: 'cancelled' })
  })

  it('shows the jobs of another host of the same home, and leaves them to it', async () => {
    const here = await open(home())
    const there = await open(home())
    const events = await here.client.events.watch({})
    const { id } = await there.client.system.measure({ repeats: 1000 })
    await until(events, jobIs(id, 'running'))
    await expect(here.client.jobs.cancel({ id })).rejects.toMatchObject({ code: 'conflict' })
    await there.client.jobs.cancel({ id })
    await until(events, jobIs(id, 'cancelled'))
    await here.client.jobs.remove({ id })
    await until(events, (event: HostEvent) => event.type === 'job-removed' && event.id === id)
  })

  it('marks the job of a program that was killed as interrupted, while it is open and when it is opened', async () => {
    const { client } = await open(home())
    const events = await client.events.watch({})
    const start = () => {
      const other = fork(otherProgram(), { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      return new Promise<{ id: string; kill: () => void }>((resolve) => {
        other.once('message', (id) => resolve({ id: String(id), kill: () => other.kill('SIGKILL') }))
      })
    }
    const first = await start()
    await until(events, jobIs(first.id, 'running'))
    first.kill()
    await until(events, jobIs(first.id, 'interrupted'))
    expect(await client.jobs.get({ id: first.id })).toMatchObject({ error: { code: 'job-interrupted' } })

    const second = await start()
    second.kill()
    await until(events, jobIs(second.id, 'interrupted'))
    const reopened = await open(home())
    expect((await reopened.client.jobs.get({ id: second.id })).state).toBe('interrupted')
  })
})
