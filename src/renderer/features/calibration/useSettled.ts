import { onBeforeUnmount, shallowRef, watch, type Ref, type ShallowRef } from 'vue'

/** A value as it is once it has not changed for a while: what is asked of the host while a slider moves is asked when it has come to rest. */
export function useSettled<T>(value: Readonly<Ref<T>>, after_ms: number): Readonly<ShallowRef<T>> {
  const settled = shallowRef(value.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(value, (now, before) => {
    if (JSON.stringify(now) === JSON.stringify(before)) return
    clearTimeout(timer)
    timer = setTimeout(() => (settled.value = value.value), after_ms)
  })
  onBeforeUnmount(() => clearTimeout(timer))
  return settled
}
