import { ref, shallowRef } from 'vue'
import { recordOf } from '../../app/ask.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'

/**
 * A call that may carry a secret. `useAct` would keep what was given in the cache of the library; here it is forgotten as soon as the call is
 * on its way.
 */
export function useQuietAct<Input, Output>(act: (input: Input) => Promise<Output>) {
  const busy = ref(false)
  const problem = shallowRef<ErrorRecord | null>(null)
  let turn = 0
  /** undefined where it failed, then `problem` says why; or where the page has let go of it meanwhile */
  async function run(input: Input): Promise<Output | undefined> {
    const mine = ++turn
    busy.value = true
    problem.value = null
    try {
      const output = await act(input)
      return mine === turn ? output : undefined
    } catch (thrown) {
      if (mine === turn) problem.value = recordOf(thrown)
      return undefined
    } finally {
      if (mine === turn) busy.value = false
    }
  }
  /** What is under way goes on, and nothing here waits for it any more: the page shows something else. */
  function letGo(): void {
    turn += 1
    busy.value = false
    problem.value = null
  }
  return { act: run, busy, problem, forget: () => (problem.value = null), letGo }
}
