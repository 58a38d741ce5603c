import { useQueryClient } from '@tanstack/vue-query'

/** Asks again for what this page has changed itself, at once: the host's own event tells the other windows. */
export function useFreshSets(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: ['calibration'] })
}
