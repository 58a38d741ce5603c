import { computed } from 'vue'
import { hasEnded } from '../text/jobs.ts'
import { useAsk } from './ask.ts'
import { useEngine } from './engine.ts'
import type { PageName } from './pages.ts'

/** How many things each page has, for the navigation; of jobs, those that have not ended. */
export function useCounts() {
  const { client, live } = useEngine()
  const counts = useAsk(['store', 'counts'], () => client.store.counts({})).data
  return computed<Partial<Record<PageName, number>>>(() => ({
    datasets: counts.value?.datasets ?? 0,
    models: counts.value?.models ?? 0,
    calibration: counts.value?.calibrations ?? 0,
    studies: counts.value?.studies ?? 0,
    boards: counts.value?.boards ?? 0,
    jobs: live.value.jobs.filter((job) => !hasEnded(job)).length,
  }))
}
