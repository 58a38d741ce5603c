import { RPCLink } from '@orpc/client/websocket'
import { AppError } from '../../shared/errors.ts'
import { connectionLost, toCallError } from './callErrors.ts'
import type { Connection } from './connection.ts'
import { contractClient, linkPlugins, type Link } from './contractClient.ts'
import type { Page } from './page.ts'
import { retryDelay, wait } from './retryDelay.ts'
import { Session } from './session.ts'
import { StateHolder } from './stateHolder.ts'

/** The host closes a socket with this code when the session behind it has ended. */
const sessionEnded = 4401
/** A line that lasted this long starts the waiting between attempts afresh. */
const steady_ms = 5_000
/** How long a call waits for a line that is down. */
const patience_ms = 15_000

/** Connects to a headless host: exchanges the link's token, opens the socket, and opens it again whenever it is lost. */
export function connectWebSocket(page: Page): Connection {
  const line = new SocketLine(page)
  void line.run()
  return {
    client: contractClient((signal) => line.ready(signal)),
    state: () => line.state.get(),
    onState: (listener) => line.state.follow(listener),
    retry: () => line.wake(),
    close: () => line.close(),
  }
}

class SocketLine {
  readonly state = new StateHolder()
  readonly #page: Page
  readonly #session: Session
  readonly #closed = new AbortController()
  #pause = new AbortController()
  #link: Link | null = null

  constructor(page: Page) {
    this.#page = page
    this.#session = new Session(page)
  }

  async run(): Promise<void> {
    this.#session.takeToken()
    const stops = [
      this.#page.onOnline(() => this.wake()),
      this.#page.onSession(() => this.wake()),
      this.#page.onHash(() => {
        if (this.#session.takeToken()) this.wake()
      }),
    ]
    let attempt = 0
    while (!this.#closed.signal.aborted) {
      // From before the attempt: who wakes the line while one fails wants another.
      this.#pause = new AbortController()
      const { error, lasted_ms } = await this.#openAndLast()
      if (lasted_ms >= steady_ms) attempt = 0
      this.state.set({ status: 'lost', error })
      await this.#rest(error.code === 'unauthorized' ? null : retryDelay(attempt++))
    }
    for (const stop of stops) stop()
  }

  /** Ends the present pause between attempts. */
  wake(): void {
    this.#pause.abort()
  }

  close(): void {
    this.#closed.abort()
    this.wake()
  }

  /** The open link, now or as soon as the line opens. */
  async ready(signal: AbortSignal | undefined): Promise<Link> {
    const ends = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(patience_ms), ...(signal ? [signal] : [])])
    for (;;) {
      const { error } = this.state.get()
      if (this.#link !== null) return this.#link
      if (error?.code === 'unauthorized') throw error
      if (ends.aborted) throw toCallError(error ?? connectionLost(), signal)
      await this.#nextState(ends)
    }
  }

  /** One life of the socket, from before it opens until after it ends; gives why it ended. */
  async #openAndLast(): Promise<{ error: AppError; lasted_ms: number }> {
    let since = Infinity
    try {
      await this.#session.open()
      this.#closed.signal.throwIfAborted()
      const socket = this.#page.openSocket(`${this.#page.origin.replace(/^http/, 'ws')}/rpc`)
      const ended = endOf(socket, this.#closed.signal)
      await Promise.race([opened(socket), ended])
      if (socket.readyState === socket.OPEN) {
        since = performance.now()
        this.#link = new RPCLink({ websocket: socket, plugins: linkPlugins() })
        this.state.set({ status: 'open', error: null })
      }
      const code = await ended
      return {
        error: code === sessionEnded ? sessionOver() : connectionLost(`code ${code}`),
        lasted_ms: performance.now() - since,
      }
    } catch (thrown) {
      return { error: toCallError(thrown, undefined), lasted_ms: 0 }
    } finally {
      this.#link = null
    }
  }

  /** Waits that long, or for ever where null, or until somebody wakes it. */
  async #rest(milliseconds: number | null): Promise<void> {
    const { signal } = this.#pause
    if (this.#closed.signal.aborted || signal.aborted) return
    if (milliseconds !== null) return wait(milliseconds, signal)
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
  }

  #nextState(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        stop()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const stop = this.state.follow(done)
      signal.addEventListener('abort', done)
    })
  }
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => socket.addEventListener('open', () => resolve(), { once: true }))
}

/** Resolves with the closing code; a socket that never opened ends with 1006. */
function endOf(socket: WebSocket, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const close = (): void => socket.close(1000)
    signal.addEventListener('abort', close)
    socket.addEventListener('close', (event) => {
      signal.removeEventListener('abort', close)
      resolve(event.code)
    })
  })
}

function sessionOver(): AppError {
  return new AppError('unauthorized', 'The session of this page has ended.', {
    hint: 'Press Enter in the terminal where `bitgauge serve` runs, and open the new link.',
  })
}
