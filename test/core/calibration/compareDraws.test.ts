import { describe, expect, it } from 'vitest'
import type { ActivationProfile, SiteProfile } from '../../../src/core/calibration/activationProfile.ts'
import { compareDraws, reachOfPart, type ProfiledDraw } from '../../../src/core/calibration/compareDraws.ts'
import { drawFacts } from '../../../src/core/calibration/drawFacts.ts'
import { ProfileCollector, RangeCollector } from '../../../src/core/calibration/profileCollector.ts'
import { stream } from '../../../src/core/random/randomStream.ts'

/** A profile whose cell has seen these values; the other sites are left out. */
function cellOf(values: Float32Array): SiteProfile {
  const ranges = new RangeCollector()
  ranges.add('cell', values)
  const collector = new ProfileCollector(ranges.ranges(), 4096)
  collector.add('cell', values)
  return collector.profile().cell!
}

function drawOf(values: Float32Array): ProfiledDraw {
  const profile: ActivationProfile = { bins: 4096, texts: 4, steps: 40, parts: [{ cell: cellOf(values) }] }
  return { profile: profile.parts[0]!, reach: reachOfPart(profile, 0) }
}

/** Values spread evenly from -1 to 1, all moved by `offset`. */
function evenly(offset: number, count = 4000): Float32Array {
  return Float32Array.from({ length: count }, (_, k) => -1 + (2 * k) / (count - 1) + offset)
}

describe('compareDraws', () => {
  it('gives how far a set has moved in steps of the reference’s grid', () => {
    const [site] = compareDraws([drawOf(evenly(0.25)), drawOf(evenly(0.25))], [drawOf(evenly(0)), drawOf(evenly(0))])
    const { step } = drawOf(evenly(0)).reach.cell!
    expect(site!.site).toBe('cell')
    expect(site!.step).toBeCloseTo(step, 12)
    expect(site!.shift!.mean * step).toBeCloseTo(0.25, 3)
    expect(site!.shift).toMatchObject({ pairs: 2, interval: null })
    expect(site!.between).toMatchObject({ mean: 0, high: 0, pairs: 2 })
  })

  it('gives an interval over draws where they differ, and how far draws of one set lie apart', () => {
    const random = stream(5, 'draws')
    const near = (offset: number) => drawOf(evenly(offset + random.below(1000) / 50_000))
    const set = Array.from({ length: 6 }, () => near(0.3))
    const against = Array.from({ length: 6 }, () => near(0))
    const [site] = compareDraws(set, against)
    const { mean, interval } = site!.shift!
    expect(interval!.low).toBeLessThan(mean)
    expect(interval!.high).toBeGreaterThan(mean)
    expect(interval).toMatchObject({ level: 0.95, method: 'paired-t' })
    expect(site!.between!.pairs).toBe(2 * 15)
    expect(site!.between!.high).toBeLessThan(interval!.low)
  })

  it('draws densities whose area is 1, over bins that hold the clip ranges of both', () => {
    const [site] = compareDraws([drawOf(evenly(0.25))], [drawOf(evenly(0))])
    const { from, to, set, against } = site!
    const width = (to - from) / set.mean.length
    for (const side of [set, against!]) {
      expect(side.mean.reduce((sum, height) => sum + height * width, 0)).toBeCloseTo(1, 2)
      expect(side.clips[0]!.low).toBeGreaterThan(from)
      expect(side.clips[0]!.high).toBeLessThan(to)
      expect(side.low).toEqual(side.mean)
    }
    expect(site!.between).toBeNull()
  })

  it('looks at one set alone, and at a site that is constant', () => {
    const [site] = compareDraws([drawOf(Float32Array.of(0.5, 0.5, 0.5)), drawOf(Float32Array.of(0.5, 0.5))], [])
    expect(site).toMatchObject({ against: null, shift: null, between: { mean: 0, pairs: 1 } })
    const width = (site!.to - site!.from) / site!.set.mean.length
    expect(site!.set.mean.reduce((sum, height) => sum + height * width, 0)).toBeCloseTo(1, 9)
  })

  it('leaves out sites that one of the draws lacks', () => {
    const lacking: ProfiledDraw = { profile: {}, reach: {} }
    expect(compareDraws([drawOf(evenly(0)), lacking], [])).toEqual([])
  })
})

describe('drawFacts', () => {
  it('counts rows once, and gives what draws share, worked out by hand', () => {
    // Pairs share 2, 1 and 1 of 3 rows: (2 + 1 + 1) / 3 / 3.
    const draws = [
      [1, 2, 3],
      [2, 3, 4],
      [3, 5, 6],
    ]
    expect(drawFacts(draws)).toMatchObject({ distinct: 6, common: 4 / 9 })
  })

  it('says nothing of what one draw shares, and all of draws that are the same', () => {
    expect(drawFacts([[1, 2]])).toMatchObject({ distinct: 2, common: null })
    expect(drawFacts([[7], [7], [7]])).toMatchObject({ distinct: 1, common: 1 })
  })
})
