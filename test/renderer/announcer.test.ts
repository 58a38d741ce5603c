import { describe, expect, it } from 'vitest'
import { Announcer } from '../../src/renderer/app/announcer.ts'
import { jobOf } from './job.ts'

const counted = (done: number) => jobOf(1, { progress: { phase: 'MatMul', done, total: 180, unit: 'samples' } })

describe('Announcer', () => {
  it('does not speak what was there before the reader', () => {
    expect(new Announcer().hear([jobOf(1)], 0)).toBeUndefined()
  })

  it('speaks every change of state at once', () => {
    const announcer = new Announcer()
    announcer.hear([], 0)
    expect(announcer.hear([jobOf(1)], 1)).toBe('Job 1: Running.')
    expect(announcer.hear([jobOf(1, { state: 'failed' })], 2)).toBe('Job 1: Failed.')
  })

  it('speaks progress at most every ten seconds', () => {
    const announcer = new Announcer()
    announcer.hear([], 0)
    announcer.hear([counted(0)], 1_000)
    const heard = [2_000, 10_999, 11_000, 12_000, 20_999, 21_000].map((now, index) =>
      announcer.hear([counted(index)], now),
    )
    expect(heard).toEqual([
      undefined,
      undefined,
      'Job 1: 2 of 180 samples.',
      undefined,
      undefined,
      'Job 1: 5 of 180 samples.',
    ])
  })
})
