import { QueryClient } from '@tanstack/vue-query'
import type { HostEvent } from '../../shared/contract/jobs.ts'

/**
 * What the page has asked the host. An answer holds until the host says that its part has changed, so nothing is asked twice and nothing
 * is asked by the clock. The line waits and tries again by itself; a machine without a network still has its own host.
 */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        retry: false,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  })
}

/** What proves the machine runs real operations: it is asked again by the reader alone. */
const untold = 'system'

/** The store has changed with any of its parts. */
const whole = 'store'

/** Asks again, where it is shown, what an event says may have changed. A snapshot tells that events were missed. */
export function freshen(queries: QueryClient, event: HostEvent): void {
  if (event.type === 'snapshot') {
    // What is being asked now needs no second asking: its answer comes after the snapshot. What failed did so with the line, as a rule.
    void queries.invalidateQueries({
      predicate: ({ queryKey, state }) =>
        state.status === 'error' || (queryKey[0] !== untold && state.dataUpdatedAt > 0),
    })
  }
  if (event.type === 'changed') {
    for (const part of [...event.parts, whole]) void queries.invalidateQueries({ queryKey: [part] })
  }
}
