import { describe, expect, it } from 'vitest'
import { createQueries, freshen } from '../../src/renderer/app/queries.ts'

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
