import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { coalesce } from '../../../src/host/jobs/coalesce.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('coalesce', () => {
  it('hands on the first value at once, then the newest of each interval', () => {
    const seen: number[] = []
    const values = coalesce<number>(100, (value) => seen.push(value))
    for (let value = 1; value <= 5; value++) values.push(value)
    expect(seen).toEqual([1])
    vi.advanceTimersByTime(100)
    expect(seen).toEqual([1, 5])
    values.push(6)
    values.push(7)
    vi.advanceTimersByTime(100)
    expect(seen).toEqual([1, 5, 7])
  })

  it('never loses the last value', () => {
    const seen: number[] = []
    const values = coalesce<number>(100, (value) => seen.push(value))
    values.push(1)
    values.push(2)
    values.flush()
    values.flush()
    expect(seen).toEqual([1, 2])
    vi.advanceTimersByTime(1000)
    expect(seen).toEqual([1, 2])
  })

  it('hands on at once again after a quiet interval', () => {
    const seen: number[] = []
    const values = coalesce<number>(100, (value) => seen.push(value))
    values.push(1)
    vi.advanceTimersByTime(500)
    values.push(2)
    expect(seen).toEqual([1, 2])
  })
})
