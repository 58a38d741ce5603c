import { computed } from 'vue'
import { groupSets } from '../../shared/calibration/groupSets.ts'
import { hasEnded } from '../text/jobs.ts'
import { useAsk } from './ask.ts'
import { useEngine } from './engine.ts'
import type { PageName } from './pages.ts'

/** How many things each page has, for the navigation; of jobs, those that have not ended. */
export function useCounts() {
  const { client, live } = useEngine()
  const datasets = useAsk(['dataset', 'list'], () => client.dataset.list({}))
  const models = useAsk(['model', 'list'], () => client.model.list({}))
  const sets = useAsk(['calibration', 'list'], () => client.calibration.list({}))
  const studies = useAsk(['study', 'list'], () => client.study.list({}))
  const boards = useAsk(['board', 'list'], () => client.board.list({}))
  return computed<Partial<Record<PageName, number>>>(() => ({
    datasets: datasets.data.value?.datasets.length ?? 0,
    models: models.data.value?.models.length ?? 0,
    calibration: groupSets(sets.data.value?.sets ?? []).length,
    studies: studies.data.value?.length ?? 0,
    boards: boards.data.value?.boards.length ?? 0,
    jobs: live.value.jobs.filter((job) => !hasEnded(job)).length,
  }))
}
