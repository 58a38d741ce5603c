import { describe, expect, it } from 'vitest'
import {
  chiSquareTail,
  fTail,
  kolmogorovTail,
  normalTail,
  pOf,
  rangeTail,
  studentQuantileAt,
  studentTail,
} from '../../../src/core/statistics/distributions.ts'
import { expectP, expectWithin, golden } from './golden.ts'

describe('upper tails', () => {
  const tails = {
    normal: ([z]: number[]) => normalTail(z!),
    student: ([t, df]: number[]) => studentTail(t!, df!),
    chiSquare: ([x, df]: number[]) => chiSquareTail(x!, df!),
    f: ([x, a, b]: number[]) => fTail(x!, a!, b!),
    kolmogorov: ([x]: number[]) => kolmogorovTail(x!),
  }

  it.each(Object.entries(tails))('of %s agree with SciPy to nine digits down to 1e-12', (name, tail) => {
    for (const row of golden.distributions[name as keyof typeof tails]) expectP(tail(row), row.at(-1)!)
  })

  it("gives Student's quantiles as SciPy does", () => {
    for (const [p, df, t] of golden.distributions.studentQuantile) expectWithin(studentQuantileAt(p!, df!), t!, 1e-12)
  })

  it('of the studentized range agree with SciPy, whose integral is good to some 1e-10', () => {
    for (const [q, k, p] of golden.distributions.range) expectWithin(rangeTail(q!, k!), p!, 1e-8)
  })

  it('of the range of two normals are those of one normal over the root of two, far out too', () => {
    for (const q of [0.01, 1, 3, 6, 9.9]) expectWithin(rangeTail(q, 2), 2 * normalTail(q / Math.SQRT2), 1e-12)
  })

  it('of the range of k normals come close to that of their k (k - 1) / 2 pairs far out, and stay below it', () => {
    for (const [k, pairs] of [
      [3, 3],
      [5, 10],
      [10, 45],
    ] as const) {
      const bound = pairs * 2 * normalTail(10 / Math.SQRT2)
      expect(rangeTail(10, k) / bound).toBeLessThan(1)
      expect(rangeTail(10, k) / bound).toBeGreaterThan(0.99)
    }
  })

  it('stay between 0 and 1 at the ends', () => {
    expect([kolmogorovTail(0), kolmogorovTail(1e-3), rangeTail(0, 3), fTail(0, 2, 9)]).toEqual([1, 1, 1, 1])
  })
})

describe('pOf', () => {
  it('takes both tails for two sides, and the one that is meant otherwise', () => {
    expect(pOf(0, 'two-sided', normalTail)).toBe(1)
    expectWithin(pOf(-1.96, 'two-sided', normalTail), 0.04999579029644087, 1e-12)
    expect(pOf(-1, 'less', normalTail)).toBe(normalTail(1))
    expect(pOf(-1, 'greater', normalTail)).toBe(normalTail(-1))
  })
})
