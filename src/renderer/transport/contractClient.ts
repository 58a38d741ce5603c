import { createORPCClient, mapEventIterator, type ClientContext, type ClientLink } from '@orpc/client'
import { ResponseValidationPlugin } from '@orpc/contract/plugins'
import { contract, type BitgaugeClient } from '../../shared/contract/index.ts'
import { toCallError } from './callErrors.ts'

export type Link = ClientLink<ClientContext>

/** The plugins of every link: what the host answers is parsed by the contract before the page sees it. */
export function linkPlugins() {
  return [new ResponseValidationPlugin(contract)]
}

/**
 * The contract's client over a link that comes and goes.
 *
 * @param ready gives the link when the line is open; rejects with an AppError when it does not open in time
 */
export function contractClient(ready: (signal: AbortSignal | undefined) => Promise<Link>): BitgaugeClient {
  const link: Link = {
    async call(path, input, options) {
      try {
        const output = await (await ready(options.signal)).call(path, input, options)
        return isStream(output) ? withCallErrors(output, options.signal) : output
      } catch (thrown) {
        throw toCallError(thrown, options.signal)
      }
    },
  }
  return createORPCClient(link)
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output
}

/** Every value goes on as it is, since an event's id hangs on the value itself. */
function withCallErrors(events: AsyncIterator<unknown>, signal: AbortSignal | undefined): AsyncIterator<unknown> {
  return mapEventIterator(events, {
    value: (value) => Promise.resolve(value),
    error: (error) => Promise.resolve(toCallError(error, signal)),
  })
}
