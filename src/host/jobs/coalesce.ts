export interface Coalesced<T> {
  push(value: T): void
  /** Emits what still waits, now. */
  flush(): void
}

/** Hands on at most one value an interval, always the newest; the first at once, and the last is never lost. */
export function coalesce<T>(interval_ms: number, emit: (value: T) => void): Coalesced<T> {
  let waiting: { value: T } | null = null
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting === null) return
    const { value } = waiting
    waiting = null
    emit(value)
  }
  const push = (value: T): void => {
    waiting = { value }
    if (timer !== null) return
    flush()
    timer = setTimeout(() => {
      timer = null
      if (waiting !== null) push(waiting.value)
    }, interval_ms)
  }
  return { push, flush }
}
