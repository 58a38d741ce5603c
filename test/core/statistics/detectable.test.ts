import { describe, expect, it } from 'vitest'
import { detectableOfMean, detectableOfTexts } from '../../../src/core/statistics/questions/detectable.ts'
import { expectStatistic, golden } from './golden.ts'

describe('the smallest difference that can be found', () => {
  it('with McNemar’s test solves the equation of Connor', () => {
    for (const { n, discordant, alpha, difference } of golden.detectable) {
      const table = { both: n - discordant, firstOnly: discordant, secondOnly: 0, neither: 0 }
      const found = detectableOfTexts(table, alpha)
      if (difference === null) expect(found).toBe(null)
      else expectStatistic(found!, difference)
    }
  })

  it('is none without a text that one alone has right', () => {
    expect(detectableOfTexts({ both: 90, firstOnly: 0, secondOnly: 0, neither: 10 }, 0.05)).toBe(null)
  })

  it('of a mean is that of the noncentral t distribution, up to two hundredths too small with twelve values', () => {
    for (const { df, alpha, errors } of golden.detectableMeans) {
      const ratio = detectableOfMean({ mean: 0, error: 1, df }, alpha) / errors
      expect(ratio).toBeGreaterThan(0.98)
      expect(ratio).toBeLessThan(1.0005)
    }
  })
})
