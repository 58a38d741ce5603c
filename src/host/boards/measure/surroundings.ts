import type { BoardDescription, BoardFacts } from '../../../shared/contract/board.ts'
import type { ProfileResult } from '../../../shared/contract/profile.ts'

/** A core of the fastest cluster: its last, because interrupts go to the first ones. */
export function measuredCore({ clusters, cores }: Pick<BoardFacts, 'clusters' | 'cores'>): number {
  const fastest = clusters.reduce<BoardFacts['clusters'][number] | null>(
    (best, one) =>
      best === null || (one.capacity ?? one.max_hz ?? 0) > (best.capacity ?? best.max_hz ?? 0) ? one : best,
    null,
  )
  return fastest?.cpus.at(-1) ?? cores - 1
}

/** How a board is around its measurement; of a core null, the first one's clock. */
export function surroundingsOf({ facts, state }: BoardDescription, core: number | null): ProfileResult['before'] {
  const clock = state.clocks.find(({ cpu }) => cpu === (core ?? 0))
  return {
    clock_hz: clock?.hz || null,
    temperature_c: state.temperatures[0]?.celsius ?? null,
    governor: clock?.governor ?? null,
    busy: state.load === null ? null : Math.min(1, state.load / facts.cores),
    free_bytes: state.available_bytes,
    limits: state.limits ?? null,
  }
}
