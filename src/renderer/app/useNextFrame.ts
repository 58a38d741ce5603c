import { onBeforeUnmount, ref, type Ref } from 'vue'

/**
 * False while a component is first built, true with the frame after: a page of two parts is built in two tasks, with room for a key between
 * them.
 */
export function useNextFrame(): Readonly<Ref<boolean>> {
  const isThere = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  const build = (): void => void (timer = setTimeout(() => (isThere.value = true)))
  // A page that is hidden has no frames.
  const frame = document.hidden ? build() : requestAnimationFrame(build)
  onBeforeUnmount(() => {
    if (frame !== undefined) cancelAnimationFrame(frame)
    clearTimeout(timer)
  })
  return isThere
}
