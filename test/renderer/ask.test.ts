import { VUE_QUERY_CLIENT } from '@tanstack/vue-query'
import { createApp, effectScope, type EffectScope } from 'vue'
import { afterEach, expect, it } from 'vitest'
import { useAsk } from '../../src/renderer/app/ask.ts'
import { createQueries, freshen } from '../../src/renderer/app/queries.ts'
import { AppError } from '../../src/shared/errors.ts'

let scope: EffectScope
afterEach(() => scope.stop())

/** What a page has of an answer that came once, and then failed by `failure`. */
async function askedTwice(failure: AppError) {
  const queries = createQueries()
  const app = createApp({})
  scope = effectScope()
  app.provide(VUE_QUERY_CLIENT, queries)
  let down = false
  const ask = () => (down ? Promise.reject(failure) : Promise.resolve('known'))
  const asked = app.runWithContext(() => scope.run(() => useAsk(['study', 'list'], ask)))!
  await expect.poll(() => asked.data.value).toBe('known')
  down = true
  freshen(queries, { type: 'changed', parts: ['study'] })
  await expect.poll(() => queries.getQueryCache().find({ queryKey: ['study', 'list'] })?.state.status).toBe('error')
  return asked
}

it.each(['connection-lost', 'unauthorized'] as const)(
  'shows what was last known where asking again fails with %s: the page says by itself that its line is down',
  async (code) => {
    const asked = await askedTwice(new AppError(code, 'Nobody answers.'))
    expect(asked.data.value).toBe('known')
    expect(asked.problem.value).toBeNull()
  },
)

it('says what is wrong where the host answers that it is', async () => {
  const asked = await askedTwice(new AppError('not-found', 'There is no such study.'))
  expect(asked.problem.value).toMatchObject({ code: 'not-found' })
})
