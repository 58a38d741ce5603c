import { onScopeDispose, readonly, shallowRef, watch, type ShallowRef } from 'vue'
import { whenQuiet } from './whenQuiet.ts'

/**
 * What `source` gave last, once the page has painted what changed with it and its reader pauses: for what takes long to draw and may come a
 * little later. Null until then.
 */
export function useAfterPaint<T extends object>(source: () => T | null): Readonly<ShallowRef<T | null>> {
  const later = shallowRef<T | null>(null)
  let stop = (): void => undefined
  watch(
    source,
    (now) => {
      stop()
      stop = whenQuiet(() => (later.value = now))
    },
    { immediate: true },
  )
  onScopeDispose(() => stop())
  return readonly(later) as Readonly<ShallowRef<T | null>>
}
