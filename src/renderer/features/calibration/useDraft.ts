import { computed, shallowRef } from 'vue'
import {
  canDraw,
  compose,
  compositionOf,
  even,
  limitOf,
  lock,
  resize,
  setShare,
  textsOf,
  type Draft,
  type PoolClass,
} from '../../../shared/calibration/draft.ts'
import { beginHistory, redo, step, undo } from '../../../shared/calibration/history.ts'
import { limitsOf, reachOf } from '../../../shared/calibration/sliders.ts'
import type { Composition } from '../../../shared/contract/calibrationRules.ts'

/** A calibration set as it is composed from the classes of a dataset, with what was done before. */
export function useDraft(pool: readonly PoolClass[], begin: Draft) {
  const history = shallowRef(beginHistory(begin))
  const draft = computed(() => history.value.now)
  const act = (next: Draft, gesture: string | null = null): void => {
    history.value = step(history.value, next, gesture)
  }
  const limits = computed(() =>
    limitsOf(
      pool.map(({ available }) => available),
      draft.value.size,
    ),
  )
  const composition = computed(() => compositionOf(draft.value, pool))
  return {
    draft,
    composition,
    limits,
    /** texts that the host draws of each class; null where it does not look at the class */
    texts: computed(() => textsOf(composition.value, pool, draft.value.size)),
    limit: computed(() => limitOf(draft.value, pool)),
    drawable: computed(() => canDraw(draft.value, pool)),
    canUndo: computed(() => history.value.past.length > 0),
    canRedo: computed(() => history.value.future.length > 0),
    reach: (index: number) => reachOf(draft.value.sliders, index, limits.value),
    undo: () => (history.value = undo(history.value)),
    redo: () => (history.value = redo(history.value)),
    setShare: (index: number, tenths: number, gesture: string | null = null) =>
      act(setShare(draft.value, pool, index, tenths), gesture),
    lock: (index: number) => act(lock(draft.value, index)),
    even: () => act(even(draft.value, pool)),
    compose: (to: Composition) => act(compose(draft.value, pool, to)),
    resize: (size: number) => act(resize(draft.value, pool, size), 'size'),
    setDraws: (draws: number) => act({ ...draft.value, draws }, 'draws'),
    setSeed: (seed: number) => act({ ...draft.value, seed }, 'seed'),
  }
}

export type DraftInHand = ReturnType<typeof useDraft>
