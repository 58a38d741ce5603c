import { describe, expect, it } from 'vitest'
import { stream } from '../../../src/core/random/randomStream.ts'
import { normalQuantileAt } from '../../../src/core/statistics/distributions.ts'
import { mannWhitney } from '../../../src/core/statistics/tests/mannWhitney.ts'
import { signFlip } from '../../../src/core/statistics/tests/signFlip.ts'
import type { TestResult } from '../../../src/core/statistics/testResult.ts'
import { drawsOf, meanOfDraws, type Sample } from '../../../src/core/statistics/units.ts'

const trials = 400
const random = stream(20261121, 'false positives')
const normal = () => normalQuantileAt(Math.min(Math.max(random.uniform(), 1e-12), 1 - 1e-12))

/** Share of trials without an effect in which a test finds one at 0.05. */
function rejections(act: () => TestResult): number {
  let count = 0
  for (let trial = 0; trial < trials; trial += 1) {
    const result = act()
    if (result.testable && result.p < 0.05) count += 1
  }
  return count / trials
}

/** 12 draws of each seed: seeds spread as much as draws do. */
function method(seeds: number[]): Sample {
  const rows = seeds.flatMap((seed) => {
    const level = normal()
    return Array.from({ length: 12 }, () => ({ seed, value: level + normal() }))
  })
  return drawsOf(
    rows.map(({ value }) => value),
    rows.map(({ seed }) => seed),
  )
}

/** What would be said if the draws of all seeds were taken for draws of one. */
const pooled = (sample: Sample): Sample => drawsOf(sample.values, 0)

const u = (first: Sample, second: Sample) =>
  mannWhitney(first, second, { method: 'asymptotic', alternative: 'two-sided', continuity: true })

// 400 trials of a test at 0.05 give 0.05 ± 0.011; the limits are four of these.
describe('without an effect', () => {
  it('draws pooled over seeds reject far too often, which is why they are refused', () => {
    expect(rejections(() => u(pooled(method([1, 2, 3])), pooled(method([4, 5, 6]))))).toBeGreaterThan(0.14)
  })

  it('means of seeds do not', () => {
    const means = () => meanOfDraws(method([1, 2, 3, 4, 5, 6, 7, 8]))
    expect(rejections(() => u(means(), means()))).toBeLessThan(0.094)
  })

  it('draws of calibration texts that the seeds share reject too often where each flips by itself, and not as wholes', () => {
    const differences = () => {
      const shared = Array.from({ length: 12 }, normal)
      return [1, 2, 3].map(() => shared.map((value) => value + normal() / 2))
    }
    const options = { method: 'monte-carlo', alternative: 'two-sided', resamples: 499, stream: random } as const
    const apart = () =>
      signFlip(
        drawsOf(
          differences().flat(),
          [1, 2, 3].flatMap((seed) => new Array<number>(12).fill(seed)),
        ),
        options,
      )
    const whole = () => {
      const rows = differences()
      const means = rows[0]!.map((_, draw) => rows.reduce((sum, row) => sum + row[draw]!, 0) / 3)
      return signFlip(drawsOf(means, 1), { method: 'exact', alternative: 'two-sided' })
    }
    expect(rejections(apart)).toBeGreaterThan(0.14)
    expect(rejections(whole)).toBeLessThan(0.094)
  })

  it("each seed's own draws flip by themselves at the level", () => {
    const own = () =>
      signFlip(
        drawsOf(
          Array.from({ length: 18 }, normal),
          [1, 2, 3].flatMap((seed) => new Array<number>(6).fill(seed)),
        ),
        { method: 'exact', alternative: 'two-sided' },
      )
    expect(rejections(own)).toBeLessThan(0.094)
  })
})
