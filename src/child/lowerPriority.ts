import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { computePriority, sessionPriority } from '../shared/contract/compute.ts'

const threads = '/proc/self/task'
const group = '/proc/self/autogroup'
/** Linux takes one such change in a tenth of a second from all processes of users without privileges. */
const pause_ms = 130

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
      // Whoever started it lower (`nice -n 19`) meant it, and root could raise it.
      if (getPriority(id) < computePriority) setPriority(id, computePriority)
    } catch (error) {
      // A thread that has just ended is none to lower.
      if ((error as NodeJS.ErrnoException & { info?: { code?: string } }).info?.code === 'ESRCH') continue
      process.stderr.write(`the priority could not be lowered: ${String(error)}\n`)
    }
  }
  if (existsSync(group) && leadsSession()) lowerSession(50)
}

/**
 * Linux shares the processor out by sessions first, where autogroups are on (the usual), and a priority counts among the processes of one session only
 * (sched(7), "The autogroup feature"): beside a browser, which has its own, the priority of a thread says nothing.
 */
function lowerSession(attempts: number): void {
  try {
    writeFileSync(group, String(sessionPriority))
  } catch (error) {
    const isEarly = (error as NodeJS.ErrnoException).code === 'EAGAIN'
    if (isEarly && attempts > 1) setTimeout(() => lowerSession(attempts - 1), pause_ms).unref()
    else process.stderr.write(`the priority of the session could not be lowered: ${String(error)}\n`)
  }
}

/** Whether no process of the parent's shares this one's session, which is the sixth field; the second, a name, may hold anything. */
function leadsSession(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) === process.pid
}
