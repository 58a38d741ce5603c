/** A value with what it was before, and what was taken back. */
export interface History<T> {
  readonly past: readonly T[]
  readonly now: T
  readonly future: readonly T[]
  /** what the last step belongs to: the next one of the same gesture takes its place */
  readonly gesture: string | null
}

/** Steps that can be taken back. */
const most = 200

export function beginHistory<T>(now: T): History<T> {
  return { past: [], now, future: [], gesture: null }
}

/** A step forward; steps of one gesture (a thumb that is dragged) are taken back together. Unchanged where it goes nowhere. */
export function step<T>(history: History<T>, now: T, gesture: string | null = null): History<T> {
  if (now === history.now) return history
  if (gesture !== null && gesture === history.gesture) return { ...history, now, future: [] }
  return { past: [...history.past, history.now].slice(-most), now, future: [], gesture }
}

export function undo<T>({ past, now, future, ...rest }: History<T>): History<T> {
  const before = past.at(-1)
  if (past.length === 0) return { past, now, future, ...rest }
  return { past: past.slice(0, -1), now: before as T, future: [now, ...future], gesture: null }
}

export function redo<T>({ past, now, future, ...rest }: History<T>): History<T> {
  const [next, ...later] = future
  if (future.length === 0) return { past, now, future, ...rest }
  return { past: [...past, now], now: next as T, future: later, gesture: null }
}
