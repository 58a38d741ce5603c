import { computed } from 'vue'
import type { StoreSummary } from '../../shared/contract/store.ts'
import type { StatusItem } from '../components/StatusBar.vue'
import { environmentFacts } from '../features/system/environment.ts'
import { useDoctor } from '../features/system/useDoctor.ts'
import { countText, hasEnded } from '../text/jobs.ts'
import type { ConnectionState } from '../transport/index.ts'
import { useEngine } from './engine.ts'
import { useStoreSummary } from './useStoreSummary.ts'

/** The two halves of the status bar: what was found on the machine, and what the engine is doing now. */
export function useStatusItems() {
  const { report } = useDoctor()
  const store = useStoreSummary()
  const { live, line } = useEngine()

  const machine = computed<StatusItem[]>(() => {
    if (report.value === undefined) return [{ id: 'looking', mark: 'running', text: 'Looking at this machine' }]
    return environmentFacts(report.value, store.value).map(({ id, mark, title, figure }) => ({
      id,
      mark,
      text: `${title} ${figure}`,
    }))
  })

  const engine = computed<StatusItem[]>(() => {
    const running = live.value.jobs.find((job) => job.state === 'running')
    const waiting = live.value.jobs.filter((job) => !hasEnded(job) && job.state !== 'running').length
    const items: StatusItem[] = []
    if (store.value !== undefined) items.push(openingsItem(store.value))
    if (waiting > 0) items.push({ id: 'waiting', mark: 'waiting', text: `${waiting} waiting` })
    if (running !== undefined)
      items.push({ id: 'running', mark: 'running', text: `${running.title}: ${countText(running)}` })
    if (live.value.compute === 'crashed')
      items.push({ id: 'compute', mark: 'fail', text: 'Compute ended unexpectedly' })
    items.push(lineItem(line.value.status))
    return items
  })

  return { machine, engine }
}

/** Each opening costs: a test split that was looked at often is no test any more. */
function openingsItem({ testOpenings }: StoreSummary): StatusItem {
  const times = testOpenings === 1 ? 'once' : `${testOpenings.toLocaleString('en')} times`
  return { id: 'openings', mark: 'seen', text: `Test split ${testOpenings === 0 ? 'not opened' : `opened ${times}`}` }
}

function lineItem(line: ConnectionState['status']): StatusItem {
  if (line === 'open') return { id: 'line', mark: 'pass', text: 'Engine connected' }
  if (line === 'lost') return { id: 'line', mark: 'interrupted', text: 'Connection lost' }
  return { id: 'line', mark: 'waiting', text: 'Connecting' }
}
