import { RPCLink } from '@orpc/client/message-port'
import { connectionLost, toCallError } from './callErrors.ts'
import type { Connection } from './connection.ts'
import { contractClient, linkPlugins, type Link } from './contractClient.ts'
import { portMessageType, type DesktopBridge } from './desktopBridge.ts'
import { StateHolder } from './stateHolder.ts'

/** How long a call waits for the port. */
const patience_ms = 15_000

/** The page's window, as far as receiving the port goes. */
export interface PortWindow {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

/** Connects to the host in the same program: asks the preload script for a port and speaks over it. */
export function connectDesktop(bridge: Pick<DesktopBridge, 'requestPort'>, window: PortWindow): Connection {
  const line = new PortLine(bridge, window)
  line.open()
  return {
    client: contractClient((signal) => line.ready(signal)),
    state: () => line.state.get(),
    onState: (listener) => line.state.follow(listener),
    retry: () => line.open(),
    close: () => line.close(),
  }
}

/** A message port; named so because Node's types, under which tests read this file, have no global of that name. */
export type HostPort = MessageEvent['ports'][number]

class PortLine {
  readonly state = new StateHolder()
  readonly #bridge: Pick<DesktopBridge, 'requestPort'>
  readonly #window: PortWindow
  #port: HostPort | null = null
  #link: Promise<Link> | null = null
  #forget: () => void = () => {}

  constructor(bridge: Pick<DesktopBridge, 'requestPort'>, window: PortWindow) {
    this.#bridge = bridge
    this.#window = window
  }

  open(): void {
    if (this.#link !== null) return
    const link = this.#receive()
    this.#link = link
    // A failure to connect is told to those who call, and by the state.
    link.catch(() => {})
  }

  close(): void {
    this.#forget()
    this.#port?.close()
    this.#port = null
    this.#link = null
    this.state.set({ status: 'lost', error: connectionLost() })
  }

  async ready(signal: AbortSignal | undefined): Promise<Link> {
    this.open()
    const late = AbortSignal.any([AbortSignal.timeout(patience_ms), ...(signal ? [signal] : [])])
    const tooLate = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(toCallError(connectionLost(), signal)), { once: true })
    })
    return Promise.race([this.#link ?? Promise.reject(connectionLost()), tooLate])
  }

  #receive(): Promise<Link> {
    const nonce = newNonce()
    return new Promise((resolve, reject) => {
      const onMessage = (event: MessageEvent): void => {
        const port = portOf(event, this.#window, nonce)
        if (port === null) return
        resolve(this.#speak(port))
        this.#forget()
      }
      this.#forget = () => {
        this.#window.removeEventListener('message', onMessage)
        this.#forget = () => {}
        reject(connectionLost())
      }
      this.#window.addEventListener('message', onMessage)
      this.#bridge.requestPort(nonce)
    })
  }

  #speak(port: HostPort): Link {
    this.#port = port
    port.addEventListener('close', () => {
      if (this.#port === port) this.close()
    })
    const link = new RPCLink({ port, plugins: linkPlugins() })
    port.start()
    this.state.set({ status: 'open', error: null })
    return link
  }
}

/** The port of the answer to our own request; null for every other message, whoever posted it. */
function portOf(event: MessageEvent, window: PortWindow, nonce: string): HostPort | null {
  const data = event.data as { type?: unknown; nonce?: unknown } | null
  if ((event.source as unknown) !== window || typeof data !== 'object' || data === null) return null
  if (data.type !== portMessageType || data.nonce !== nonce) return null
  return event.ports[0] ?? null
}

function newNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
