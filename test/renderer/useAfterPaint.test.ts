import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, shallowRef } from 'vue'
import { useAfterPaint } from '../../src/renderer/app/useAfterPaint.ts'
import { pageInTurns } from './pageInTurns.ts'

describe('useAfterPaint', () => {
  let scope = effectScope()
  beforeEach(() => void (scope = effectScope()))
  afterEach(() => {
    scope.stop()
    vi.unstubAllGlobals()
  })

  it('gives nothing before the page has painted and come to rest, then what there is', () => {
    const { paint, rest } = pageInTurns()
    const source = shallowRef({ rows: 1 })
    const later = scope.run(() => useAfterPaint(() => source.value))!
    expect(later.value).toBeNull()
    paint()
    expect(later.value).toBeNull()
    rest()
    expect(later.value).toEqual({ rows: 1 })
  })

  it('skips what was replaced before it was drawn, and keeps what is drawn until the next is', async () => {
    const { waiting, paint, rest } = pageInTurns()
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
    const { waiting, rest } = pageInTurns(true)
    const later = scope.run(() => useAfterPaint(() => ({ rows: 1 })))!
    expect(waiting.frame.size).toBe(0)
    rest()
    expect(later.value).toEqual({ rows: 1 })
  })

  it('leaves nothing waiting when the page is left', () => {
    const { waiting } = pageInTurns()
    scope.run(() => useAfterPaint(() => ({ rows: 1 })))
    scope.stop()
    expect([waiting.frame.size, waiting.idle.size]).toEqual([0, 0])
  })
})
