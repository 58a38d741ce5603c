import { onBeforeUnmount, onMounted, type Ref } from 'vue'
import { useShortcuts } from '../app/shortcuts.ts'

interface Turned {
  /** false where there is nothing to be shown either way */
  isThere: () => boolean
  asTable: Ref<boolean>
}

const charts = new Set<Turned>()

/**
 * T turns every chart of the page into its table, wherever the focus is; where all of them are tables already, it turns them back. A chart that has
 * the focus takes the key for itself.
 */
export function useTurnedByKey(chart: Turned): void {
  onMounted(() => charts.add(chart))
  onBeforeUnmount(() => charts.delete(chart))
  useShortcuts({ t: turnAll })
}

function turnAll(): void {
  const shown = [...charts].filter((chart) => chart.isThere())
  const toTables = shown.some(({ asTable }) => !asTable.value)
  for (const { asTable } of shown) asTable.value = toTables
}
