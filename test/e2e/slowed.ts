import { computePidsBelow } from './processes.ts'

/**
 * Lets the compute processes below a host run a quarter of the time while something is done to a page, so that a job of some seconds outlasts a browser that
 * waits for its processor.
 */
export async function slowed<T>(hostPid: number, work: () => Promise<T>): Promise<T> {
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    for (const pid of computePidsBelow(hostPid)) {
      try {
        process.kill(pid, name)
      } catch {
        // It has ended since.
      }
    }
  }
  let tick = 0
  const turns = setInterval(() => signal(tick++ % 4 === 0 ? 'SIGCONT' : 'SIGSTOP'), 50)
  try {
    return await work()
  } finally {
    clearInterval(turns)
    signal('SIGCONT')
  }
}
