import { VUE_QUERY_CLIENT } from '@tanstack/vue-query'
import { createApp, effectScope, nextTick, shallowRef, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { engineKey, type Engine } from '../../../src/renderer/app/engine.ts'
import { nothingYet, type LiveState } from '../../../src/renderer/app/live.ts'
import { createQueries } from '../../../src/renderer/app/queries.ts'
import { countsTold } from '../../../src/renderer/features/studies/studyText.ts'
import { useStudyNow } from '../../../src/renderer/features/studies/useStudyNow.ts'
import type { Job } from '../../../src/shared/contract/jobs.ts'
import { jobOf } from '../job.ts'

const id = '01JD00000000000000000000S0'

function telling(done: number, total: number | null = 100, phase = 'cells'): Job {
  return jobOf(1, { kind: 'study', params: { study: id }, progress: { phase, done, total, unit: 'cells' } })
}

describe('what the job of a study tells of its cells', () => {
  it('is how many have ended of how many, while it measures them', () => {
    expect(countsTold(telling(7))).toEqual({ ended: 7, total: 100 })
  })

  it('is nothing before, where it cannot say how many, and where there is no job', () => {
    expect([telling(7, 100, 'training'), telling(7, null), jobOf(1), undefined].map(countsTold)).toEqual(
      Array.from({ length: 4 }, () => null),
    )
  })
})

describe('how a study stands now', () => {
  let scope: EffectScope
  /** of cells, as the host answers */
  let cells: { total: number; done: number; failed: number }
  let live: ReturnType<typeof shallowRef<LiveState>>
  let now: ReturnType<typeof useStudyNow>

  beforeEach(async () => {
    vi.useFakeTimers()
    cells = { total: 100, done: 10, failed: 2 }
    live = shallowRef<LiveState>({ ...nothingYet, jobs: [telling(12)] })
    const study = () => ({ id, name: 'first', state: 'running', cells: { ...cells } })
    const client = { study: { show: async () => study(), map: async () => ({ study: study(), cells: '' }) } }
    const app = createApp({})
    app.provide(VUE_QUERY_CLIENT, createQueries())
    app.provide(engineKey, { client, live } as unknown as Engine)
    scope = effectScope()
    now = app.runWithContext(() => scope.run(() => useStudyNow('first')))!
    await vi.advanceTimersByTimeAsync(10)
  })
  afterEach(() => {
    scope.stop()
    vi.useRealTimers()
  })

  async function tells(...jobs: Job[]): Promise<void> {
    for (const job of jobs) {
      live.value = { ...nothingYet, jobs: [job] }
      await nextTick()
    }
    await vi.advanceTimersByTimeAsync(500)
  }

  it('is what was answered, until its job tells of more; cells that failed are none that are done', async () => {
    expect(now.summary.value?.cells).toEqual({ total: 100, done: 10, failed: 2 })
    await tells(telling(15), telling(20))
    expect(now.summary.value?.cells).toEqual({ total: 100, done: 18, failed: 2 })
  })

  it('never goes back behind what was answered, nor follows a job of other cells', async () => {
    await tells(telling(5))
    expect(now.summary.value?.cells.done).toBe(10)
    await tells(telling(90, 400))
    expect(now.summary.value?.cells.done).toBe(10)
  })

  it('is the newer of both: an answer that came after what was told counts again', async () => {
    await tells(telling(20))
    cells = { total: 100, done: 30, failed: 5 }
    await vi.advanceTimersByTimeAsync(10)
    now.shown.again()
    await vi.advanceTimersByTimeAsync(10)
    expect(now.summary.value?.cells).toEqual({ total: 100, done: 30, failed: 5 })
  })
})
