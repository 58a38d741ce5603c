import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ulid } from 'ulid'
import { openHost, type Host } from '../../src/host/index.ts'
import { createLog } from '../../src/host/log.ts'
import type { Connection } from '../../src/renderer/transport/connection.ts'
import { watchEvents } from '../../src/renderer/transport/watchEvents.ts'
import { connectWebSocket } from '../../src/renderer/transport/webSocketTransport.ts'
import type { HostEvent } from '../../src/shared/contract/jobs.ts'
import { holding, isThere, type HoldingLauncher } from '../host/holding.ts'
import { jobEvent, signIn, startTestServer, until, type TestServer } from './harness.ts'
import { nodePage, type NodePage } from './nodePage.ts'

let test: TestServer
let page: NodePage
let connection: Connection

afterEach(async () => {
  connection.close()
  await test[Symbol.asyncDispose]()
})

function connect(url = test.server.url): void {
  page = nodePage(url)
  connection = connectWebSocket(page)
}

const isOpen = () => connection.state().status === 'open'

describe('the client over a web socket, against the real host', () => {
  let home: string
  let host: Host
  let launcher: HoldingLauncher
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'bitgauge-home-'))
    const log = createLog({ write: () => {} })
    launcher = holding()
    host = await openHost({ home, cache: join(home, 'cache'), launcher, log })
    test = await startTestServer({ host })
    connect()
  })
  afterEach(async () => {
    await host.close()
    await rm(home, { recursive: true, force: true })
  })

  it('answers calls as the client in process does', async () => {
    expect(await connection.client.jobs.list({})).toEqual(await host.client.jobs.list({}))
    const checking = connection.client.store.check({})
    await until(() => launcher.pids.length === 1)
    launcher.letGo()
    const check = await checking
    expect(check.ok).toBe(true)
    expect(check.path.startsWith(home)).toBe(true)
  })

  it('ends a check of the store whose page has gone, and answers others meanwhile', async () => {
    const check = connection.client.store.check({}).catch((error: unknown) => error)
    await until(() => launcher.pids.length === 1)
    expect(await connection.client.jobs.list({})).toEqual([])
    connection.close()
    await until(() => !isThere(launcher.pids[0]))
    expect(await check).toBeInstanceOf(Error)
    expect(await host.client.jobs.list({})).toEqual([])
  })

  it('carries a typed error over, with all that it says', async () => {
    const id = ulid()
    const inProcess = await host.client.jobs.get({ id }).catch((error: unknown) => error)
    const overSocket = await connection.client.jobs.get({ id }).catch((error: unknown) => error)
    expect(overSocket).toMatchObject({ name: 'AppError', code: 'not-found' })
    expect({ ...(overSocket as object) }).toEqual({ ...(inProcess as object) })
  })

  it('says which value of an input is wrong', async () => {
    const failed = connection.client.jobs.get({ id: 'no ulid' })
    await expect(failed).rejects.toMatchObject({
      code: 'input-invalid',
      found: expect.stringMatching(/^id: /) as string,
    })
  })

  it('tells the events of a job that it started', async () => {
    const events: HostEvent[] = []
    const watched = new AbortController()
    void watchEvents(connection.client, (event) => events.push(event), { signal: watched.signal })
    await until(() => events[0]?.type === 'snapshot')
    const job = await connection.client.system.measure({ hidden: [8], batch: 1, steps: 1, repeats: 3 })
    // Without the TensorFlow library in this home's cache the job fails, which is an end like others.
    const ended = () =>
      events.some((event) => event.type === 'job' && event.job.id === job.id && event.job.ended !== null)
    await until(ended)
    expect(await connection.client.jobs.get({ id: job.id })).toMatchObject({
      state: 'failed',
      error: { code: 'library-missing' },
    })
    watched.abort()
  })
})

describe('the line', () => {
  beforeEach(async () => {
    test = await startTestServer()
  })

  it('takes the token out of the address bar before anything is sent', async () => {
    connect()
    expect(page.address).toBe(`${test.server.origin}/`)
    await until(isOpen)
    expect(page.sent.some((request) => request.includes('token'))).toBe(false)
  })

  it('lets calls that were made before it was open through', async () => {
    connect()
    expect(connection.state()).toEqual({ status: 'connecting', error: null })
    expect(await connection.client.jobs.list({})).toEqual([])
  })

  it('asks a person for a new link where there is no session, and opens by it without a reload', async () => {
    connect(`${test.server.origin}/`)
    await until(() => connection.state().status === 'lost')
    expect(connection.state().error).toMatchObject({ code: 'unauthorized' })
    await expect(connection.client.jobs.list({})).rejects.toMatchObject({ code: 'unauthorized' })
    page.follow(test.server.newLink())
    await until(isOpen)
    expect(page.address).toBe(`${test.server.origin}/`)
    expect(await connection.client.jobs.list({})).toEqual([])
  })

  it('goes on by itself when another page of the browser opens the new link', async () => {
    connect(`${test.server.origin}/`)
    await until(() => connection.state().error?.code === 'unauthorized')
    const other = connectWebSocket(page.beside(test.server.newLink()))
    await until(isOpen)
    expect(await connection.client.jobs.list({})).toEqual([])
    other.close()
  })

  it('goes on by itself when another page opens the new link while this one is being refused', async () => {
    page = nodePage(`${test.server.origin}/`)
    const ask = page.fetch
    let other: Connection | undefined
    page.fetch = async (...asked) => {
      const refusal = await ask(...asked)
      if (other === undefined) {
        other = connectWebSocket(page.beside(test.server.newLink()))
        await until(() => other?.state().status === 'open')
      }
      return refusal
    }
    connection = connectWebSocket(page)
    await until(isOpen)
    other?.close()
  })

  it('opens by the session that the browser has, where the link was used before', async () => {
    connect()
    await until(isOpen)
    connection.close()
    page.follow(test.server.url)
    connection = connectWebSocket(page)
    await until(isOpen)
    expect(page.address).toBe(`${test.server.origin}/`)
  })

  it('says that the link was used where another browser used it', async () => {
    await signIn(test, test.server.url)
    connect()
    await until(() => connection.state().status === 'lost')
    expect(connection.state().error).toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('used already') as string,
    })
  })

  it('comes back by itself after a cut, and tells so', async () => {
    connect()
    await until(isOpen)
    const told: string[] = []
    connection.onState((state) => told.push(`${state.status} ${state.error?.code ?? ''}`.trim()))
    page.cut()
    await until(() => told.length === 2)
    expect(told).toEqual(['lost connection-lost', 'open'])
    expect(await connection.client.jobs.list({})).toEqual([])
  })

  it('ends a call that was under way when it was cut with connection-lost, not with cancelled', async () => {
    connect()
    await until(isOpen)
    const stream = await connection.client.events.watch({})
    await stream.next()
    const next = stream.next()
    page.cut()
    await expect(next).rejects.toMatchObject({ code: 'connection-lost' })
  })

  it('ends a call that its caller cancelled with cancelled', async () => {
    connect()
    const cancel = new AbortController()
    const stream = await connection.client.events.watch({}, { signal: cancel.signal })
    await stream.next()
    const next = stream.next()
    cancel.abort()
    await expect(next).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('stops asking once its session has ended, until a reader asks it to try', async () => {
    connect()
    await until(isOpen)
    await page.fetch(`${test.server.origin}/session/end`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    })
    await until(() => connection.state().error?.code === 'unauthorized')
    const asked = page.sent.length
    await new Promise((resolve) => setTimeout(resolve, 600))
    expect(page.sent.length).toBe(asked)
    connection.retry()
    await until(() => page.sent.length > asked)
  })

  it('gives up nothing while the server is away, and opens again when it is back', async () => {
    connect()
    await until(isOpen)
    await test.server.close()
    await until(() => connection.state().status === 'lost')
    const call = connection.client.jobs.list({})
    const again = await startTestServer({ port: test.port })
    await test[Symbol.asyncDispose]()
    test = again
    // The new program knows no session of the old one.
    await expect(call).rejects.toMatchObject({ code: 'unauthorized' })
    page.follow(test.server.url)
    await until(isOpen)
  })
})

describe('watching the events', () => {
  beforeEach(async () => {
    test = await startTestServer()
    connect()
  })
  const titles = (events: HostEvent[]) =>
    events.flatMap((event) => (event.type === 'job' ? [event.job.title] : [event.type]))

  it('goes on after every cut with no event lost and none told twice', async () => {
    const events: HostEvent[] = []
    const watched = new AbortController()
    const watching = watchEvents(connection.client, (event) => events.push(event), { signal: watched.signal })
    await until(() => events.length === 1)
    let published = 0
    for (let round = 0; round < 4; round += 1) {
      for (let count = 0; count < 50; count += 1) test.events.publish(jobEvent(String(published++)))
      if (round % 2 === 0) await until(() => events.length > published - 20)
      page.cut()
      for (let count = 0; count < 10; count += 1) test.events.publish(jobEvent(String(published++)))
      await until(() => connection.state().status === 'lost')
      await until(isOpen)
    }
    await until(() => events.length >= published + 1)
    expect(titles(events)).toEqual(['snapshot', ...Array.from({ length: published }, (_, index) => String(index))])
    watched.abort()
    await watching
  })

  it('starts over from a snapshot where the host has forgotten what was missed', async () => {
    const events: HostEvent[] = []
    const watched = new AbortController()
    void watchEvents(connection.client, (event) => events.push(event), { signal: watched.signal })
    await until(() => events.length === 1)
    page.cut()
    for (let count = 0; count < 1500; count += 1) test.events.publish(jobEvent(String(count)))
    await until(() => events.length === 2)
    expect(titles(events)).toEqual(['snapshot', 'snapshot'])
    watched.abort()
  })

  it('ends with its signal, and the host no longer streams', async () => {
    const watched = new AbortController()
    let told = 0
    const watching = watchEvents(connection.client, () => (told += 1), { signal: watched.signal })
    await until(() => told === 1)
    watched.abort()
    await watching
    test.events.publish(jobEvent('late'))
    expect(await connection.client.jobs.list({})).toEqual([])
    expect(told).toBe(1)
  })
})
