import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { fromTransportError } from '../../shared/contract/failure.ts'
import { toErrorRecord, type ErrorRecord } from '../../shared/errors.ts'
import { inWindow } from '../text/errors.ts'
import { renewKey } from './queries.ts'

export interface AskOptions {
  /** while it is false, nothing is asked */
  enabled?: MaybeRefOrGetter<boolean>
  /** shows the answer to the key before until the one to this key is there */
  keep?: boolean
  /** the answer is forgotten as soon as nothing shows it: for what changes without an event that names it */
  brief?: boolean
}

/** Codes of what says nothing about a question, but that nobody was there to answer it. */
const ofTheLine: ReadonlySet<ErrorRecord['code']> = new Set(['connection-lost', 'unauthorized'])

/**
 * An answer of the host, kept until the host says that its part has changed.
 *
 * @param key begins with the contract's part: `['study', 'show', id]`; a getter or refs in it are followed
 */
export function useAsk<T>(
  key: MaybeRefOrGetter<readonly unknown[]>,
  ask: (options: { signal: AbortSignal }) => Promise<T>,
  { enabled = true, keep = false, brief = false }: AskOptions = {},
) {
  const queries = useQueryClient()
  const queryKey = computed(() => [...toValue(key)])
  const query = useQuery<T, unknown>({
    queryKey,
    // Answers are never changed in place: thousands of rows need no watching each.
    shallow: true,
    queryFn: ({ signal }) => ask({ signal }),
    enabled: () => toValue(enabled),
    // The library guards against answers that are functions, which no answer of the host is.
    ...(brief ? { gcTime: 0 } : {}),
    ...(keep ? { placeholderData: keepPreviousData as never } : {}),
  })
  const problem = computed(() => {
    if (query.error.value === null) return null
    const record = recordOf(query.error.value)
    // What was last known stays, as the page says where its line is down; it is asked again when the line is back.
    return query.data.value !== undefined && ofTheLine.has(record.code) ? null : record
  })
  return {
    /** undefined until there is one */
    data: query.data,
    problem,
    /** for the first answer */
    waiting: computed(() => query.isPending.value && query.isFetching.value),
    fetching: query.isFetching,
    /** an answer that is on its way is waited for first, as it may be from before whatever is the reason to ask */
    again: () => (query.isFetching.value ? renewKey(queries, queryKey.value) : void query.refetch()),
    /** when the answer came */
    at_ms: query.dataUpdatedAt,
  }
}

/** Something that a reader tells the host to do. What it changes is told by the host's events, so that every window shows the same. */
export function useAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const mutation = useMutation<Output, unknown, Input>({ mutationFn: act })
  const problem = computed(() => (mutation.error.value === null ? null : recordOf(mutation.error.value)))
  return {
    /** undefined where it failed; then `problem` says why */
    act: (input: Input): Promise<Output | undefined> => mutation.mutateAsync(input).catch(() => undefined),
    busy: mutation.isPending,
    problem,
    result: mutation.data,
    forget: () => mutation.reset(),
  }
}

/** The record of what a call threw, in the words of the window. */
export function recordOf(thrown: unknown): ErrorRecord {
  return inWindow(isRecord(thrown) ? thrown : toErrorRecord(fromTransportError(thrown)))
}

function isRecord(thrown: unknown): thrown is ErrorRecord {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    !(thrown instanceof Error) &&
    'code' in thrown &&
    'message' in thrown
  )
}
