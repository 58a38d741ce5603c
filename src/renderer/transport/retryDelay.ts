const first_ms = 250
const longest_ms = 10_000

/** Milliseconds before attempt number `attempt` (from 0): doubling from a quarter of a second to ten, with a random part of up to half. */
export function retryDelay(attempt: number): number {
  const full = Math.min(longest_ms, first_ms * 2 ** Math.min(attempt, 16))
  return full / 2 + (full / 2) * Math.random()
}

/** Waits that long, or until the signal aborts; never rejects. */
export function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
