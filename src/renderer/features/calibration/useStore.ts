import { ref, shallowRef } from 'vue'
import type { Draft } from '../../../shared/calibration/draft.ts'
import type { SetGroup } from '../../../shared/calibration/groupSets.ts'
import type { NamedSet } from '../../../shared/contract/calibration.ts'
import type { Composition } from '../../../shared/contract/calibrationRules.ts'
import type { ErrorRecord } from '../../../shared/errors.ts'
import { recordOf } from '../../app/ask.ts'
import { useEngine } from '../../app/engine.ts'
import { useFreshSets } from './useFreshSets.ts'

export interface ToStore extends Pick<Draft, 'size' | 'draws' | 'seed'> {
  dataset: string
  composition: Composition
  /** null: no name */
  name: string | null
}

/** Storing a set, draw by draw, and giving it another name; what went wrong is kept until the next try. */
export function useStore() {
  const { client } = useEngine()
  const fresh = useFreshSets()
  const progress = ref<string | null>(null)
  const problem = shallowRef<ErrorRecord | null>(null)

  async function tried<T>(work: () => Promise<T>): Promise<T | null> {
    problem.value = null
    try {
      return await work()
    } catch (thrown) {
      problem.value = recordOf(thrown)
      return null
    } finally {
      progress.value = null
      await fresh()
    }
  }

  /** The first draw; null where one was refused. Draws before that are kept. */
  function store({ draws, name, ...rest }: ToStore): Promise<NamedSet | null> {
    return tried(async () => {
      let first: NamedSet | null = null
      for (let draw = 0; draw < draws; draw += 1) {
        progress.value = `${draw + 1} of ${draws}`
        const stored = await client.calibration.draw({ ...rest, draw, ...(name === null ? {} : { name }) })
        first ??= stored
      }
      return first
    })
  }

  function rename(group: SetGroup, name: string | null): Promise<boolean | null> {
    return tried(async () => {
      await client.calibration.rename({ calibration: group.name ?? group.id, name })
      return true
    })
  }

  return { progress, problem, store, rename, forget: () => (problem.value = null) }
}
