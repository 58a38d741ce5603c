import type { AppError } from '../../shared/errors.ts'
import type { BitgaugeClient } from '../../shared/contract/index.ts'

/**
 * `connecting`: for the first time. `open`: calls go through. `lost`: it was open, or could not be opened, and is tried again by itself,
 * unless `error` has the code `unauthorized`: then a person must open a new link.
 */
export interface ConnectionState {
  readonly status: 'connecting' | 'open' | 'lost'
  readonly error: AppError | null
}

/** A client of the host and the line it speaks over. The client stays the same object over every loss and return of the line. */
export interface Connection {
  /** A call made while the line is down waits for it a while. Every error that a call or its events throw is an AppError. */
  readonly client: BitgaugeClient
  /** How the line is now. */
  state(): ConnectionState
  /** Tells each later change; gives a function that stops it. */
  onState(listener: (state: ConnectionState) => void): () => void
  /** Tries to open the line now rather than at the next turn. */
  retry(): void
  close(): void
}
