import { AppError } from '../shared/errors.ts'
import type { Limits } from './limits.ts'
import type { Session } from './sessions.ts'
import { closeCodes, type SocketGuard } from './socketGuard.ts'

/** The open sockets, by the session that opened them. */
export class SocketTable {
  readonly #limits: Pick<Limits, 'sockets' | 'socketsASession'>
  readonly #sockets = new Map<SocketGuard, Session>()
  #closed = false

  constructor(limits: Pick<Limits, 'sockets' | 'socketsASession'>) {
    this.#limits = limits
  }

  get size(): number {
    return this.#sockets.size
  }

  /** @throws AppError `rate-limited` where the session, or all together, hold as many as they may; `connection-lost` once all were closed */
  assertRoom(session: Session): void {
    if (this.#closed) throw new AppError('connection-lost', 'The server stops.')
    const own = [...this.#sockets.values()].filter((holder) => holder === session).length
    if (own < this.#limits.socketsASession && this.#sockets.size < this.#limits.sockets) return
    throw new AppError('rate-limited', 'Too many pages are open at once.', { hint: 'Close some of them.' })
  }

  add(guard: SocketGuard, session: Session): void {
    this.#sockets.set(guard, session)
  }

  remove(guard: SocketGuard): void {
    this.#sockets.delete(guard)
  }

  closeOf(session: Session): void {
    for (const [guard, holder] of this.#sockets) {
      if (holder === session) guard.close(closeCodes.sessionEnded, 'session ended')
    }
  }

  /** Closes them and lets no other in: one that came while the server stops would keep it from ending. */
  closeAll(): void {
    this.#closed = true
    for (const guard of this.#sockets.keys()) guard.close(closeCodes.goingAway, 'server stops')
  }
}
