import { randomUUID } from 'node:crypto'
import type { Limits } from './limits.ts'
import { digestOf, findByDigest, newSecret } from './secrets.ts'

export interface Session {
  /** names the session in the log; opens nothing */
  readonly name: string
  readonly digest: Buffer
  readonly opened: number
  seen: number
}

type SessionLimits = Pick<Limits, 'sessions' | 'sessionIdle_ms' | 'session_ms'>

/** Who is let in. Kept in memory only: all sessions end with the program. */
export class Sessions {
  readonly #limits: SessionLimits
  readonly #onEnd: (session: Session) => void
  readonly #open = new Set<Session>()

  /** @param onEnd told of each session that ends, to close what it holds */
  constructor(limits: SessionLimits, onEnd: (session: Session) => void) {
    this.#limits = limits
    this.#onEnd = onEnd
  }

  /** Opens a session and gives the secret for its cookie. Where there are too many, the one idle for longest ends. */
  open(): { secret: string; session: Session } {
    this.sweep()
    while (this.#open.size >= this.#limits.sessions) this.end(this.#idlest())
    const secret = newSecret()
    const now = Date.now()
    const session = { name: randomUUID().slice(0, 8), digest: digestOf(secret), opened: now, seen: now }
    this.#open.add(session)
    return { secret, session }
  }

  /** The open session of a cookie, marked as seen now; null where there is none. */
  find(secret: string | undefined): Session | null {
    this.sweep()
    if (secret === undefined) return null
    const session = findByDigest(this.#open, digestOf(secret))
    if (session !== null) session.seen = Date.now()
    return session
  }

  end(session: Session): void {
    if (this.#open.delete(session)) this.#onEnd(session)
  }

  /** Ends what is too old or was idle for too long. */
  sweep(): void {
    const now = Date.now()
    for (const session of [...this.#open]) {
      const idle = now - session.seen >= this.#limits.sessionIdle_ms
      const old = now - session.opened >= this.#limits.session_ms
      if (idle || old) this.end(session)
    }
  }

  #idlest(): Session {
    return [...this.#open].reduce((a, b) => (b.seen < a.seen ? b : a))
  }
}
