import { ulid } from 'ulid'

export interface LoggedEvent<E> {
  /** unique over hosts and starts: the instance of the log, a dash, a number that grows by one */
  id: string
  event: E
}

/** What lies behind a position: events in order, or null where some of them are forgotten and a snapshot is needed. */
export type Missed<E> = readonly LoggedEvent<E>[] | null

/**
 * The last `capacity` events in memory. A reader holds a position, not a queue: one that is too slow loses nothing but its place, and
 * starts over from a snapshot. So a reader that never reads costs no memory.
 */
export class EventLog<E> {
  readonly #capacity: number
  readonly #instance = ulid()
  readonly #ring: LoggedEvent<E>[] = []
  readonly #waiting = new Set<() => void>()
  #last = 0

  constructor(capacity = 1000) {
    this.#capacity = capacity
  }

  /** Number of the newest event; 0 before the first. */
  get position(): number {
    return this.#last
  }

  idOf(position: number): string {
    return `${this.#instance}-${position}`
  }

  /** The position that an event id names, or null where this log never gave that id. */
  positionOf(id: string): number | null {
    const match = /^([0-9A-Z]{26})-(\d{1,15})$/.exec(id)
    if (match?.[1] !== this.#instance) return null
    const position = Number(match[2])
    return position <= this.#last ? position : null
  }

  publish(event: E): void {
    this.#last += 1
    this.#ring.push({ id: this.idOf(this.#last), event })
    if (this.#ring.length > this.#capacity) this.#ring.shift()
    for (const wake of [...this.#waiting]) wake()
  }

  after(position: number): Missed<E> {
    const count = this.#last - position
    if (count > this.#ring.length) return null
    return count === 0 ? [] : this.#ring.slice(-count)
  }

  /** Resolves when something is published after this call, or when the signal aborts. */
  published(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      if (signal.aborted) return resolve()
      this.#waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }
}
