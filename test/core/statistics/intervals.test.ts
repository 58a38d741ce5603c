import { describe, expect, it } from 'vitest'
import { stream } from '../../../src/core/random/randomStream.ts'
import { bootstrapMean, clusterMeans, intervalOfReplicates } from '../../../src/core/statistics/intervals/bootstrap.ts'
import { MultinomialCounts } from '../../../src/core/statistics/intervals/multinomial.ts'
import { newcombe } from '../../../src/core/statistics/intervals/newcombe.ts'
import { pairedMean } from '../../../src/core/statistics/intervals/pairedMean.ts'
import { predictionInterval } from '../../../src/core/statistics/intervals/prediction.ts'
import { tango, tangoScore } from '../../../src/core/statistics/intervals/tango.ts'
import { tostPairedMean, tostPairedProportions } from '../../../src/core/statistics/tests/tost.ts'
import { normalTail } from '../../../src/core/statistics/distributions.ts'
import { drawsOf, seedsOf, textsOf } from '../../../src/core/statistics/units.ts'
import { intervalSchema, type Interval } from '../../../src/shared/units.ts'
import { expectP, expectWithin, golden } from './golden.ts'

const code = (name: string) => expect.objectContaining({ code: name })
const airway = { both: 1, firstOnly: 1, secondOnly: 7, neither: 12 }

/** The interval, which must be one and of the contract's form. */
function interval(found: unknown): Interval {
  return intervalSchema.parse(found)
}

describe.each([
  ['tango', tango],
  ['newcombe', newcombe],
] as const)('%s', (name, act) => {
  it('turns round with its classifiers', () => {
    const table = { both: 40, firstOnly: 9, secondOnly: 2, neither: 14 }
    const [there, back] = [act(table), act({ ...table, firstOnly: 2, secondOnly: 9 })]
    expect(there.low).toBeCloseTo(-back.high, 12)
    expect(there.high).toBeCloseTo(-back.low, 12)
  })

  it('holds the estimate, stays within -1 and 1, and narrows with its level', () => {
    for (const table of [
      airway,
      { both: 0, firstOnly: 5, secondOnly: 0, neither: 0 },
      { both: 0, firstOnly: 0, secondOnly: 0, neither: 3 },
    ]) {
      const n = table.both + table.firstOnly + table.secondOnly + table.neither
      const [wide, narrow] = [interval(act(table, 0.99)), interval(act(table, 0.5))]
      const estimate = (table.firstOnly - table.secondOnly) / n
      expect(wide.low).toBeGreaterThanOrEqual(-1)
      expect(wide.high).toBeLessThanOrEqual(1)
      expect(wide.low).toBeLessThanOrEqual(narrow.low)
      expect(narrow.low).toBeLessThanOrEqual(estimate)
      expect(narrow.high).toBeGreaterThanOrEqual(estimate)
    }
  })

  it('rejects counts that are none, no texts and a level that is none', () => {
    expect(() => act({ ...airway, both: 0.5 })).toThrowError(code('input-invalid'))
    expect(() => act({ both: 0, firstOnly: 0, secondOnly: 0, neither: 0 })).toThrowError(code('input-invalid'))
    expect(() => act(airway, 1)).toThrowError(code('input-invalid'))
  })

  it.each(golden.pairedIntervals)(`agrees with the independent computation at $level for $table (${name})`, (row) => {
    const found = act(row.table, row.level)
    const [low, high] = row[name]
    // The oracle of Tango's interval searches the likelihood, which finds its maximum to about 1e-8.
    const digits = name === 'tango' ? 6 : 12
    expect(found.low).toBeCloseTo(low, digits)
    expect(found.high).toBeCloseTo(high, digits)
  })
})

describe('over all tables of 30 texts', () => {
  const logFactorial = Array.from({ length: 31 }).map((_, n) => Array.from({ length: n }).reduce((sum: number, _one, k) => sum + Math.log(k + 1), 0)) // prettier-ignore

  it.each([
    ['tango', tango, 0.2, 0.1],
    ['tango', tango, 0.05, 0.05],
    ['newcombe', newcombe, 0.2, 0.1],
    ['newcombe', newcombe, 0.05, 0.05],
  ] as const)('%s covers the difference of shares in about 95 %% of cases (%#)', (_, act, p12, p21) => {
    let covered = 0
    for (let b = 0; b <= 30; b += 1) {
      for (let c = 0; b + c <= 30; c += 1) {
        const rest = 30 - b - c
        const ways = logFactorial[30]! - logFactorial[b]! - logFactorial[c]! - logFactorial[rest]!
        const chance = Math.exp(ways + b * Math.log(p12) + c * Math.log(p21) + rest * Math.log(1 - p12 - p21))
        const both = Math.round(rest * 0.8)
        const { low, high } = act({ both, firstOnly: b, secondOnly: c, neither: rest - both })
        if (low <= p12 - p21 && p12 - p21 <= high) covered += chance
      }
    }
    expect(covered).toBeGreaterThan(0.93)
    expect(covered).toBeLessThan(0.995)
  })
})

describe('newcombe', () => {
  it('gives the published interval for 59, 6, 16, 80: -0.1186 to -0.0046', () => {
    const { low, high } = newcombe({ both: 59, firstOnly: 6, secondOnly: 16, neither: 80 })
    expect(low).toBeCloseTo(-0.1186, 4)
    expect(high).toBeCloseTo(-0.0046, 4)
  })
})

describe('tango', () => {
  it('gives the published interval for 1, 1, 7, 12: -0.517 to -0.026', () => {
    // M. Fagerland, S. Lydersen, P. Laake, Statist. Med. 33 (2014) 2850-2875, the example of airway hyper-responsiveness.
    const { low, high } = tango(airway)
    expect(low).toBeCloseTo(-0.517, 3)
    expect(high).toBeCloseTo(-0.026, 3)
  })

  it('has a closed form where no text tells the two apart: z^2 / (n + z^2)', () => {
    const { low, high } = tango({ both: 7000, firstOnly: 0, secondOnly: 0, neither: 600 })
    const z2 = 1.959963984540054 ** 2
    expect(high).toBeCloseTo(z2 / (7600 + z2), 14)
    expect(low).toBeCloseTo(-z2 / (7600 + z2), 14)
  })

  it('ends where its score is the quantile, and its score at 0 is that of McNemar', () => {
    const table = { both: 6900, firstOnly: 240, secondOnly: 160, neither: 300 }
    const { low, high } = tango(table)
    expectWithin(tangoScore(table, low)!, 1.959963984540054, 1e-9)
    expectWithin(tangoScore(table, high)!, -1.959963984540054, 1e-9)
    expectWithin(tangoScore(table, 0)!, 80 / Math.sqrt(400), 1e-14)
  })
})

describe('pairedMean', () => {
  it('gives the interval of 1, 2, 4, 8 by hand: 3.75 ± 3.182 * 3.096 / 2', () => {
    const { low, high } = interval(pairedMean(seedsOf([1, 2, 4, 8]), 'paired-t'))
    expect(low).toBeCloseTo(3.75 - (3.182446305284263 * Math.sqrt(28.75 / 3)) / 2, 10)
    expect(high).toBeCloseTo(3.75 + (3.182446305284263 * Math.sqrt(28.75 / 3)) / 2, 10)
  })

  it.each(golden.means.cases)('agrees with SciPy for $values', ({ values, interval: [low, high] }) => {
    const found = interval(pairedMean(seedsOf(values), 'paired-t'))
    expectWithin(found.low, low, 1e-11)
    expectWithin(found.high, high, 1e-11)
  })

  it('within seeds takes the spread within them alone', () => {
    const { strata, interval: expected } = golden.means.stratified
    const seeds = strata.flatMap((values, seed) => values.map(() => seed))
    const found = interval(pairedMean(drawsOf(strata.flat(), seeds), 'stratified-t'))
    expectWithin(found.low, expected[0], 1e-11)
    expectWithin(found.high, expected[1], 1e-11)
    expect(found.method).toBe('stratified-t')
  })

  it('is not testable for one difference, equal ones, or a seed with one', () => {
    expect(pairedMean(seedsOf([1]), 'paired-t')).toMatchObject({ testable: false, reason: 'too-few' })
    expect(pairedMean(seedsOf([0.9 - 0.8, 0.8 - 0.7]), 'paired-t')).toMatchObject({ reason: 'constant' })
    expect(pairedMean(drawsOf([1, 2, 3], [1, 1, 2]), 'stratified-t')).toMatchObject({ reason: 'too-few' })
    expect(() => pairedMean(seedsOf([1, 2]), 'stratified-t')).toThrowError(code('input-invalid'))
  })
})

describe('bootstrap', () => {
  it.each(golden.bootstrap)(
    "makes SciPy's $method interval of SciPy's replicates",
    ({ values, method, level, replicates, interval: [low, high] }) => {
      const found = intervalOfReplicates(values, Float64Array.from(replicates), method, level)
      expectWithin(found!.low, low, 1e-10)
      expectWithin(found!.high, high, 1e-10)
    },
  )

  it('comes close to the normal interval for many values, and repeats itself with its stream', () => {
    const values = golden.means.cases[3]!.values
    const [low, high] = golden.means.cases[3]!.interval
    for (const method of ['bootstrap-percentile', 'bootstrap-bca'] as const) {
      const act = (seed: number) =>
        interval(bootstrapMean(seedsOf(values), { method, resamples: 3000, stream: stream(seed, 'boot') }))
      expect(Math.abs(act(1).low - low)).toBeLessThan(0.02)
      expect(Math.abs(act(1).high - high)).toBeLessThan(0.02)
      expect(act(1)).toEqual(act(1))
      expect(act(1)).not.toEqual(act(2))
    }
  })

  it('is not testable for one value or equal ones', () => {
    const options = { method: 'bootstrap-bca', stream: stream(1, 'boot') } as const
    expect(bootstrapMean(seedsOf([1]), options)).toMatchObject({ testable: false, reason: 'too-few' })
    expect(bootstrapMean(textsOf([1, 1, 1]), options)).toMatchObject({ testable: false, reason: 'constant' })
  })

  it('draws how often few values come up as often as single draws would bring them', () => {
    // 30 of 100 things in 100 draws: binomial, mean 30, variance 21; with 10 of the other 70: covariance -100 * 0.3 * 0.1.
    const counts = new MultinomialCounts([30, 10, 60])
    const drawn = new Uint32Array(3)
    const random = stream(4, 'multinomial')
    let [sum, squares, products, atMost25] = [0, 0, 0, 0]
    for (let draw = 0; draw < 20_000; draw += 1) {
      counts.draw(drawn, random)
      expect(drawn[0]! + drawn[1]! + drawn[2]!).toBe(100)
      sum += drawn[0]!
      squares += (drawn[0]! - 30) ** 2
      products += (drawn[0]! - 30) * (drawn[1]! - 10)
      atMost25 += drawn[0]! <= 25 ? 1 : 0
    }
    expect(Math.abs(sum / 20_000 - 30)).toBeLessThan(4 * Math.sqrt(21 / 20_000))
    expect(Math.abs(squares / 20_000 - 21)).toBeLessThan(1)
    expect(Math.abs(products / 20_000 + 3)).toBeLessThan(0.5)
    // P(X <= 25) = 0.16313 by SciPy's binom(100, 0.3).cdf(25).
    expect(Math.abs(atMost25 / 20_000 - 0.16313)).toBeLessThan(4 * Math.sqrt(0.1365 / 20_000))
  })

  it('gives the same interval for the same values in another order, where few come up again and again', () => {
    const values = Array.from({ length: 400 }, (_, k) => (k % 7 === 0 ? 1 : 0))
    const act = (given: number[]) =>
      bootstrapMean(textsOf(given), { method: 'bootstrap-bca', stream: stream(1, 'boot') })
    expect(act(values)).toEqual(act([...values].reverse()))
    const [low, high] = [58 / 400 - 0.0345, 58 / 400 + 0.0345]
    expect(Math.abs(interval(act(values)).low - low)).toBeLessThan(0.005)
    expect(Math.abs(interval(act(values)).high - high)).toBeLessThan(0.005)
  })

  it('resamples clusters as wholes by their means', () => {
    expect([...clusterMeans([1, 2, 3, 5], ['a', 'b', 'a', 'b'])]).toEqual([2, 3.5])
  })
})

describe('predictionInterval', () => {
  it.each(golden.means.cases)('agrees with the formula for $values', ({ values, prediction: [low, high] }) => {
    const found = interval(predictionInterval(values))
    expectWithin(found.low, low, 1e-11)
    expectWithin(found.high, high, 1e-11)
  })

  it('is not testable for one seed or equal ones', () => {
    expect(predictionInterval([0.9])).toMatchObject({ testable: false, reason: 'too-few' })
    expect(predictionInterval([0.9, 0.9])).toMatchObject({ testable: false, reason: 'constant' })
  })
})

describe('tostPairedProportions', () => {
  it('is inclusion of the interval at 1 - 2 alpha, at every margin', () => {
    const table = { both: 900, firstOnly: 24, secondOnly: 16, neither: 60 }
    const inner = tango(table, 0.9)
    const edge = Math.max(Math.abs(inner.low), Math.abs(inner.high))
    for (const [margin, equivalent] of [
      [edge * 1.0001, true],
      [edge * 0.9999, false],
    ] as const) {
      const found = tostPairedProportions(table, { unit: 'text', margin })
      expect(found).toMatchObject({ equivalent, interval: { low: inner.low, high: inner.high, level: 0.9 } })
    }
  })

  it('holds where no text tells the two apart and there are texts enough', () => {
    const found = tostPairedProportions(
      { both: 7000, firstOnly: 0, secondOnly: 0, neither: 600 },
      { unit: 'text', margin: 0.005 },
    )
    if (!found.testable) throw new Error(found.message)
    expectP(found.p, normalTail((7600 * 0.005) / Math.sqrt(7600 * 0.005 * 0.995)))
    expect(found.equivalent).toBe(true)
  })

  it('refuses draws, and a margin that is none', () => {
    expect(() => tostPairedProportions(airway, { unit: 'draw', margin: 0.1 })).toThrowError(code('input-invalid'))
    expect(() => tostPairedProportions(airway, { unit: 'text', margin: 0 })).toThrowError(code('input-invalid'))
  })
})

describe('tostPairedMean', () => {
  it.each(golden.means.cases)('agrees with two one-sided t tests of SciPy for $values', ({ values, margin, tost }) => {
    const found = tostPairedMean(seedsOf(values), { margin, method: 'paired-t' })
    if (!found.testable) throw new Error(found.message)
    expectP(found.p, tost)
    expect(found.equivalent).toBe(found.interval.low > -margin && found.interval.high < margin)
  })

  it('is not testable for equal differences', () => {
    expect(tostPairedMean(seedsOf([0, 0]), { margin: 1, method: 'paired-t' })).toMatchObject({
      testable: false,
      test: 'tost',
      reason: 'constant',
    })
  })
})
