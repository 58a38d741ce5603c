import { RPCHandler } from '@orpc/server/message-port'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../src/renderer/transport/connection.ts'
import { connectDesktop, type HostPort, type PortWindow } from '../../src/renderer/transport/desktopTransport.ts'
import { watchEvents } from '../../src/renderer/transport/watchEvents.ts'
import { EventLog } from '../../src/host/events/eventLog.ts'
import type { HostEvent } from '../../src/shared/contract/jobs.ts'
import { jobEvent, smallRouter, until } from './harness.ts'

interface Message {
  source: unknown
  data: unknown
  ports: HostPort[]
}

/** A window whose messages the test posts, and the main process's side of the port. */
class DesktopPage implements PortWindow {
  readonly events = new EventLog<HostEvent>()
  readonly nonces: string[] = []
  readonly ports: HostPort[] = []
  readonly #listeners = new Set<(event: MessageEvent) => void>()

  addEventListener(_type: 'message', listener: (event: MessageEvent) => void): void {
    this.#listeners.add(listener)
  }
  removeEventListener(_type: 'message', listener: (event: MessageEvent) => void): void {
    this.#listeners.delete(listener)
  }
  requestPort(nonce: string): void {
    this.nonces.push(nonce)
  }
  post(message: Message): void {
    for (const listener of [...this.#listeners]) listener(message as unknown as MessageEvent)
  }
  /** Answers the newest request as the preload script does. */
  answer(): void {
    this.post({ source: this, data: { type: 'bitgauge:port', nonce: this.nonces.at(-1) }, ports: [this.newPort()] })
  }
  newPort(): HostPort {
    const { port1, port2 } = new MessageChannel()
    new RPCHandler(smallRouter(this.events)).upgrade(port1)
    port1.start()
    this.ports.push(port1)
    return port2
  }
}

describe('the client over a message port', () => {
  let page: DesktopPage
  let connection: Connection
  beforeEach(() => {
    page = new DesktopPage()
    connection = connectDesktop(page, page)
  })
  afterEach(() => {
    connection.close()
    page.ports.forEach((port) => port.close())
  })

  it('asks for a port with a nonce that nobody guesses', () => {
    expect(page.nonces).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)])
    expect(connection.state().status).toBe('connecting')
  })

  it('speaks over the port that answers its request', async () => {
    page.answer()
    expect(connection.state().status).toBe('open')
    expect(await connection.client.jobs.list({})).toEqual([])
    await expect(connection.client.jobs.get({ id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' })).rejects.toMatchObject({
      code: 'not-found',
      hint: 'List the jobs.',
    })
  })

  it('takes no port from another window, with another nonce, of another type or from nowhere', async () => {
    const nonce = page.nonces[0]
    page.post({ source: {}, data: { type: 'bitgauge:port', nonce }, ports: [page.newPort()] })
    page.post({ source: null, data: { type: 'bitgauge:port', nonce }, ports: [page.newPort()] })
    page.post({ source: page, data: { type: 'bitgauge:port', nonce: 'guess' }, ports: [page.newPort()] })
    page.post({ source: page, data: { type: 'bitgauge:port' }, ports: [page.newPort()] })
    page.post({ source: page, data: { type: 'other', nonce }, ports: [page.newPort()] })
    page.post({ source: page, data: null, ports: [page.newPort()] })
    page.post({ source: page, data: { type: 'bitgauge:port', nonce }, ports: [] })
    expect(connection.state().status).toBe('connecting')
    page.answer()
    expect(connection.state().status).toBe('open')
  })

  it('lets calls that were made before the port came through', async () => {
    const call = connection.client.jobs.list({})
    page.answer()
    expect(await call).toEqual([])
  })

  it('is lost with its port, and asks for another by itself', async () => {
    page.answer()
    const told: HostEvent[] = []
    const watched = new AbortController()
    void watchEvents(connection.client, (event) => told.push(event), { signal: watched.signal })
    await until(() => told.length === 1)
    page.ports[0]?.close()
    await until(() => connection.state().status === 'lost')
    page.events.publish(jobEvent('missed'))
    await until(() => page.nonces.length === 2)
    expect(page.nonces[1]).not.toBe(page.nonces[0])
    page.answer()
    await until(() => told.length === 2)
    expect(told[1]).toMatchObject({ type: 'job', job: { title: 'missed' } })
    watched.abort()
  })
})
