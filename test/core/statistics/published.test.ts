import { describe, expect, it } from 'vitest'
import { compareWithPublished } from '../../../src/core/statistics/published.ts'

const ours = { source: 'Doe 2020', values: [0.912, 0.915, 0.918], sameTrainingSet: true, published: 0.92 }

describe('compareWithPublished', () => {
  it('asks whether the figure is where one more run of ours would fall: 91.5 ± 4.303 * 0.3 * sqrt(4/3)', () => {
    const { verdict, interval, difference } = compareWithPublished(ours)
    // Student's quantile at x = 2 p - 1 with two degrees of freedom is x sqrt(2 / (1 - x^2)).
    const half = 0.95 * Math.sqrt(2 / 0.0975) * 0.003 * Math.sqrt(4 / 3)
    expect(verdict).toBe('consistent')
    expect(interval!.low).toBeCloseTo(0.915 - half, 12)
    expect(interval!.high).toBeCloseTo(0.915 + half, 12)
    expect(difference).toBeCloseTo(0.005, 12)
  })

  it.each([
    [0.88, 'below'],
    [0.95, 'above'],
  ])('says that %d lies %s', (published, verdict) => {
    const found = compareWithPublished({ ...ours, published })
    expect(found.verdict).toBe(verdict)
    expect(found.sentence).toContain(`lies ${verdict} where one more training run of ours is expected`)
  })

  it('says that the seeds are few and that the training texts differ', () => {
    expect(compareWithPublished({ ...ours, sameTrainingSet: false }).sentence).toBe(
      'Doe 2020: 92.0 % lies where one more training run of ours is expected, 90.0 to 93.0 % ' +
        '(95 % prediction interval from 3 seeds; trained on other texts; 3 seeds of ours, at least 6 are wanted).',
    )
  })

  it('expects a share, between 0 and 1: 0.94 and 0.98 give 0.96 ± 12.706 * 0.0283 * sqrt(1.5), which reaches past both', () => {
    const { verdict, interval, sentence } = compareWithPublished({ ...ours, values: [0.94, 0.98] })
    expect(interval).toMatchObject({ high: 1 })
    expect(interval!.low).toBeCloseTo(0.96 - 12.7062 * 0.0282843 * Math.sqrt(1.5), 4)
    expect(verdict).toBe('consistent')
    expect(sentence).toContain('52.0 to 100.0 %')
  })

  it('does not read as the end that it lies beyond', () => {
    // 0.915 - 4.30265 * 0.003 * sqrt(4/3) = 0.900095
    const { verdict, sentence } = compareWithPublished({ ...ours, published: 0.9 })
    expect(verdict).toBe('below')
    expect(sentence).toContain('Doe 2020: 90.00 % lies below')
    expect(sentence).toContain('90.01 to ')
  })

  it('is not testable with one seed', () => {
    expect(compareWithPublished({ ...ours, values: [0.9] })).toMatchObject({
      verdict: 'not-testable',
      interval: null,
      reason: { reason: 'too-few' },
    })
    expect(compareWithPublished({ ...ours, values: [] })).toMatchObject({ verdict: 'not-testable', difference: null })
  })
})
