import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { fromTransportError } from '../../../shared/contract/failure.ts'
import { toErrorRecord } from '../../../shared/errors.ts'
import { useEngine } from '../../app/engine.ts'

/** What `doctor` found on this machine. Asked once, then only when the reader asks for it again: it runs real operations. */
export function useDoctor() {
  const { client } = useEngine()
  const query = useQuery({
    queryKey: ['system', 'doctor'],
    queryFn: ({ signal }) => client.system.doctor({}, { signal }),
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const problem = computed(() =>
    query.error.value === null ? null : toErrorRecord(fromTransportError(query.error.value)),
  )
  return { report: query.data, problem, checking: query.isFetching, again: () => query.refetch() }
}
