import { mapEventIterator } from '@orpc/client'
import { createRouterClient } from '@orpc/server'
import { fromTransportError } from '../shared/contract/failure.ts'
import type { BitgaugeClient } from '../shared/contract/index.ts'
import type { HostRouter } from './router.ts'

/** The contract's client for callers in this process; like every other client it throws AppErrors alone. */
export function createInProcessClient(router: HostRouter): BitgaugeClient {
  return createRouterClient(router, {
    interceptors: [
      async ({ next }) => {
        try {
          const output = await next()
          return isStream(output) ? withReadableErrors(output) : output
        } catch (thrown) {
          throw fromTransportError(thrown)
        }
      },
    ],
  })
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

function withReadableErrors(events: AsyncIterator<unknown>): AsyncIterator<unknown> {
  return mapEventIterator(events, {
    value: (value) => Promise.resolve(value),
    error: (error) => Promise.resolve(fromTransportError(error)),
  })
}
