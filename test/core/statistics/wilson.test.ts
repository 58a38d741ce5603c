import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { wilson } from '../../../src/core/statistics/wilson.ts'
import { intervalSchema } from '../../../src/shared/units.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/evaluation_metrics.json', import.meta.url), 'utf8'))

describe('wilson', () => {
  it('gives the interval that Wilson worked out for 15 of 148', () => {
    const { low, high } = wilson(15, 148)
    expect(low).toBeCloseTo(0.0624, 4)
    expect(high).toBeCloseTo(0.1605, 4)
  })

  it.each(golden.wilson as { right: number; n: number; level: number; low: number; high: number }[])(
    'agrees with statsmodels for $right of $n at $level',
    ({ right, n, level, low, high }) => {
      const found = intervalSchema.parse(wilson(right, n, level))
      expect(found.low).toBeCloseTo(low, 12)
      expect(found.high).toBeCloseTo(high, 12)
    },
  )

  it.each([
    [1, 0, 0.95],
    [-1, 5, 0.95],
    [6, 5, 0.95],
    [0.5, 5, 0.95],
    [1, 5, 1],
    [1, 5, 0],
    [NaN, 5, 0.95],
  ])('rejects %d of %d at %d', (right, n, level) => {
    expect(() => wilson(right, n, level)).toThrowError(expect.objectContaining({ code: 'input-invalid' }))
  })
})
