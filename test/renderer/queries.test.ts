import { QueryObserver } from '@tanstack/vue-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { HostEvent } from '../../src/shared/contract/jobs.ts'
import { askFailedAgain, createQueries, freshen } from '../../src/renderer/app/queries.ts'
import { jobOf } from './job.ts'

describe('freshen', () => {
  const asked = () => {
    const queries = createQueries()
    for (const key of [
      ['study', 'list'],
      ['study', 'show', 'a'],
      ['run', 'list'],
      ['store', 'summary'],
      ['system', 'doctor'],
    ])
      queries.setQueryData(key, {})
    const stale = () =>
      queries
        .getQueryCache()
        .getAll()
        .filter((query) => query.state.isInvalidated)
        .map(({ queryKey }) => queryKey.join(' '))
    return { queries, stale }
  }

  it('makes stale what was asked of the parts that changed, and how large the store is, and nothing else', () => {
    const { queries, stale } = asked()
    freshen(queries, { type: 'changed', parts: ['study'] })
    expect(stale()).toEqual(['study list', 'study show a', 'store summary'])
  })

  it('makes all stale that has an answer when events were missed, but not the test of the machine', () => {
    const { queries, stale } = asked()
    void queries.fetchQuery({ queryKey: ['model', 'list'], queryFn: () => new Promise(() => undefined) })
    freshen(queries, { type: 'snapshot', jobs: [], compute: 'idle' })
    expect(stale()).toEqual(['study list', 'study show a', 'run list', 'store summary'])
  })

  it('asks again what failed, the test of the machine too: the line may have been cut', async () => {
    const { queries, stale } = asked()
    const queryFn = () => Promise.reject(new Error('cut'))
    await queries.prefetchQuery({ queryKey: ['system', 'about'], queryFn })
    freshen(queries, { type: 'snapshot', jobs: [], compute: 'idle' })
    expect(stale()).toContain('system about')
  })

  it('does nothing for the news of a job', () => {
    const { queries, stale } = asked()
    freshen(queries, { type: 'job-removed', id: '01JD00000000000000000000J0' })
    expect(stale()).toEqual([])
  })
})

describe('an answer that is shown', () => {
  const changed: HostEvent = { type: 'changed', parts: ['study'] }

  /** A host whose answers come when they are told to: `asked` are those on their way, each with what was true when it was asked. */
  const host = () => {
    const queries = createQueries()
    const asked: { signal: AbortSignal; answer: () => void; fail: () => void }[] = []
    let truth = 0
    const observer = new QueryObserver(queries, {
      queryKey: ['study', 'list'],
      queryFn: ({ signal }) => {
        const seen = truth
        return new Promise<number>((resolve, reject) => {
          asked.push({ signal, answer: () => resolve(seen), fail: () => reject(new Error('no')) })
        })
      },
    })
    const stop = observer.subscribe(() => undefined)
    const change = (): void => {
      truth += 1
      freshen(queries, changed)
    }
    const now = () => observer.getCurrentResult()
    return { queries, asked, change, stop, shown: () => now().data, failed: () => now().isError }
  }

  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())
  const settle = () => vi.advanceTimersByTimeAsync(0)

  it('is waited for when an event comes, shown, and asked for once more, however many events there were', async () => {
    const { asked, change, shown } = host()
    for (let event = 0; event < 5; event += 1) change()
    expect(asked).toHaveLength(1)
    expect(asked[0]!.signal.aborted).toBe(false)
    asked[0]!.answer()
    await settle()
    expect(shown()).toBe(0)
    expect(asked).toHaveLength(2)
    asked[1]!.answer()
    await settle()
    expect(shown()).toBe(5)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(2)
  })

  it('is never an old one at last, whatever comes in between and however slow the answers are', async () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const { asked, change, shown, failed, stop } = host()
      let state = seed
      const below = (count: number): number => (state = (state * 48271) % 2147483647) % count
      let changes = 0
      let answered = 0
      for (let step = 0; step < 40; step += 1) {
        if (below(2) === 0) {
          change()
          changes += 1
        } else if (answered < asked.length) {
          const next = asked[answered++]!
          if (below(4) === 0) next.fail()
          else next.answer()
        }
        await vi.advanceTimersByTimeAsync(below(3000))
      }
      for (let round = 0; round < 4; round += 1) {
        while (answered < asked.length) asked[answered++]!.answer()
        await vi.advanceTimersByTimeAsync(20_000)
      }
      // A question that failed last says so, and is asked again by the reader or with the next event.
      if (!failed()) expect(shown()).toBe(changes)
      expect(asked.every(({ signal }) => !signal.aborted)).toBe(true)
      stop()
    }
  })

  it('is asked for anew when the line is back, also where its question is known only then to have died with the line', async () => {
    const { queries, asked, shown, failed } = host()
    askFailedAgain(queries)
    asked[0]!.fail()
    await settle()
    expect(asked).toHaveLength(2)
    asked[1]!.fail()
    await settle()
    // That one failed on the new line, and says so until the next.
    expect([asked.length, failed()]).toEqual([2, true])
    askFailedAgain(queries)
    await settle()
    asked[2]!.answer()
    await settle()
    expect([failed(), shown()]).toEqual([false, 0])
    askFailedAgain(queries)
    await settle()
    await settle()
    expect(asked).toHaveLength(3)
  })

  it('is asked again less often the longer it takes, but at once when a study has ended', async () => {
    const { queries, asked, change } = host()
    await vi.advanceTimersByTimeAsync(300)
    asked[0]!.answer()
    await settle()
    change()
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2000)
    expect(asked).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(500)
    asked[1]!.answer()
    await settle()
    change()
    expect(asked).toHaveLength(2)
    freshen(queries, { type: 'job', job: jobOf(1, { kind: 'study', state: 'cancelled' }) })
    expect(asked).toHaveLength(3)
  })

  it('is not asked for again when nothing shows it any more, and is when something does', async () => {
    const { queries, asked, change, stop } = host()
    asked[0]!.answer()
    await settle()
    stop()
    change()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toHaveLength(1)
    expect(queries.getQueryCache().find({ queryKey: ['study', 'list'] })!.state.isInvalidated).toBe(true)
  })
})
