import { describe, expect, it } from 'vitest'
import { cliffsDelta } from '../../../src/core/statistics/effects/cliffsDelta.ts'
import { mcnemarEffect } from '../../../src/core/statistics/effects/mcnemarEffect.ts'
import { rankBiserial } from '../../../src/core/statistics/effects/rankBiserial.ts'
import { wasserstein } from '../../../src/core/statistics/effects/wasserstein.ts'
import { correctP } from '../../../src/core/statistics/corrections.ts'
import { expectWithin, golden } from './golden.ts'

const code = (name: string) => expect.objectContaining({ code: name })

describe('cliffsDelta', () => {
  it('counts by hand: of four pairs two are larger, one smaller, one equal', () => {
    expect(cliffsDelta([2, 3], [1, 3])).toBeCloseTo(0.25, 15)
  })

  it.each(golden.twoGroups)('agrees with counting all pairs of $x and $y', ({ x, y, cliffsDelta: expected }) => {
    expect(cliffsDelta(x, y)).toBeCloseTo(expected, 12)
  })

  it('is none for nothing', () => expect(cliffsDelta([], [1])).toBe(null))
})

describe('rankBiserial', () => {
  it('counts by hand: ranks 1, 2, 4 up and 3 down of 10', () => {
    expect(rankBiserial([1, 2, -3, 4])).toBeCloseTo(0.4, 15)
    expect(rankBiserial([0, -1, -1, 1])).toBeCloseTo(-1 / 3, 15)
  })

  it('is none where nothing differs', () => expect(rankBiserial([0, 0])).toBe(null))
})

describe('wasserstein', () => {
  it('is a shift for values that were shifted', () => {
    expect(wasserstein([1, 5, 9], [3.5, 7.5, 11.5])).toBeCloseTo(2.5, 12)
  })

  it.each(golden.twoGroups)('agrees with SciPy for $x and $y', ({ x, y, wasserstein: expected }) => {
    expectWithin(wasserstein(x, y)!, expected, 1e-12)
  })

  it('is none for nothing, and rejects what is not finite', () => {
    expect(wasserstein([1], [])).toBe(null)
    expect(() => wasserstein([1], [Infinity])).toThrowError(code('non-finite-value'))
  })
})

describe('mcnemarEffect', () => {
  it('is the share beyond a half and the odds of the texts that only one has right', () => {
    expect(mcnemarEffect({ both: 5, firstOnly: 6, secondOnly: 2, neither: 9 })).toEqual({ g: 0.25, odds: 3 })
    expect(mcnemarEffect({ both: 5, firstOnly: 6, secondOnly: 0, neither: 9 })).toEqual({ g: 0.5, odds: null })
    expect(mcnemarEffect({ both: 5, firstOnly: 0, secondOnly: 0, neither: 9 })).toBe(null)
  })
})

describe('correctP', () => {
  it.each(golden.corrections)('agrees with statsmodels for $p', ({ p, ...expected }) => {
    for (const method of ['holm', 'benjamini-hochberg', 'benjamini-yekutieli'] as const) {
      correctP(p, method).forEach((value, k) => expectWithin(value, expected[method][k]!, 1e-12))
    }
  })

  it('corrects by hand after Holm: 0.01, 0.03, 0.04 of three', () => {
    expect(correctP([0.04, 0.01, 0.03], 'holm')).toEqual([0.06, 0.03, 0.06])
  })

  it('leaves values alone without a correction, and takes none', () => {
    expect(correctP([0.5, 0.1], 'none')).toEqual([0.5, 0.1])
    expect(correctP([], 'holm')).toEqual([])
  })

  it('rejects what is no probability', () => {
    expect(() => correctP([NaN], 'holm')).toThrowError(code('input-invalid'))
    expect(() => correctP([1.1], 'none')).toThrowError(code('input-invalid'))
  })
})
