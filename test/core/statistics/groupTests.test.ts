import { describe, expect, it } from 'vitest'
import { stream } from '../../../src/core/random/randomStream.ts'
import { andersonDarling } from '../../../src/core/statistics/tests/andersonDarling.ts'
import { brunnerMunzel } from '../../../src/core/statistics/tests/brunnerMunzel.ts'
import { friedman, nemenyi } from '../../../src/core/statistics/tests/friedman.ts'
import { kolmogorovSmirnov, ksDistance } from '../../../src/core/statistics/tests/kolmogorovSmirnov.ts'
import { kruskalWallis } from '../../../src/core/statistics/tests/kruskalWallis.ts'
import { levene } from '../../../src/core/statistics/tests/levene.ts'
import { mannWhitney } from '../../../src/core/statistics/tests/mannWhitney.ts'
import { twoSamplePermutation } from '../../../src/core/statistics/tests/twoSamplePermutation.ts'
import { describeTest, type TestResult, type Tested } from '../../../src/core/statistics/testResult.ts'
import { drawsOf, meanOfDraws, seedsOf, textsOf, type Sample } from '../../../src/core/statistics/units.ts'
import { expectP, expectStatistic, expectWithin, golden } from './golden.ts'

const alternatives = ['two-sided', 'greater', 'less'] as const
const code = (name: string) => expect.objectContaining({ code: name })

/** The result, which must be one. */
function tested(result: TestResult): Tested {
  if (!result.testable) throw new Error(result.message)
  return result
}

/** Every test of independent groups, as one of two. */
const testsOfTwo: Record<string, (first: Sample, second: Sample) => TestResult> = {
  'Mann-Whitney, exact': (a, b) => mannWhitney(a, b, { method: 'exact', alternative: 'two-sided', continuity: false }),
  'Mann-Whitney': (a, b) => mannWhitney(a, b, { method: 'asymptotic', alternative: 'two-sided', continuity: true }),
  'Brunner-Munzel': (a, b) => brunnerMunzel(a, b, { method: 'student', alternative: 'two-sided' }),
  'Kruskal-Wallis': (a, b) => kruskalWallis([a, b]),
  Levene: (a, b) => levene([a, b], 'mean'),
  'Brown-Forsythe': (a, b) => levene([a, b], 'median'),
  'Kolmogorov-Smirnov': (a, b) => kolmogorovSmirnov(a, b, 'exact'),
  'Anderson-Darling': (a, b) => andersonDarling([a, b], { resamples: 99, stream: stream(1, 'deal') }),
  permutation: (a, b) => twoSamplePermutation(a, b, { method: 'exact', alternative: 'two-sided' }),
}

describe.each(Object.entries(testsOfTwo))('%s', (_, act) => {
  it('refuses calibration draws pooled over training seeds', () => {
    const pooled = drawsOf([1, 2, 3, 4], [1, 1, 2, 2])
    expect(() => act(pooled, pooled)).toThrowError(code('input-invalid'))
    expect(() => act(pooled, pooled)).toThrowError(/nested/)
  })

  it('refuses groups of different seeds, whose difference may be that of the seeds', () => {
    expect(() => act(drawsOf([1, 2, 3], 1), drawsOf([1, 2, 4], 2))).toThrowError(code('input-invalid'))
  })

  it('refuses draws without seeds, texts of several models, groups of different units, values that are not finite', () => {
    const bare: Sample = { unit: 'draw', values: [1, 2, 3], nest: null }
    const texts: Sample = { unit: 'text', values: [1, 2, 3], nest: ['a', 'a', 'b'] }
    expect(() => act(bare, bare)).toThrowError(code('input-invalid'))
    expect(() => act(texts, texts)).toThrowError(code('input-invalid'))
    expect(() => act(seedsOf([1, 2, 3]), textsOf([1, 2, 3]))).toThrowError(code('input-invalid'))
    expect(() => act(seedsOf([1, 2, NaN]), seedsOf([1, 2, 3]))).toThrowError(code('non-finite-value'))
  })

  it('takes the means of each seed instead', () => {
    const first = meanOfDraws(drawsOf([1, 3, 2, 4, 9, 9.5], [1, 1, 2, 2, 3, 3]))
    expect(first.values).toEqual([2, 3, 9.25])
    expect(tested(act(first, seedsOf([1, 4, 6.5]))).unit).toBe('seed')
  })

  it('is not testable for one value a group', () => {
    expect(act(seedsOf([1]), seedsOf([2, 3]))).toMatchObject({ testable: false, reason: 'too-few', n: [1, 2] })
  })

  it('is not testable for values that are all the same', () => {
    expect(act(seedsOf([1, 1, 1]), seedsOf([1, 1, 1]))).toMatchObject({ testable: false, reason: 'constant' })
  })
})

describe('mannWhitney', () => {
  it('counts by hand: 1, 2, 3 below 4, 5, 6 is one of 20 deals', () => {
    const options = { method: 'exact', continuity: false } as const
    const [low, high] = [seedsOf([1, 2, 3]), seedsOf([4, 5, 6])]
    expect(tested(mannWhitney(low, high, { ...options, alternative: 'less' })).p).toBe(1 / 20)
    expect(tested(mannWhitney(low, high, { ...options, alternative: 'two-sided' }))).toMatchObject({
      p: 0.1,
      statistic: 0,
    })
  })

  it.each(golden.twoGroups)('agrees with SciPy for $x and $y', ({ x, y, mannWhitney: expected }) => {
    const [a, b] = [seedsOf(x), seedsOf(y)]
    for (const { alternative, u, p } of expected.exact) {
      const found = tested(mannWhitney(a, b, { method: 'exact', alternative, continuity: false }))
      expectStatistic(found.statistic, u)
      expectP(found.p, p)
    }
    for (const { alternative, continuity, u, p } of expected.asymptotic) {
      const found = tested(mannWhitney(a, b, { method: 'asymptotic', alternative, continuity }))
      expectStatistic(found.statistic, u)
      expectP(found.p, p)
    }
  })

  it('refuses more values than it can count', () => {
    const many = seedsOf(Array.from({ length: 60 }, (_, k) => k))
    const options = { method: 'exact', alternative: 'two-sided', continuity: false } as const
    expect(() => mannWhitney(many, many, options)).toThrowError(code('input-invalid'))
  })
})

describe('brunnerMunzel', () => {
  it.each(golden.twoGroups)('agrees with SciPy for $x and $y', ({ x, y, brunnerMunzel: expected }) => {
    for (const { method, alternative, statistic, p } of expected) {
      const found = tested(brunnerMunzel(seedsOf(x), seedsOf(y), { method, alternative }))
      expectStatistic(found.statistic, statistic)
      expectP(found.p, p)
    }
  })

  it('is not testable for groups that do not overlap', () => {
    const found = brunnerMunzel(seedsOf([1, 2, 3]), seedsOf([4, 5, 6]), { method: 'student', alternative: 'less' })
    expect(found).toMatchObject({ testable: false, reason: 'separated' })
  })
})

describe('kolmogorovSmirnov', () => {
  it.each(golden.twoGroups)('agrees with SciPy for $x and $y', ({ x, y, ks }) => {
    const exact = tested(kolmogorovSmirnov(seedsOf(x), seedsOf(y), 'exact'))
    expectStatistic(exact.statistic, ks.statistic)
    expectP(exact.p, ks.exact)
    expectP(tested(kolmogorovSmirnov(seedsOf(x), seedsOf(y), 'asymptotic')).p, ks.asymptotic)
  })

  it('is an effect size without p where none is asked for', () => {
    expect(ksDistance([1, 2, 3], [2.5, 4])).toBeCloseTo(2 / 3, 15)
    expect(ksDistance([1, 1], [1, 1])).toBe(0)
    expect(ksDistance([], [1])).toBe(null)
  })
})

describe('twoSamplePermutation', () => {
  it.each(golden.twoGroups.filter(({ permuted }) => permuted !== null))(
    "agrees with SciPy's enumeration for $x and $y",
    ({ x, y, permuted }) => {
      for (const alternative of alternatives) {
        const found = tested(twoSamplePermutation(seedsOf(x), seedsOf(y), { method: 'exact', alternative }))
        expectP(found.p, permuted![alternative])
        const chance = tested(
          twoSamplePermutation(seedsOf(x), seedsOf(y), {
            method: 'monte-carlo',
            alternative,
            stream: stream(5, alternative),
          }),
        )
        expect(Math.abs(chance.p - permuted![alternative])).toBeLessThan(0.04)
      }
    },
  )

  it('refuses to count more than 2^20 deals', () => {
    const many = seedsOf(Array.from({ length: 12 }, (_, k) => k))
    expect(() => twoSamplePermutation(many, many, { method: 'exact', alternative: 'less' })).toThrowError(
      code('input-invalid'),
    )
  })
})

describe.each(golden.manyGroups)('of $groups', ({ groups, ...expected }) => {
  const samples = groups.map(seedsOf)

  it('kruskalWallis agrees with SciPy', () => {
    const found = tested(kruskalWallis(samples))
    expectStatistic(found.statistic, expected.kruskal[0])
    expectP(found.p, expected.kruskal[1])
  })

  it.each([
    ['mean', expected.levene],
    ['median', expected.brownForsythe],
  ] as const)('levene about the %s agrees with SciPy', (centre, [statistic, p]) => {
    const found = tested(levene(samples, centre))
    expectStatistic(found.statistic, statistic)
    expectP(found.p, p)
  })

  it("andersonDarling has SciPy's statistic", () => {
    const found = tested(andersonDarling(samples, { resamples: 19, stream: stream(1, 'deal') }))
    expectWithin(found.statistic, expected.anderson, 1e-12)
  })
})

describe('andersonDarling', () => {
  it('finds p by dealing: of the 20 deals of 1 to 6 into threes, two are as far apart as 1, 2, 3 and 4, 5, 6', () => {
    const found = andersonDarling([seedsOf([1, 2, 3]), seedsOf([4, 5, 6])], { stream: stream(2, 'deal') })
    expect(Math.abs(tested(found).p - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 9999))
    expect(tested(found).method).toBe('monte-carlo-9999')
  })
})

describe('friedman and nemenyi', () => {
  it.each(golden.friedman)(
    'agree with SciPy and scikit-posthocs for $rows',
    ({ rows, statistic, p, nemenyi: pairs }) => {
      const found = tested(friedman({ unit: 'seed', rows }))
      expectStatistic(found.statistic, statistic)
      expectP(found.p, p)
      const after = nemenyi({ unit: 'seed', rows })
      if (!after.testable) throw new Error(after.message)
      // SciPy's integral of the studentized range is good to some 1e-10 of 1.
      after.p.forEach((row, i) => row.forEach((value, j) => expect(Math.abs(value - pairs[i]![j]!)).toBeLessThan(1e-9)))
    },
  )

  it('are not testable for one block, for two treatments, and where no block has a preference', () => {
    expect(friedman({ unit: 'seed', rows: [[1, 2, 3]] })).toMatchObject({ reason: 'too-few' })
    expect(
      friedman({
        unit: 'seed',
        rows: [
          [1, 2],
          [2, 1],
        ],
      }),
    ).toMatchObject({ reason: 'too-few' })
    expect(
      nemenyi({
        unit: 'seed',
        rows: [
          [1, 1, 1],
          [2, 2, 2],
        ],
      }),
    ).toMatchObject({ test: 'nemenyi', reason: 'no-differences' })
  })

  it('reject blocks that have not seen every treatment, and blocks without a unit', () => {
    expect(() =>
      friedman({
        unit: 'seed',
        rows: [
          [1, 2, 3],
          [1, 2],
        ],
      }),
    ).toThrowError(code('shape-mismatch'))
    expect(() => friedman({ unit: '' as never, rows: [[1, 2, 3]] })).toThrowError(code('input-invalid'))
  })
})

describe('describeTest', () => {
  it('says the test, its rules, its units, its figures and what it assumes', () => {
    const found = mannWhitney(seedsOf([1, 2, 3]), seedsOf([4, 5, 6]), {
      method: 'exact',
      alternative: 'two-sided',
      continuity: false,
    })
    expect(describeTest(found)).toBe(
      'Mann-Whitney U test (exact, two-sided) on 3 and 3 seeds: statistic 0, p = 0.10. It assumes independent values; ' +
        'that it speaks of a shift assumes distributions of one shape.',
    )
  })

  it('says why there is no result', () => {
    expect(describeTest(kruskalWallis([seedsOf([1, 1]), seedsOf([1, 1])]))).toBe(
      'Kruskal-Wallis test on 2 and 2 seeds: Not testable: the values have no spread to compare with.',
    )
  })
})
