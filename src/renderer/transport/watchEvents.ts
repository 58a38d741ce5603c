import { getEventMeta } from '@orpc/client'
import type { AppError } from '../../shared/errors.ts'
import type { BitgaugeClient } from '../../shared/contract/index.ts'
import type { HostEvent } from '../../shared/contract/jobs.ts'
import { toCallError } from './callErrors.ts'
import { retryDelay, wait } from './retryDelay.ts'

export interface WatchOptions {
  /** ends the watching */
  signal: AbortSignal
  /** told each time the stream ends with an error, before it is tried again */
  onError?: (error: AppError) => void
}

/**
 * Tells every event of the host, once and in order, until the signal aborts. After a loss the stream resumes behind the last event that
 * was told; where the host no longer remembers that one, it tells a fresh snapshot. Never rejects.
 */
export async function watchEvents(
  client: Pick<BitgaugeClient, 'events'>,
  onEvent: (event: HostEvent) => void,
  options: WatchOptions,
): Promise<void> {
  const { signal } = options
  let lastEventId: string | undefined
  let attempt = 0
  while (!signal.aborted) {
    let lineDown = false
    try {
      const stream = await client.events.watch({}, { signal, lastEventId })
      for await (const event of stream) {
        attempt = 0
        lastEventId = getEventMeta(event)?.id ?? lastEventId
        onEvent(event)
      }
    } catch (thrown) {
      const error = toCallError(thrown, signal)
      if (!signal.aborted) options.onError?.(error)
      lineDown = error.code === 'connection-lost' || error.code === 'unauthorized'
    }
    // The line has its own pauses; a call waits for it, so there is no need to add to them.
    await wait(retryDelay(lineDown ? 0 : attempt++), signal)
  }
}
