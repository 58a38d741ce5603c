import { WebSocket as NodeWebSocket } from 'ws'
import type { Page } from '../../src/renderer/transport/page.ts'

/** A page without a browser: its address bar, its cookies and its network, which the test can cut. */
export interface NodePage extends Page {
  readonly address: string
  /** method and address of every request, as a proxy would see them */
  readonly sent: string[]
  /** Opens a link in this page without loading it again. */
  follow(url: string): void
  /** Cuts the open socket without a farewell. */
  cut(): void
  /** Another page of the same browser, at this address. */
  beside(url: string): NodePage
}

interface Browser {
  readonly cookies: Map<string, string>
  readonly sessionListeners: Set<Set<() => void>>
}

export function nodePage(
  url: string,
  browser: Browser = { cookies: new Map(), sessionListeners: new Set() },
): NodePage {
  let address = new URL(url)
  const origin = address.origin
  const { cookies } = browser
  const sessionListeners = new Set<() => void>()
  browser.sessionListeners.add(sessionListeners)
  const sent: string[] = []
  const hashListeners = new Set<() => void>()
  let socket: NodeWebSocket | null = null
  const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return {
    origin,
    sent,
    get address() {
      return address.href
    },
    hash: () => address.hash,
    dropHash: () => {
      address = new URL(address.pathname + address.search, origin)
    },
    onHash: (listener) => {
      hashListeners.add(listener)
      return () => hashListeners.delete(listener)
    },
    onOnline: () => () => {},
    tellSession: () => {
      for (const others of browser.sessionListeners) {
        if (others !== sessionListeners) for (const listener of others) listener()
      }
    },
    onSession: (listener) => {
      sessionListeners.add(listener)
      return () => sessionListeners.delete(listener)
    },
    fetch: async (input, init) => {
      sent.push(`${init?.method ?? 'GET'} ${String(input)}`)
      const headers = new Headers(init?.headers)
      headers.set('cookie', cookie())
      if (init?.method === 'POST') headers.set('origin', origin)
      const answer = await fetch(input, { ...init, headers })
      for (const line of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
        cookies.set(name, value)
      }
      return answer
    },
    openSocket: (target) => {
      sent.push(`GET ${target}`)
      socket = new NodeWebSocket(target, { origin, headers: { cookie: cookie() } })
      socket.on('error', () => {})
      return socket as unknown as WebSocket
    },
    follow: (link) => {
      address = new URL(link)
      for (const listener of hashListeners) listener()
    },
    cut: () => socket?.terminate(),
    beside: (other) => nodePage(other, browser),
  }
}
