import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useAfterPaint } from '../../src/renderer/app/useAfterPaint.ts'

/** A page whose frames and idle moments come when they are told to. */
function page(hidden = false) {
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

describe('useAfterPaint', () => {
  let scope = effectScope()
  beforeEach(() => void (scope = effectScope()))
  afterEach(() => {
    scope.stop()
    vi.unstubAllGlobals()
  })

  it('gives nothing before the page has painted and come to rest, then what there is', () => {
    const { paint, rest } = page()
    const source = shallowRef({ rows: 1 })
    const later = scope.run(() => useAfterPaint(() => source.value))!
    expect(later.value).toBeNull()
    paint()
    expect(later.value).toBeNull()
    rest()
    expect(later.value).toEqual({ rows: 1 })
  })

  it('skips what was replaced before it was drawn, and keeps what is drawn until the next is', async () => {
    const { waiting, paint, rest } = page()
    const source = shallowRef({ rows: 1 })
    const later = scope.run(() => useAfterPaint(() => source.value))!
    paint()
    rest()
    source.value = { rows: 2 }
    await nextTick()
    paint()
    source.value = { rows: 3 }
    await nextTick()
    expect([waiting.frame.size, waiting.idle.size]).toEqual([1, 0])
    expect(later.value).toEqual({ rows: 1 })
    paint()
    rest()
    expect(later.value).toEqual({ rows: 3 })
  })

  it('waits for no frame where the page is hidden, which has none', () => {
    const { waiting, rest } = page(true)
    const later = scope.run(() => useAfterPaint(() => ({ rows: 1 })))!
    expect(waiting.frame.size).toBe(0)
    rest()
    expect(later.value).toEqual({ rows: 1 })
  })

  it('leaves nothing waiting when the page is left', () => {
    const { waiting } = page()
    scope.run(() => useAfterPaint(() => ({ rows: 1 })))
    scope.stop()
    expect([waiting.frame.size, waiting.idle.size]).toEqual([0, 0])
  })
})
