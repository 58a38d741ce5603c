import { QueryClient, type Query, type QueryKey } from '@tanstack/vue-query'
import { endStates, type HostEvent } from '../../shared/contract/jobs.ts'

/** After an answer the same is not asked again for so many times as long as it took, so that looking costs little of the host's time and the page's. */
const share = 10
/** An answer that took very long is asked for again all the same. */
const longest_ms = 10_000

/**
 * What the page has asked the host. An answer holds until the host says that its part has changed, so nothing is asked twice and nothing
 * is asked by the clock. The line waits and tries again by itself; a machine without a network still has its own host.
 */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
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
  queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated') follow(queries, event.query, event.action.type)
    if (event.type === 'removed') clearTimeout(looks.get(event.query)?.timer)
  })
  return queries
}

/** How one question was asked last, and whether its answer is out of date by now. */
interface Look {
  began_ms: number
  /** when it may be asked again */
  due_ms: number
  /** something changed while it was being asked */
  changed: boolean
  /** the line came back while it was being asked: where it fails, it failed with the line before */
  crossed: boolean
  timer: ReturnType<typeof setTimeout> | undefined
}

const looks = new WeakMap<Query, Look>()

function lookOf(query: Query): Look {
  const known = looks.get(query) ?? { began_ms: 0, due_ms: 0, changed: false, crossed: false, timer: undefined }
  looks.set(query, known)
  return known
}

function follow(queries: QueryClient, query: Query, action: string): void {
  const look = lookOf(query)
  const now_ms = performance.now()
  if (action === 'fetch') {
    look.began_ms = now_ms
    look.changed = false
    look.crossed = false
    clearTimeout(look.timer)
  }
  if (action === 'success') look.due_ms = now_ms + Math.min(longest_ms, share * (now_ms - look.began_ms))
  if (action === 'error' && look.crossed) {
    look.crossed = false
    return renew(queries, query, true)
  }
  if (query.state.fetchStatus === 'fetching' || !look.changed) return
  look.changed = false
  renew(queries, query)
}

/**
 * Makes an answer stale, and asks again where it is shown. What is being asked is not broken off, however slow it is: its answer is shown, and it is
 * asked once more after it, since it may be from before the change. `soon` does not wait for what the answer before has cost.
 */
function renew(queries: QueryClient, query: Query, soon = false): void {
  const look = lookOf(query)
  if (query.state.fetchStatus === 'fetching') {
    look.changed = true
    if (soon) look.due_ms = 0
    return
  }
  query.invalidate()
  clearTimeout(look.timer)
  const rest_ms = soon ? 0 : look.due_ms - performance.now()
  const ask = (): void =>
    void queries.refetchQueries({ predicate: (one) => one === query, type: 'active' }, { cancelRefetch: false })
  if (rest_ms <= 0) ask()
  else look.timer = setTimeout(ask, rest_ms)
}

/** Asks one question again, as an event about its part does. */
export function renewKey(queries: QueryClient, queryKey: QueryKey): void {
  const query = queries.getQueryCache().find({ queryKey, exact: true })
  if (query !== undefined) renew(queries, query, true)
}

/**
 * Asks again what failed while the line was down: a stream of events that goes on where it was tells no snapshot. What is on its way may have gone with
 * the line before, and fail with it only now; then it is asked again, too.
 */
export function askFailedAgain(queries: QueryClient): void {
  for (const query of queries.getQueryCache().getAll()) {
    if (query.state.fetchStatus === 'fetching') lookOf(query).crossed = true
    else if (query.state.status === 'error') renew(queries, query, true)
  }
}

/** What proves the machine runs real operations: it is asked again by the reader alone. */
const untold = 'system'

/** The store has changed with any of its parts. */
const whole = 'store'

/** Asks again, where it is shown, what an event says may have changed. A snapshot tells that events were missed. */
export function freshen(queries: QueryClient, event: HostEvent): void {
  const all = queries.getQueryCache().getAll()
  if (event.type === 'snapshot') {
    // What is being asked now for the first time needs no second asking: its answer comes after the snapshot. What failed did so with the line, as a rule.
    for (const query of all) {
      const { status, dataUpdatedAt } = query.state
      if (status === 'error' || (query.queryKey[0] !== untold && dataUpdatedAt > 0)) renew(queries, query, true)
    }
  }
  if (event.type === 'changed') {
    const parts: readonly unknown[] = [...event.parts, whole]
    for (const query of all) if (parts.includes(query.queryKey[0])) renew(queries, query)
  }
  // What a job has done is told by its end, before the host has looked at what has changed.
  if (event.type === 'job' && event.job.kind === 'study' && endStates.includes(event.job.state)) {
    for (const query of all) if (query.queryKey[0] === 'study') renew(queries, query, true)
  }
}
