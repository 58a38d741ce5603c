import type { ConnectionState } from './connection.ts'

/** A connection's state and those who follow it. */
export class StateHolder {
  #state: ConnectionState = { status: 'connecting', error: null }
  readonly #listeners = new Set<(state: ConnectionState) => void>()

  get(): ConnectionState {
    return this.#state
  }

  set(state: ConnectionState): void {
    if (state.status === this.#state.status && state.error === this.#state.error) return
    this.#state = state
    for (const listener of [...this.#listeners]) listener(state)
  }

  follow(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
