import { describe, expect, it } from 'vitest'
import { changeWords, profileBefore, profileChange } from '../../../src/renderer/features/boards/profileChange.ts'
import type { ProfileResult } from '../../../src/shared/contract/profile.ts'
import { entry, profile } from './samples.ts'

const later = new Date('2026-03-01T15:00:00.000Z')

/** A profile with a p50 of an interval, in windows of a range. */
function timed(p50: number, [low, high]: [number, number], [least, most]: [number, number]): ProfileResult['latency'] {
  const { latency } = profile()
  const interval = { ...latency.percentiles.p50.interval, low, high }
  return {
    ...latency,
    windows_us: { low: least, high: most },
    percentiles: { ...latency.percentiles, p50: { value_us: p50, interval, moved: false } },
  }
}

describe('the change against the profile before', () => {
  const before = entry({ latency: timed(200, [190, 210], [180, 220]) })

  it('is a quotient with the outermost ends that both intervals leave it, found by hand', () => {
    const change = profileChange(profile({ latency: timed(250, [240, 260], [230, 270]) }), before)
    expect(change.percent).toBeCloseTo(25, 10)
    expect(change.low).toBeCloseTo((240 / 210 - 1) * 100, 10)
    expect(change.high).toBeCloseTo((260 / 190 - 1) * 100, 10)
    expect(changeWords(change, later)).toBe(
      'p50 +25.0 % (+14.3 to +36.8) against the profile of 3 h ago: beyond the intervals of the two, and beyond what their windows range over.',
    )
  })

  it.each([
    ['neither', [205, 215], [200, 220]],
    ['neither', [210, 212], [300, 320]],
    ['intervals', [212, 216], [205, 230]],
    ['both', [150, 160], [140, 170]],
  ] as const)('is beyond %s where the interval is %j and the windows range over %j', (beyond, own, windows) => {
    const change = profileChange(profile({ latency: timed(own[0], [...own], [...windows]) }), before)
    expect(change.beyond).toBe(beyond)
  })

  it('says what was not measured alike', () => {
    const now = profile({ quick: false, core: null, latency: timed(150, [149, 151], [148, 152]) })
    expect(changeWords(profileChange(now, before), later)).toContain(
      'p50 −25.0 % (−29.0 to −20.5) against the profile of 3 h ago: beyond the intervals of the two, and beyond what their windows range over. Not measured alike: full here, quick before, no core of its own here, core 3 before.',
    )
  })
})

describe('the profile before', () => {
  const at = (created: string, change: Partial<ProfileResult> = {}) =>
    entry({ created, id: `01JD000000000000000000${created.slice(11, 13)}P0`, ...change })
  const now = profile({ created: '2026-03-01T12:00:00.000Z' })

  it('is the newest one that is older, of the same model on the same board and texts', () => {
    const other = { name: 'other', fingerprint: `sha256:${'cd'.repeat(32)}` }
    const all = [
      at('2026-03-01T13:00:00.000Z'),
      at('2026-03-01T11:00:00.000Z', { model: other }),
      at('2026-03-01T10:00:00.000Z', { board: { name: 'pi4', kind: 'ssh' } }),
      at('2026-03-01T09:00:00.000Z', { dataset: other }),
      at('2026-03-01T07:00:00.000Z'),
      at('2026-03-01T08:00:00.000Z'),
    ]
    expect(profileBefore(now, all)?.created).toBe('2026-03-01T08:00:00.000Z')
  })

  it('is none where this one is the first', () => {
    expect(profileBefore(now, [entry({ created: now.created, id: now.id })])).toBe(null)
  })
})
