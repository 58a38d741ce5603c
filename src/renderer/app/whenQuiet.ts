/** For so long after a key, a press or a turn of the wheel the next one is likely to follow. */
const pause_ms = 120
/** A reader who never pauses waits no longer than this for what is drawn. */
const longest_ms = 600
/** A page that is never idle does its work all the same. */
const idle_ms = 250

let input_ms = Number.NEGATIVE_INFINITY

/** Listens for what readers do, until what it gives is called. The shell does, once. */
export function hearInput(): () => void {
  const kinds = ['keydown', 'pointerdown', 'wheel']
  const hear = (): void => void (input_ms = performance.now())
  for (const kind of kinds) window.addEventListener(kind, hear, { capture: true, passive: true })
  return () => {
    for (const kind of kinds) window.removeEventListener(kind, hear, { capture: true })
    input_ms = Number.NEGATIVE_INFINITY
  }
}

/**
 * Runs `act` when the page has painted and nobody is in the middle of something: what takes longer than a frame would otherwise hold up the
 * key that comes meanwhile. Gives what calls it off.
 */
export function whenQuiet(act: () => void): () => void {
  const until = performance.now() + longest_ms
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let idle = 0
  const look = (): void => {
    const now = performance.now()
    const wait = Math.min(input_ms + pause_ms, until) - now
    if (wait > 0) timer = setTimeout(look, wait)
    else idle = requestIdleCallback(act, { timeout: idle_ms })
  }
  // A page that is hidden has no frames.
  if (document.hidden) look()
  else frame = requestAnimationFrame(look)
  return () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    cancelIdleCallback(idle)
  }
}
