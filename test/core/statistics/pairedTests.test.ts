import { describe, expect, it } from 'vitest'
import { stream } from '../../../src/core/random/randomStream.ts'
import { stageVersions } from '../../../src/core/stageVersions.ts'
import { pairedTable } from '../../../src/core/statistics/pairedTable.ts'
import { energyTest } from '../../../src/core/statistics/tests/energy.ts'
import { mcnemar } from '../../../src/core/statistics/tests/mcnemar.ts'
import { signFlip, signFlipMethod } from '../../../src/core/statistics/tests/signFlip.ts'
import { wilcoxon } from '../../../src/core/statistics/tests/wilcoxon.ts'
import type { TestResult, Tested } from '../../../src/core/statistics/testResult.ts'
import { differencesOf, drawsOf, seedsOf } from '../../../src/core/statistics/units.ts'
import { expectP, expectStatistic, golden } from './golden.ts'

const alternatives = ['two-sided', 'greater', 'less'] as const
const code = (name: string) => expect.objectContaining({ code: name })

/** The result, which must be one. */
function tested(result: TestResult): Tested {
  if (!result.testable) throw new Error(result.message)
  return result
}

describe('the golden numbers', () => {
  it('belong to this version of the statistics and to these libraries', () => {
    expect(stageVersions.statistics).toBe(1)
    expect(golden.versions).toEqual({
      numpy: '2.4.6',
      scipy: '1.17.1',
      statsmodels: '0.15.0',
      'scikit-posthocs': '0.17.1',
    })
  })
})

describe('pairedTable', () => {
  it('counts texts by who has them right', () => {
    expect(pairedTable([1, 1, 0, 0, 1], [1, 0, 1, 0, 0])).toEqual({ both: 1, firstOnly: 2, secondOnly: 1, neither: 1 })
  })

  it('rejects other lengths and other values', () => {
    expect(() => pairedTable([1], [1, 0])).toThrowError(code('shape-mismatch'))
    expect(() => pairedTable([2], [1])).toThrowError(code('input-invalid'))
  })
})

describe('mcnemar', () => {
  it('gives the p-values published for 1 and 7 discordant pairs: 18/256 exact, 10/256 mid-p', () => {
    const table = { both: 1, firstOnly: 1, secondOnly: 7, neither: 12 }
    const p = (method: 'exact' | 'mid-p') =>
      tested(mcnemar(table, { unit: 'text', method, alternative: 'two-sided' })).p
    expectP(p('exact'), 18 / 256)
    expectP(p('mid-p'), 10 / 256)
  })

  it.each(golden.mcnemar)(
    'agrees with statsmodels and SciPy on $table',
    ({ table, statistic, statsmodels, exact, midP }) => {
      for (const alternative of alternatives) {
        const found = tested(mcnemar(table, { unit: 'text', method: 'exact', alternative }))
        expectP(found.p, exact[alternative])
        expectStatistic(found.statistic, statistic)
        expectP(tested(mcnemar(table, { unit: 'text', method: 'mid-p', alternative })).p, midP[alternative])
      }
      expectP(tested(mcnemar(table, { unit: 'text', method: 'exact', alternative: 'two-sided' })).p, statsmodels)
    },
  )

  it('is not testable where no text tells the two apart', () => {
    const table = { both: 9, firstOnly: 0, secondOnly: 0, neither: 1 }
    expect(mcnemar(table, { unit: 'text', method: 'exact', alternative: 'two-sided' })).toMatchObject({
      testable: false,
      reason: 'no-differences',
      n: [10],
    })
    expect(mcnemar({ ...table, both: 0 }, { unit: 'text', method: 'mid-p', alternative: 'less' })).toMatchObject({
      testable: false,
      reason: 'too-few',
    })
  })

  it('refuses another unit, and none', () => {
    const table = { both: 9, firstOnly: 3, secondOnly: 1, neither: 1 }
    expect(() => mcnemar(table, { unit: 'draw', method: 'exact', alternative: 'less' })).toThrowError(
      code('input-invalid'),
    )
    expect(() => mcnemar(table, { unit: undefined as never, method: 'exact', alternative: 'less' })).toThrowError(
      /no declared unit, no p-value/,
    )
  })
})

describe('signFlip', () => {
  it('counts by hand: of 8 arrangements of 1, 2, 3 two have a sum of 6 in size', () => {
    expect(tested(signFlip(seedsOf([1, 2, 3]), { method: 'exact', alternative: 'two-sided' })).p).toBe(2 / 8)
    expect(tested(signFlip(seedsOf([1, 2, 3]), { method: 'exact', alternative: 'greater' })).p).toBe(1 / 8)
    expect(tested(signFlip(seedsOf([1, 2, 3]), { method: 'exact', alternative: 'less' })).p).toBe(1)
  })

  it.each(golden.signFlip)("agrees with SciPy's enumeration for $values", ({ values, mean, p }) => {
    for (const alternative of alternatives) {
      const found = tested(signFlip(drawsOf(values, 1), { method: 'exact', alternative }))
      expectP(found.p, p[alternative])
      expectStatistic(found.statistic, mean)
    }
  })

  it('cannot reach 0.05 with five draws, and can with six', () => {
    const p = (n: number) =>
      tested(signFlip(drawsOf(new Float64Array(n).fill(1), 1), { method: 'exact', alternative: 'two-sided' })).p
    expect([p(5), p(6)]).toEqual([2 / 32, 2 / 64])
  })

  it('counts sums that differ by rounding alone as equal', () => {
    const values = [0.9 - 0.8, 0.8 - 0.7, 0.7 - 0.8]
    expect(tested(signFlip(seedsOf(values), { method: 'exact', alternative: 'two-sided' })).p).toBe(1)
  })

  it('counts 2^20 arrangements exactly and leaves more to chance', () => {
    const values = Array.from({ length: 20 }, (_, k) => k + 1)
    expect(signFlipMethod(values)).toBe('exact')
    expect(tested(signFlip(seedsOf(values), { method: 'exact', alternative: 'greater' })).p).toBe(2 ** -20)
    expect(signFlipMethod([...values, 1])).toBe('monte-carlo')
    expect(() => signFlip(seedsOf([...values, 1]), { method: 'exact', alternative: 'greater' })).toThrowError(
      code('input-invalid'),
    )
  })

  it('by chance comes close to the exact p, names itself, repeats itself and is never 0', () => {
    const { values, p } = golden.signFlip[4]!
    const run = (seed: number) =>
      tested(
        signFlip(seedsOf(values), {
          method: 'monte-carlo',
          alternative: 'two-sided',
          resamples: 20_000,
          stream: stream(seed, 'flip'),
        }),
      )
    expect(Math.abs(run(1).p - p['two-sided'])).toBeLessThan(
      4 * Math.sqrt((p['two-sided'] * (1 - p['two-sided'])) / 20_000),
    )
    expect(run(1).method).toBe('monte-carlo-20000')
    expect(run(1).p).toBe(run(1).p)
    expect(run(2).p).not.toBe(run(1).p)
    const certain = signFlip(seedsOf(new Float64Array(100).fill(1)), {
      method: 'monte-carlo',
      alternative: 'two-sided',
      stream: stream(1, 'flip'),
    })
    expect(tested(certain).p).toBe(1 / 10_000)
  })

  it('is not testable for one pair and for no differences', () => {
    const options = { method: 'exact', alternative: 'two-sided' } as const
    expect(signFlip(seedsOf([1]), options)).toMatchObject({ testable: false, reason: 'too-few' })
    expect(signFlip(seedsOf([0, 0, 0]), options)).toMatchObject({ testable: false, reason: 'no-differences' })
    expect(() => signFlip(seedsOf([1, NaN]), options)).toThrowError(code('non-finite-value'))
  })

  it('refuses draws without their seeds and pairs of different seeds', () => {
    expect(() =>
      signFlip({ unit: 'draw', values: [1, 2], nest: null }, { method: 'exact', alternative: 'less' }),
    ).toThrowError(code('input-invalid'))
    expect(() => differencesOf(drawsOf([1, 2], 1), drawsOf([1, 2], 2))).toThrowError(code('input-invalid'))
    expect(() => differencesOf(seedsOf([1, 2]), seedsOf([1]))).toThrowError(code('shape-mismatch'))
  })
})

describe('wilcoxon', () => {
  it.each(golden.wilcoxon)('agrees with SciPy for $values', ({ values, exact, asymptotic }) => {
    for (const { zeros, alternative, plus, p } of exact) {
      const found = tested(wilcoxon(seedsOf(values), { method: 'exact', alternative, zeros, continuity: false }))
      expectStatistic(found.statistic, plus)
      expectP(found.p, p)
    }
    for (const { zeros, alternative, continuity, plus, p } of asymptotic) {
      const found = tested(wilcoxon(seedsOf(values), { method: 'asymptotic', alternative, zeros, continuity }))
      expectStatistic(found.statistic, plus)
      expectP(found.p, p)
    }
  })

  it('names its rules', () => {
    const options = { method: 'asymptotic', alternative: 'greater', zeros: 'pratt', continuity: true } as const
    expect(wilcoxon(seedsOf([1, 2, 0, -1]), options)).toMatchObject({
      ...options,
      ties: 'midranks',
      unit: 'seed',
      n: [4],
    })
  })

  it('is not testable for one pair and for no differences', () => {
    const options = { method: 'exact', alternative: 'two-sided', zeros: 'wilcox', continuity: false } as const
    expect(wilcoxon(seedsOf([1]), options)).toMatchObject({ testable: false, reason: 'too-few' })
    expect(wilcoxon(seedsOf([0, 0]), options)).toMatchObject({ testable: false, reason: 'no-differences' })
    expect(wilcoxon(seedsOf([0, 0]), { ...options, zeros: 'pratt' })).toMatchObject({ reason: 'no-differences' })
  })

  it('refuses a continuity correction or too many differences with exact', () => {
    const options = { method: 'exact', alternative: 'two-sided', zeros: 'wilcox', continuity: true } as const
    expect(() => wilcoxon(seedsOf([1, 2]), options)).toThrowError(code('input-invalid'))
    const many = seedsOf(Array.from({ length: 201 }, (_, k) => k - 50))
    expect(() => wilcoxon(many, { ...options, continuity: false })).toThrowError(code('input-invalid'))
  })
})

describe('energyTest', () => {
  it.each(golden.energy)(
    'agrees with enumeration over exchanges of $pairs pairs',
    ({ pairs, distances, statistic, p }) => {
      const found = tested(energyTest({ unit: 'draw', pairs, distances }, { method: 'exact' }))
      expectStatistic(found.statistic, statistic)
      expectP(found.p, p)
      const chance = tested(
        energyTest({ unit: 'draw', pairs, distances }, { method: 'monte-carlo', stream: stream(3, 'energy') }),
      )
      expect(Math.abs(chance.p - p)).toBeLessThan(0.025)
    },
  )

  it('is not testable for one pair and for things that do not differ', () => {
    const same = { unit: 'draw', pairs: 2, distances: new Float64Array(16) } as const
    expect(energyTest(same, { method: 'exact' })).toMatchObject({ testable: false, reason: 'no-differences' })
    expect(energyTest({ unit: 'draw', pairs: 1, distances: [0, 1, 1, 0] }, { method: 'exact' })).toMatchObject({
      reason: 'too-few',
    })
  })

  it('rejects what are no distances', () => {
    const act = (distances: number[]) => () => energyTest({ unit: 'draw', pairs: 1, distances }, { method: 'exact' })
    expect(act([0, 1, 2, 0])).toThrowError(code('input-invalid'))
    expect(act([0, -1, -1, 0])).toThrowError(code('input-invalid'))
    expect(act([0, 1, 1])).toThrowError(code('shape-mismatch'))
    expect(act([0, NaN, NaN, 0])).toThrowError(code('non-finite-value'))
  })
})
