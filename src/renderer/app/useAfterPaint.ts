import { onScopeDispose, readonly, shallowRef, watch, type ShallowRef } from 'vue'

/** A page that is never idle draws all the same. */
const longest_ms = 250

/**
 * What `source` gave last, once the page has painted what changed with it: for what takes long to draw and may come a frame later. Null until
 * the first paint.
 */
export function useAfterPaint<T extends object>(source: () => T | null): Readonly<ShallowRef<T | null>> {
  const later = shallowRef<T | null>(null)
  let frame = 0
  let idle = 0
  const stop = (): void => {
    cancelAnimationFrame(frame)
    cancelIdleCallback(idle)
  }
  watch(
    source,
    (now) => {
      stop()
      const take = (): void => void (idle = requestIdleCallback(() => (later.value = now), { timeout: longest_ms }))
      // A page that is hidden has no frames.
      if (document.hidden) take()
      else frame = requestAnimationFrame(take)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return readonly(later) as Readonly<ShallowRef<T | null>>
}
