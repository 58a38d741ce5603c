import { computed, shallowRef, watch } from 'vue'
import { useToasts } from './toasts.ts'

/** What a reader has removed and may still take back, by a name that tells it from all others: `dataset 01K…`. */
const waiting = shallowRef<ReadonlySet<string>>(new Set())

/**
 * Removal that can be taken back: the thing leaves the page at once, and the home when the note with its `Undo` has gone. Where the window
 * closes before, nothing is removed.
 */
export function useDelayedRemoval() {
  const { toasts, show } = useToasts()

  /**
   * @param key tells the thing from all others
   * @param act removes it; what it throws is shown as a note
   */
  function remove(key: string, message: string, act: () => Promise<unknown>): void {
    waiting.value = new Set([...waiting.value, key])
    let undone = false
    const id = show({ message, action: { label: 'Undo', run: () => (undone = true) } })
    const stop = watch(toasts, (now) => {
      if (now.some((toast) => toast.id === id)) return
      stop()
      if (undone) return giveBack(key)
      act()
        .catch((thrown: unknown) => show({ message: thrown instanceof Error ? thrown.message : 'It was not removed.' }))
        .finally(() => giveBack(key))
    })
  }

  return { remove, isLeaving: (key: string) => waiting.value.has(key), leaving: computed(() => waiting.value) }
}

function giveBack(key: string): void {
  waiting.value = new Set([...waiting.value].filter((one) => one !== key))
}
