import { existsSync, readdirSync } from 'node:fs'
import { setPriority } from 'node:os'
import { computePriority } from '../shared/contract/compute.ts'

const threads = '/proc/self/task'

/**
 * Lowers the priority of this process. On Linux a priority belongs to a thread, and Node has started several before the first line of a
 * program runs; those that come later inherit it. From outside, a thread that is just being started could be missed.
 *
 * Refused at worst: the work is then merely less polite, and standard error, which the parent logs, says so.
 */
export function lowerPriority(): void {
  const ids = existsSync(threads) ? readdirSync(threads).map(Number) : [0]
  for (const id of [process.pid, ...ids]) {
    try {
      setPriority(id, computePriority)
    } catch (error) {
      // A thread that has just ended is none to lower.
      if ((error as NodeJS.ErrnoException & { info?: { code?: string } }).info?.code === 'ESRCH') continue
      process.stderr.write(`the priority could not be lowered: ${String(error)}\n`)
    }
  }
}
