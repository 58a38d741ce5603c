import { setTimeout as sleep } from 'node:timers/promises'
import type { AfterBatch } from '../evaluation/textScores.ts'
import type { NativeControl } from './nativeJob.ts'

/** How often work that runs in threads is looked at: at most so long does a cancelled job go on. */
const look_ms = 50

/** Waits for work in threads, and lets the caller say now and then that it shall stop. */
export async function followed<T>(start: (control: NativeControl) => Promise<T>, look: AfterBatch): Promise<T> {
  const stop = new AbortController()
  let done = 0
  const work = start({ signal: stop.signal, tell: (texts) => (done = texts) })
  const ended = work.then(
    () => true,
    () => true,
  )
  const timer = new AbortController()
  try {
    while (!(await Promise.race([ended, sleep(look_ms, false, { signal: timer.signal }).catch(() => false)])))
      await look(done)
  } catch (thrown) {
    stop.abort()
    await ended
    throw thrown
  } finally {
    timer.abort()
  }
  return work
}
