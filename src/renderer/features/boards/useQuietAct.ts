import { ref, shallowRef } from 'vue'
import { recordOf } from '../../app/ask.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import { inWindow } from '../../text/errors.ts'

/**
 * A call that may carry a secret. `useAct` would keep what was given in the cache of the library; here it is forgotten as soon as the call is
 * on its way.
 */
export function useQuietAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const busy = ref(false)
  const problem = shallowRef<ErrorRecord | null>(null)
  /** undefined where it failed; then `problem` says why */
  async function run(input: Input): Promise<Output | undefined> {
    busy.value = true
    problem.value = null
    try {
      return await act(input)
    } catch (thrown) {
      problem.value = inWindow(recordOf(thrown))
      return undefined
    } finally {
      busy.value = false
    }
  }
  return { act: run, busy, problem, forget: () => (problem.value = null) }
}
