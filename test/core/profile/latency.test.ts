import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { latencyHistogram } from '../../../src/core/profile/latencyHistogram.ts'
import { percentileOfSorted, quantileInterval } from '../../../src/core/profile/quantileInterval.ts'
import { variantOrder } from '../../../src/core/profile/variantOrder.ts'
import { windowMarks, type WindowSigns } from '../../../src/core/profile/windowMarks.ts'

interface Golden {
  cases: {
    name: string
    values: number[]
    percentiles: { share: number; value: number; interval: [number, number]; resampled: [number, number] }[]
  }[]
}
const golden = JSON.parse(readFileSync(new URL('../../golden/profile_latency.json', import.meta.url), 'utf8')) as Golden

describe('percentiles of latencies', () => {
  it.each(golden.cases.map((one) => [one.name, one] as const))('are NumPy’s, with SciPy’s intervals: %s', (_, one) => {
    const sorted = Float64Array.from(one.values).sort()
    for (const { share, value, interval } of one.percentiles) {
      expect(percentileOfSorted(sorted, share)).toBe(value)
      const { low, high } = quantileInterval(sorted, share)
      expect([low, high]).toEqual(interval)
    }
  })

  it('have intervals that resampling finds too, within a few ranks', () => {
    const { values, percentiles } = golden.cases[0]!
    const sorted = Float64Array.from(values).sort()
    for (const { share, resampled } of percentiles) {
      const { low, high } = quantileInterval(sorted, share)
      expect(Math.abs(sorted.indexOf(low) - sorted.indexOf(resampled[0]))).toBeLessThanOrEqual(2)
      expect(Math.abs(sorted.indexOf(high) - sorted.indexOf(resampled[1]))).toBeLessThanOrEqual(2)
    }
  })

  it('are found among a million samples without resampling them', () => {
    const sorted = Float64Array.from({ length: 1_000_000 }, (_, k) => k)
    const { low, high } = quantileInterval(sorted, 0.5)
    // By hand: half a million, give or take 1.96 * sqrt(n) / 2 = 980.
    expect(Math.abs(low - 499_020)).toBeLessThan(3)
    expect(Math.abs(high - 500_979)).toBeLessThan(3)
  })
})

describe('a histogram of latencies', () => {
  it('has every sample once: those of marked windows apart, those far beyond in a count', () => {
    const samples = Float64Array.from({ length: 1000 }, (_, k) => (k === 999 ? 500 : 10 + (k % 100) / 10))
    const windows = Uint16Array.from({ length: 1000 }, (_, k) => (k < 300 ? 0 : 1))
    const { counts, marked, above, below } = latencyHistogram(
      { samples, windows },
      samples.slice().sort(),
      new Set([0]),
    )
    const sum = (all: number[]): number => all.reduce((total, one) => total + one, 0)
    expect([sum(counts), sum(marked), above, below]).toEqual([699, 300, 1, 0])
  })

  it('holds samples that are all the same', () => {
    const samples = new Float64Array(5).fill(3)
    const { counts } = latencyHistogram({ samples, windows: new Uint16Array(5) }, samples, new Set())
    expect(counts[0]).toBe(5)
  })
})

describe('the marks of windows', () => {
  const calm: WindowSigns = {
    median_us: 100,
    lowestClock_hz: 2.4e9,
    highestClock_hz: 2.4e9,
    throttled: null,
    foreign: 0,
  }

  it('are none where nothing moved', () => {
    expect(windowMarks([calm, calm, { ...calm, median_us: 104.9, foreign: 0.01 }])).toEqual([[], [], []])
  })

  it('say which window was throttled, noisy, or shared with something else', () => {
    const slow = { ...calm, lowestClock_hz: 1.8e9, median_us: 130 }
    expect(windowMarks([calm, calm, slow, { ...calm, foreign: 0.02 }, { ...calm, throttled: true }])).toEqual([
      [],
      [],
      ['throttled', 'noisy'],
      ['foreign'],
      ['throttled'],
    ])
  })
})

describe('the order of variants', () => {
  it('takes every variant once a window, shuffled by the seed', () => {
    const order = variantOrder(8, 5, 3)
    expect(order.map((one) => one.toSorted((a, b) => a - b))).toEqual(order.map(() => [0, 1, 2, 3, 4, 5, 6, 7]))
    expect(variantOrder(8, 5, 3)).toEqual(order)
    expect(variantOrder(8, 5, 4)).not.toEqual(order)
    expect(new Set(order.map(String)).size).toBeGreaterThan(1)
  })
})
