import { onScopeDispose, readonly, ref, watch, type Ref } from 'vue'

/** A value once it has not changed for `pause_ms`. */
export function useLater<T extends string | number>(source: Readonly<Ref<T>>, pause_ms: number): Readonly<Ref<T>> {
  const later = ref(source.value) as Ref<T>
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(source, (now) => {
    clearTimeout(timer)
    timer = setTimeout(() => (later.value = now), pause_ms)
  })
  onScopeDispose(() => clearTimeout(timer))
  return readonly(later) as Readonly<Ref<T>>
}
