import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { recordOf } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'

/**
 * What `doctor` found on this machine. Asked once; `again` runs the real operations anew and checks the store too. That reads all of it, seconds
 * for a hundred thousand runs, beside whatever else the machine does: no page does so by itself.
 */
export function useDoctor() {
  const { client } = useEngine()
  let anew = false
  const query = useQuery({
    queryKey: ['system', 'doctor'],
    queryFn: ({ signal }) => client.system.doctor({ again: anew, store: anew }, { signal }),
    staleTime: Infinity,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const problem = computed(() => (query.error.value === null ? null : recordOf(query.error.value)))
  const again = async (): Promise<void> => {
    anew = true
    await query.refetch()
    anew = false
  }
  return { report: query.data, problem, checking: query.isFetching, again }
}
