import { describe, expect, it } from 'vitest'
import { EventLog } from '../../../src/host/events/eventLog.ts'

function filled(count: number, capacity = 3): EventLog<number> {
  const log = new EventLog<number>(capacity)
  for (let value = 1; value <= count; value++) log.publish(value)
  return log
}

describe('EventLog', () => {
  it('gives exactly what came after a position, in order', () => {
    const log = filled(3)
    expect(log.after(1)?.map(({ event }) => event)).toEqual([2, 3])
    expect(log.after(3)).toEqual([])
  })

  it('says so where something after a position is forgotten', () => {
    const log = filled(5)
    expect(log.after(2)?.map(({ event }) => event)).toEqual([3, 4, 5])
    expect(log.after(1)).toBeNull()
  })

  it('finds the position of an id that it gave', () => {
    const log = filled(3)
    expect(log.after(1)?.map(({ id }) => log.positionOf(id))).toEqual([2, 3])
  })

  it.each([
    ['of another log', new EventLog<number>().idOf(0)],
    ['of the future', undefined],
    ['that is no id', 'x-1'],
    ['that is empty', ''],
  ])('does not know an id %s', (_, id) => {
    const log = filled(3)
    expect(log.positionOf(id ?? log.idOf(4))).toBeNull()
  })

  it('wakes who waits at the next event or when the signal aborts', async () => {
    const log = filled(0)
    const stop = new AbortController()
    const woken = log.published(new AbortController().signal)
    const stopped = log.published(stop.signal)
    stop.abort()
    await stopped
    log.publish(1)
    await woken
    await log.published(stop.signal)
  })
})
