import { vi } from 'vitest'

/** A page whose frames and idle moments come when they are told to. */
export function pageInTurns(hidden = false) {
  const waiting = { frame: new Map<number, () => void>(), idle: new Map<number, () => void>() }
  let last = 0
  const ask = (kind: keyof typeof waiting) => (run: () => void) => {
    waiting[kind].set((last += 1), run)
    return last
  }
  const come = (kind: keyof typeof waiting) => {
    const runs = [...waiting[kind].values()]
    waiting[kind].clear()
    for (const run of runs) run()
  }
  vi.stubGlobal('document', { hidden })
  vi.stubGlobal('requestAnimationFrame', ask('frame'))
  vi.stubGlobal('requestIdleCallback', ask('idle'))
  vi.stubGlobal('cancelAnimationFrame', (id: number) => waiting.frame.delete(id))
  vi.stubGlobal('cancelIdleCallback', (id: number) => waiting.idle.delete(id))
  return { waiting, paint: () => come('frame'), rest: () => come('idle') }
}
