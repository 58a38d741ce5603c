import type { Logger } from 'pino'
import { WebSocket, type RawData } from 'ws'
import type { Limits } from './limits.ts'

/** What the contract's handler does with one message; settles when the call is over, a stream's too. */
export type MessageHandler = (message: string) => Promise<unknown>

/** Closing codes: those of RFC 6455, and ours from 4400. */
export const closeCodes = {
  goingAway: 1001,
  unsupported: 1003,
  malformed: 1007,
  policy: 1008,
  tryLater: 1013,
  sessionEnded: 4401,
} as const

/**
 * Bounds what one open socket may do: text messages only, so many a second, so many calls at once, so much waiting to be sent, and an
 * answer to every ping.
 */
export class SocketGuard {
  readonly #socket: WebSocket
  readonly #limits: Limits
  readonly #log: Logger
  readonly #onAlive: () => void
  readonly #ping: NodeJS.Timeout
  #answered = true
  #calls = 0
  #allowance: number
  #counted = performance.now()

  /** @param onAlive told whenever the other side shows that it is there */
  constructor(socket: WebSocket, limits: Limits, log: Logger, onAlive: () => void) {
    this.#socket = socket
    this.#limits = limits
    this.#log = log
    this.#onAlive = onAlive
    this.#allowance = limits.messageBurst
    this.#ping = setInterval(() => this.#beat(), limits.ping_ms)
    socket.on('pong', () => this.#alive())
    socket.on('error', (error: NodeJS.ErrnoException) =>
      log.info({ reason: error.code ?? error.message }, 'socket failed'),
    )
    socket.on('close', () => clearInterval(this.#ping))
  }

  /** Hands each message that is within bounds on; closes the socket at the first that is not. */
  receive(handle: MessageHandler): void {
    this.#socket.on('message', (data, isBinary) => void this.#take(data, isBinary, handle))
  }

  /**
   * Sends, unless too much waits already: then the socket is closed. The promise resolves at once while little waits, and otherwise when
   * this message has gone, so that a slow reader slows down the stream that it reads.
   */
  send(message: string | Uint8Array): void | Promise<void> {
    const socket = this.#socket
    if (socket.readyState !== WebSocket.OPEN) return
    if (socket.bufferedAmount > this.#limits.waiting_bytes) return this.close(closeCodes.tryLater, 'too slow')
    if (socket.bufferedAmount <= this.#limits.pause_bytes) return socket.send(message)
    return new Promise((resolve) => socket.send(message, () => resolve()))
  }

  /** Closes with this code; ends the connection where the other side does not answer in time. */
  close(code: number, reason: string): void {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    if (this.#socket.readyState === WebSocket.OPEN) this.#log.info({ close: code, reason }, 'socket closed by us')
    this.#socket.close(code, reason)
    const late = setTimeout(() => this.#socket.terminate(), this.#limits.close_ms)
    this.#socket.once('close', () => clearTimeout(late))
  }

  async #take(data: RawData, isBinary: boolean, handle: MessageHandler): Promise<void> {
    if (this.#socket.readyState !== WebSocket.OPEN) return
    if (isBinary) return this.close(closeCodes.unsupported, 'text only')
    if (!this.#within((data as Buffer).length)) return this.close(closeCodes.policy, 'too many messages')
    const text = (data as Buffer).toString('utf8')
    const kind = kindOf(text)
    if (kind === null) return this.close(closeCodes.malformed, 'malformed message')
    if (kind === 'call' && this.#calls >= this.#limits.callsASocket)
      return this.close(closeCodes.policy, 'too many calls')
    this.#alive()
    this.#calls += 1
    try {
      await handle(text)
    } catch (thrown) {
      this.#log.info({ err: thrown }, 'call failed in transport')
    } finally {
      this.#calls -= 1
    }
  }

  /** A bucket of messages that fills by `messagesASecond` up to `messageBurst`. */
  #within(bytes: number): boolean {
    const now = performance.now()
    const filled = this.#allowance + ((now - this.#counted) / 1000) * this.#limits.messagesASecond
    this.#allowance = Math.min(this.#limits.messageBurst, filled) - 1 - Math.floor(bytes / 16_384)
    this.#counted = now
    return this.#allowance >= 0
  }

  #alive(): void {
    this.#answered = true
    this.#onAlive()
  }

  #beat(): void {
    if (!this.#answered) {
      this.#log.info('socket does not answer')
      return this.#socket.terminate()
    }
    this.#answered = false
    this.#socket.ping()
  }
}

/** What a message is by its envelope, or null where it is none. What it carries is checked by the contract. */
function kindOf(text: string): 'call' | 'cancel' | 'event' | null {
  const message = parsed(text)
  if (typeof message?.i !== 'string' || message.i === '' || message.i.length > 64) return null
  if (message.t === 4) return 'cancel'
  if (message.t === 3) return isObject(message.p) ? 'event' : null
  return (message.t === undefined || message.t === 1) && isRequest(message.p) ? 'call' : null
}

function isRequest(payload: unknown): boolean {
  if (!isObject(payload)) return false
  return (
    typeof payload['u'] === 'string' &&
    payload['u'].startsWith('/') &&
    (payload['h'] === undefined || isObject(payload['h']))
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parsed(text: string): { i?: unknown; t?: unknown; p?: unknown } | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
