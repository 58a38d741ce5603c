import { nextTick, ref, watch } from 'vue'
import type { Pivot } from '../../../../shared/charts/pivot.ts'

interface CursorOptions {
  pivot: () => Pivot
  /** where the selected run is */
  chosen: () => { row: number; column: number } | null
  /** rows that a page of the keyboard goes on by */
  page: () => number
  /** brings a row into what is drawn */
  reveal: (row: number) => void
  /** the element of a cell that is drawn */
  idOf: (row: number, column: number) => string
  choose: (row: number, column: number) => void
  mark: (row: number, column: number) => void
}

/** The cell in hand: the selected one, or where arrows, Home, End and pages took it. Enter chooses it and Space marks it. */
export function usePivotCursor({ pivot, chosen, page, reveal, idOf, choose, mark }: CursorOptions) {
  const at = ref({ row: 0, column: 0 })
  const inside = (row: number, column: number) => ({
    row: Math.max(0, Math.min(row, pivot().rows.length - 1)),
    column: Math.max(0, Math.min(column, pivot().columns.length - 1)),
  })
  watch(
    () => [pivot(), chosen()] as const,
    ([, place]) => (at.value = place ?? inside(at.value.row, at.value.column)),
    { immediate: true },
  )

  function move(row: number, column: number): void {
    at.value = inside(row, column)
    reveal(at.value.row)
    void nextTick(() =>
      document
        .getElementById(idOf(at.value.row, at.value.column))
        ?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    )
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const { row, column } = at.value
    const steps: Record<string, () => void> = {
      ArrowDown: () => move(row + 1, column),
      ArrowUp: () => move(row - 1, column),
      ArrowRight: () => move(row, column + 1),
      ArrowLeft: () => move(row, column - 1),
      PageDown: () => move(row + page(), column),
      PageUp: () => move(row - page(), column),
      Home: () => move(row, 0),
      End: () => move(row, pivot().columns.length - 1),
      Enter: () => choose(row, column),
      ' ': () => mark(row, column),
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    step()
  }

  return { at, onKey }
}
