import { boardFailure } from '../../../core/profile/boardFailure.ts'
import type { BoardDescription } from '../../../shared/contract/board.ts'
import type { BoardConnection } from '../../../remote/index.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Warning } from '../../../shared/units.ts'

export interface BoardSession {
  connection: BoardConnection
  description: BoardDescription
}

export interface SteadyOptions {
  signal: AbortSignal
  /** connects anew, with the lock; throws where the board is another one */
  reconnect: () => Promise<BoardSession>
  onWarning: (warning: Warning) => void
}

const attempts = 3
const retried = ['connection-lost', 'timed-out', 'board-failed']

/**
 * A session that outlives its line: work that a lost line, a hanging program or rubbish spoiled is done again, twice at most. A board may be started anew once.
 */
export class SteadySession {
  #now: BoardSession
  readonly #options: SteadyOptions
  readonly #subject: string
  #restarts = 0
  /** What must be there again on a board that was started anew. */
  onRestart: () => Promise<void> = () => Promise.resolve()

  /** @param subject of the warnings */
  constructor(session: BoardSession, subject: string, options: SteadyOptions) {
    this.#now = session
    this.#subject = subject
    this.#options = options
  }

  get connection(): BoardConnection {
    return this.#now.connection
  }

  get description(): BoardDescription {
    return this.#now.description
  }

  /** How often the board was started anew meanwhile. */
  get restarts(): number {
    return this.#restarts
  }

  /** @throws AppError that of the work, once trying again did not help */
  async do<T>(work: (connection: BoardConnection) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work(this.connection)
      } catch (thrown) {
        const again = thrown instanceof AppError && retried.includes(thrown.code) && attempt < attempts
        if (!again || this.#options.signal.aborted) throw thrown
        this.#options.onWarning({
          ...{ code: 'tried-again', subject: this.#subject },
          message: `A part of the measurement was spoiled and measured again: ${thrown.message}${thrown.found === undefined ? '' : ` Found: ${thrown.found}.`}`,
        })
        if (thrown.code === 'connection-lost') await this.#connectAgain()
      }
    }
  }

  async #connectAgain(): Promise<void> {
    const before = this.description.state.boot
    this.#now = await this.#options.reconnect()
    if (before === this.description.state.boot) return
    this.#restarts += 1
    if (this.#restarts > 1) throw boardFailure('a board that was started anew twice while it was measured')
    this.#options.onWarning({
      code: 'board-restarted',
      message: 'The board was started anew: its windows are measured again.',
      subject: '',
    })
    await this.onRestart()
  }
}
