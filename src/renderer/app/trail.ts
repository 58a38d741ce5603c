import { onBeforeUnmount, shallowRef, watchEffect } from 'vue'

/** One step of the way to what is shown; without `to` it is where the reader is. */
export interface TrailStep {
  label: string
  to?: string
}

export const trail = shallowRef<readonly TrailStep[] | null>(null)

/** Says in the top bar where the reader is, in place of the page's name; the last step is the page's heading. */
export function useTrail(steps: () => readonly TrailStep[]): void {
  let own: readonly TrailStep[] = []
  watchEffect(() => {
    own = steps()
    trail.value = own
  })
  onBeforeUnmount(() => {
    if (trail.value === own) trail.value = null
  })
}
