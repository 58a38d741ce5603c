import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hearInput, whenQuiet } from '../../src/renderer/app/whenQuiet.ts'
import { pageInTurns } from './pageInTurns.ts'

const inputs = new EventTarget()

describe('whenQuiet', () => {
  const act = vi.fn()
  const press = () => inputs.dispatchEvent(new Event('keydown'))
  let turns: ReturnType<typeof pageInTurns>
  let stopHearing: () => void
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    turns = pageInTurns()
    vi.stubGlobal('window', inputs)
    stopHearing = hearInput()
    vi.advanceTimersByTime(10_000)
  })
  afterEach(() => {
    stopHearing()
    act.mockReset()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  it('acts when the page has painted and is idle, where nobody does anything', () => {
    whenQuiet(act)
    turns.paint()
    expect(act).not.toHaveBeenCalled()
    turns.rest()
    expect(act).toHaveBeenCalledOnce()
  })

  it('waits while key follows key', () => {
    whenQuiet(act)
    press()
    turns.paint()
    for (let key = 0; key < 4; key += 1) {
      vi.advanceTimersByTime(60)
      press()
      expect(turns.waiting.idle.size).toBe(0)
    }
    vi.advanceTimersByTime(119)
    expect(turns.waiting.idle.size).toBe(0)
    vi.advanceTimersByTime(1)
    turns.rest()
    expect(act).toHaveBeenCalledOnce()
  })

  it('acts before long for a reader who never pauses', () => {
    whenQuiet(act)
    turns.paint()
    for (let passed_ms = 0; passed_ms < 600; passed_ms += 60) {
      press()
      vi.advanceTimersByTime(60)
    }
    turns.rest()
    expect(act).toHaveBeenCalledOnce()
  })

  it.each(['before the frame', 'while keys come', 'before it is idle'])('is called off %s', (when) => {
    const callOff = whenQuiet(act)
    press()
    if (when !== 'before the frame') turns.paint()
    if (when === 'before it is idle') vi.advanceTimersByTime(120)
    callOff()
    turns.paint()
    vi.advanceTimersByTime(10_000)
    turns.rest()
    expect(act).not.toHaveBeenCalled()
  })
})
