import { AsyncIteratorClass, withEventMeta } from '@orpc/server'
import type { HostEvent } from '../../shared/contract/jobs.ts'
import type { EventLog } from './eventLog.ts'

export type Snapshot = Extract<HostEvent, { type: 'snapshot' }>

export interface WatchOptions {
  /** the newest jobs as they are now */
  snapshot: () => Snapshot
  /** the id of the last event that the watcher saw, where it resumes */
  lastEventId: string | undefined
  signal: AbortSignal
}

/**
 * Events for one watcher until its signal aborts or it returns the iterator, which also ends a `next` that still waits. It begins with a
 * snapshot as of this call, unless `lastEventId` names an event after which nothing is forgotten. Every event carries an id to resume from; a
 * snapshot carries the id of the newest event that it contains.
 */
export function watch(log: EventLog<HostEvent>, options: WatchOptions): AsyncIteratorClass<HostEvent, void, void> {
  const returned = new AbortController()
  const signal = AbortSignal.any([options.signal, returned.signal])
  const events = follow(log, { ...options, signal }, beginAfter(log, options))
  return new AsyncIteratorClass(
    () => events.next(),
    async () => {
      returned.abort()
      await events.return()
    },
  )
}

async function* follow(
  log: EventLog<HostEvent>,
  options: WatchOptions,
  begin: Begin,
): AsyncGenerator<HostEvent, void, void> {
  let { position, snapshot } = begin
  while (!options.signal.aborted) {
    if (snapshot !== null) yield withEventMeta(snapshot, { id: log.idOf(position) })
    snapshot = null
    const missed = log.after(position)
    if (missed === null) {
      ;({ position, snapshot } = beginNow(log, options))
    } else if (missed.length === 0) {
      await log.published(options.signal)
    } else {
      position += missed.length
      for (const { id, event } of missed) yield withEventMeta(event, { id })
    }
  }
}

interface Begin {
  position: number
  snapshot: Snapshot | null
}

function beginNow(log: EventLog<HostEvent>, options: WatchOptions): Begin {
  return { position: log.position, snapshot: options.snapshot() }
}

function beginAfter(log: EventLog<HostEvent>, options: WatchOptions): Begin {
  const position = options.lastEventId === undefined ? null : log.positionOf(options.lastEventId)
  return position === null || log.after(position) === null ? beginNow(log, options) : { position, snapshot: null }
}
