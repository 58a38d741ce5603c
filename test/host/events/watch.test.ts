import { getEventMeta } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { EventLog } from '../../../src/host/events/eventLog.ts'
import { watch } from '../../../src/host/events/watch.ts'
import type { HostEvent } from '../../../src/shared/contract/jobs.ts'

const id = (n: number): string => `01JD0000000000000000000${String(n).padStart(3, '0')}`
const removed = (n: number): HostEvent => ({ type: 'job-removed', id: id(n) })

function start(log: EventLog<HostEvent>, lastEventId?: string) {
  const stop = new AbortController()
  const snapshot = () => ({ type: 'snapshot' as const, jobs: [], compute: 'idle' as const })
  return { stop, events: watch(log, { snapshot, lastEventId, signal: stop.signal }) }
}

async function take(events: AsyncIterator<HostEvent>, count: number): Promise<HostEvent[]> {
  const taken: HostEvent[] = []
  while (taken.length < count) taken.push((await events.next()).value as HostEvent)
  return taken
}

describe('watch', () => {
  it('begins with a snapshot and goes on with what happens after it', async () => {
    const log = new EventLog<HostEvent>()
    log.publish(removed(1))
    const { events } = start(log)
    expect((await take(events, 1))[0]?.type).toBe('snapshot')
    log.publish(removed(2))
    expect(await take(events, 1)).toEqual([removed(2)])
  })

  it('resumes after an event with exactly what was missed, and no snapshot', async () => {
    const log = new EventLog<HostEvent>()
    const first = start(log)
    await take(first.events, 1)
    for (let n = 1; n <= 4; n++) log.publish(removed(n))
    const last = (await take(first.events, 2)).at(-1)
    const resumed = start(log, getEventMeta(last)?.id)
    expect(await take(resumed.events, 2)).toEqual([removed(3), removed(4)])
  })

  it('resumes after a snapshot too', async () => {
    const log = new EventLog<HostEvent>()
    log.publish(removed(1))
    const [snapshot] = await take(start(log).events, 1)
    log.publish(removed(2))
    expect(await take(start(log, getEventMeta(snapshot)?.id).events, 1)).toEqual([removed(2)])
  })

  it('begins with a snapshot where the event is forgotten, or of another host', async () => {
    const log = new EventLog<HostEvent>(2)
    for (let n = 1; n <= 5; n++) log.publish(removed(n))
    for (const lastEventId of [log.idOf(1), new EventLog().idOf(0), 'nonsense']) {
      expect((await take(start(log, lastEventId).events, 1))[0]?.type).toBe('snapshot')
    }
  })

  it('gives a reader that was too slow a new snapshot, and then what follows', async () => {
    const log = new EventLog<HostEvent>(3)
    const { events } = start(log)
    await take(events, 1)
    for (let n = 1; n <= 100; n++) log.publish(removed(n))
    expect((await take(events, 1))[0]?.type).toBe('snapshot')
    log.publish(removed(101))
    expect(await take(events, 1)).toEqual([removed(101)])
  })

  it('ends when its signal aborts, and when it is returned while somebody waits for the next event', async () => {
    const log = new EventLog<HostEvent>()
    const aborted = start(log)
    await take(aborted.events, 1)
    const next = aborted.events.next()
    aborted.stop.abort()
    expect((await next).done).toBe(true)

    const returned = start(log)
    await take(returned.events, 1)
    const pending = returned.events.next()
    await returned.events.return()
    expect((await pending).done).toBe(true)
  })
})
