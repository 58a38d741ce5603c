import { describe, expect, it } from 'vitest'
import { stream, type RandomStream } from '../../../src/core/random/randomStream.ts'
import {
  evenOut,
  fit,
  limitsOf,
  moveShare,
  roomOf,
  shareOut,
  slidersOf,
  turnLock,
  whole,
  type Sliders,
} from '../../../src/shared/calibration/sliders.ts'
import { apportion } from '../../../src/shared/calibration/apportion.ts'

const open = (...tenths: number[]): Sliders => ({ tenths, locked: tenths.map(() => false) })
const roomy = (count: number): number[] => new Array<number>(count).fill(whole)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe('moveShare', () => {
  it('gives what is left to the others in proportion, by largest remainders', () => {
    expect(moveShare(open(250, 250, 500), 0, 500, roomy(3)).tenths).toEqual([500, 167, 333])
    expect(moveShare(open(334, 333, 333), 2, 334, roomy(3)).tenths).toEqual([333, 333, 334])
  })

  it('divides alike among others that have nothing', () => {
    expect(moveShare(open(1000, 0, 0, 0), 0, 400, roomy(4)).tenths).toEqual([400, 200, 200, 200])
  })

  it('leaves locked shares where they are and stops where they leave no more', () => {
    const locked = turnLock(open(250, 250, 500), 2)
    expect(moveShare(locked, 0, 900, roomy(3)).tenths).toEqual([500, 0, 500])
    expect(moveShare(locked, 2, 0, roomy(3))).toBe(locked)
    const alone = turnLock(locked, 1)
    expect(moveShare(alone, 0, 900, roomy(3)).tenths).toEqual([250, 250, 500])
  })

  it('gives no class more than its limit, and no less to one than the limits of the others leave', () => {
    expect(moveShare(open(250, 250, 500), 0, 0, [1000, 300, 600]).tenths).toEqual([100, 300, 600])
    expect(moveShare(open(250, 250, 500), 2, 0, [1000, 119, 1000]).tenths).toEqual([881, 119, 0])
  })
})

describe('shareOut', () => {
  it('hands what a limit cuts off to the others in proportion', () => {
    expect(shareOut([1, 1, 2], [100, 1000, 1000], 1000)).toEqual([100, 300, 600])
  })

  it('gives to classes of no weight what the others cannot take', () => {
    expect(shareOut([1, 0, 0], [400, 1000, 1000], 1000)).toEqual([400, 300, 300])
  })

  it('has no answer where the limits do not hold the total', () => {
    expect(shareOut([1, 1], [400, 500], 1000)).toBeNull()
  })
})

describe('limitsOf', () => {
  it('is the share of the size that the available texts are, rounded down: 61 texts of 512 are 11.9 %', () => {
    expect(limitsOf([61, 2184, 0], 512)).toEqual([119, 1000, 0])
  })
})

describe('any sequence of moves', () => {
  it.each([1, 2, 3, 4])('keeps the sum, the locks and the limits (seed %i)', (seed) => {
    const random = stream(seed, 'sliders')
    for (let round = 0; round < 150; round += 1) {
      const { available, size } = anyPool(random)
      const limits = limitsOf(available, size)
      const weights = available.map(() => random.below(50))
      let sliders = slidersOf(weights, limits)
      if (sliders === null) {
        expect(sum(limits)).toBeLessThan(whole)
        continue
      }
      for (let step = 0; step < 25; step += 1) {
        const next = anyStep(random, sliders, limits)
        expect(sum(next.tenths)).toBe(whole)
        next.tenths.forEach((share, index) => {
          expect(Number.isInteger(share) && share >= 0 && share <= limits[index]!).toBe(true)
          if (sliders!.locked[index] && next.locked[index]) expect(share).toBe(sliders!.tenths[index])
        })
        expect(roomOf(next)).toBe(sum(next.tenths.filter((_, index) => !next.locked[index])))
        const texts = apportion(next.tenths, size)
        expect(texts.every((count, index) => count <= available[index]!)).toBe(true)
        sliders = next
      }
    }
  })

  it('is the same for the same sliders, and back again where a share goes back within one gesture', () => {
    const random = stream(9, 'sliders')
    for (let round = 0; round < 200; round += 1) {
      const limits = roomy(5)
      const start = slidersOf(
        [1, 2, 3, 4, 5].map(() => 1 + random.below(30)),
        limits,
      )!
      const index = random.below(5)
      const away = moveShare(start, index, random.below(whole + 1), limits)
      expect(moveShare(start, index, away.tenths[index]!, limits)).toEqual(away)
      // A gesture is worked out from where it began: then the way back is exact.
      expect(moveShare(start, index, start.tenths[index]!, limits)).toEqual(start)
    }
  })
})

describe('evenOut', () => {
  it('makes the free classes alike and leaves the locked ones', () => {
    expect(evenOut(turnLock(open(700, 200, 100), 2), roomy(3)).tenths).toEqual([450, 450, 100])
    expect(evenOut(open(1000, 0, 0), [1000, 1000, 50]).tenths).toEqual([475, 475, 50])
  })
})

describe('fit', () => {
  it('brings free classes below limits that have become lower', () => {
    expect(fit(open(500, 300, 200), [250, 1000, 1000])!.tenths).toEqual([250, 450, 300])
    expect(fit(open(500, 300, 200), roomy(3))!.tenths).toEqual([500, 300, 200])
  })

  it('says that it cannot where a locked class would have to move, or the free ones cannot take the rest', () => {
    expect(fit(turnLock(open(500, 300, 200), 0), [250, 1000, 1000])).toBeNull()
    expect(fit(open(500, 300, 200), [250, 250, 250])).toBeNull()
  })
})

function anyPool(random: RandomStream): { available: number[]; size: number } {
  const classes = 2 + random.below(9)
  const available = Array.from({ length: classes }, () => random.below(random.below(4) === 0 ? 30 : 3000))
  return { available, size: 1 + random.below(1500) }
}

function anyStep(random: RandomStream, sliders: Sliders, limits: readonly number[]): Sliders {
  const index = random.below(sliders.tenths.length)
  const kind = random.below(10)
  if (kind < 2) return turnLock(sliders, index)
  if (kind < 3) return evenOut(sliders, limits)
  if (kind < 4) return fit(sliders, limits) ?? sliders
  return moveShare(sliders, index, random.below(whole + 200) - 100, limits)
}
