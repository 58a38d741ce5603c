import { onScopeDispose, ref, watch, type Ref } from 'vue'

/** True once `waiting` has been true for `delay_ms`: what is quick shows no skeleton at all. */
export function useDelayed(waiting: () => boolean, delay_ms = 200): Readonly<Ref<boolean>> {
  const shown = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    waiting,
    (now) => {
      clearTimeout(timer)
      if (now) timer = setTimeout(() => (shown.value = true), delay_ms)
      else shown.value = false
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return shown
}
