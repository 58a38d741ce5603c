import type { QueryClient } from '@tanstack/vue-query'
import { inject, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { BitgaugeClient } from '../../shared/contract/index.ts'
import type { HostEvent } from '../../shared/contract/jobs.ts'
import { watchEvents, type Connection, type ConnectionState } from '../transport/index.ts'
import { applyEvent, nothingYet, type LiveState } from './live.ts'
import { askFailedAgain, freshen } from './queries.ts'

/** The host as the page sees it: calls to ask with, what its events have told so far, and the state of the line to it. */
export interface Engine {
  readonly client: BitgaugeClient
  readonly live: Readonly<ShallowRef<LiveState>>
  readonly line: Readonly<ShallowRef<ConnectionState>>
  retry(): void
}

export const engineKey: InjectionKey<Engine> = Symbol('engine')

/** Follows the host's events for as long as the page lives; what they say has changed is asked again where it is shown. */
export function createEngine(connection: Connection, queries: QueryClient): Engine {
  const live = shallowRef(nothingYet)
  const line = shallowRef(connection.state())
  connection.onState((state) => {
    if (state.status === 'open' && line.value.status === 'lost') askFailedAgain(queries)
    line.value = state
  })
  const hear = (event: HostEvent): void => {
    live.value = applyEvent(live.value, event)
    freshen(queries, event)
  }
  void watchEvents(connection.client, hear, { signal: new AbortController().signal })
  return { client: connection.client, live, line, retry: () => connection.retry() }
}

export function useEngine(): Engine {
  const engine = inject(engineKey)
  if (engine === undefined) throw new Error('no engine was provided to this component')
  return engine
}
