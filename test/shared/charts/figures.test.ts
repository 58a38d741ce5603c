import { describe, expect, it } from 'vitest'
import { pText } from '../../../src/core/statistics/testResult.ts'
import { contrastName, pWords, testWords } from '../../../src/shared/charts/differences.ts'
import {
  detectableText,
  percentEnds,
  percentText,
  plainEnds,
  pointsEnds,
  pointsText,
  stepDigits,
} from '../../../src/shared/charts/figures.ts'
import { makeResults } from '../../core/export/results.ts'

describe('a share in per cent', () => {
  it.each([
    [1, 1, '100.0'],
    [0.99963, 1, '99.96'],
    [7599 / 7600, 2, '99.99'],
    [69_999 / 70_000, 2, '99.999'],
    [0.9199, 2, '91.99'],
    [0, 1, '0.0'],
    [-0, 2, '0.00'],
    [0.00002, 1, '0.002'],
  ])('%d to %d digits reads as 100 or 0 only where it is: %s', (share, digits, text) => {
    expect(percentText(share, digits)).toBe(text)
  })

  it('has an interval that is not rounded to nothing, nor to all', () => {
    expect(percentEnds(0.8634, 0.8781)).toBe('86.3–87.8')
    expect(percentEnds(0.99979, 0.99995)).toBe('99.979–99.995')
    expect(percentEnds(0.995, 1)).toBe('99.5–100.0')
    expect(percentEnds(0.87021, 0.87024)).toBe('87.021–87.024')
  })
})

describe('a difference in points', () => {
  it('has an interval that reaches 0 only where it does', () => {
    expect(pointsEnds(-0.002, 0.0012)).toBe('−0.2 to +0.1')
    expect(pointsEnds(0.0004, 0.006)).toBe('+0.04 to +0.60')
    expect(pointsEnds(-0.0003, 0.0003)).toBe('−0.03 to +0.03')
    expect(pointsEnds(0, 0.004)).toBe('0.0 to +0.4')
  })

  it('has no sign where it is 0, from whichever side', () => {
    expect([pointsText(-0), pointsText(-0.00001), pointsText(0.00001)]).toEqual(['0.00', '0.00', '0.00'])
  })

  it('that can be found is never none', () => {
    expect([detectableText(0.0112), detectableText(0.00004)]).toEqual(['1.12', '0.004'])
  })
})

describe('ends of a range', () => {
  it('are told apart, whatever they are of', () => {
    expect(plainEnds(0.33191, 0.33242)).toBe('0.3319–0.3324')
    expect(plainEnds(0.332, 0.341)).toBe('0.332–0.341')
    expect(plainEnds(1_188_864, 1_189_012, 'size', ' to ')).toBe('1.1889 MB to 1.1890 MB')
    expect(plainEnds(853_200, 853_400, 'size')).toBe('853.2 kB–853.4 kB')
    expect(plainEnds(0.5, 0.5)).toBe('0.5–0.5')
  })
})

describe('ticks', () => {
  it('read as where they stand, however close they are', () => {
    expect(stepDigits([0, 0.5, 1])).toBe(0)
    expect(stepDigits([0.985, 0.99])).toBe(1)
    expect(stepDigits([-0.0005, 0, 0.0005])).toBe(2)
    expect(pointsText(0.0005, stepDigits([0, 0.0005]))).toBe('+0.05')
  })
})

describe('a p-value', () => {
  it.each([
    [0.0496, 'p = 0.0496', '0.0496'],
    [0.0504, 'p = 0.0504', '0.0504'],
    [0.04996, 'p = 0.04996', '0.04996'],
    [0.05, 'p = 0.05', '0.050'],
    [0.00953, 'p = 0.0095', '0.0095'],
    [0.0312, 'p = 0.031', '0.031'],
    [0.0005, 'p = 0.0005', '< 0.001'],
    [0.62, 'p = 0.62', '0.620'],
    [1, 'p = 1.00', '1.000'],
  ])('%d stays on its side of 0.05 and 0.01', (p, said, told) => {
    expect([pText(p), pWords(p)]).toEqual([said, told])
  })
})

describe('what stands beside a verdict', () => {
  it('counts the contrasts that were corrected together, those that could not be tested left out', () => {
    const [answer] = makeResults().answers
    const [contrast] = answer!.contrasts
    const untested = { ...contrast!, p: null, pCorrected: null, verdict: 'not-testable' as const, detectable: null }
    const words = testWords({ ...answer!, contrasts: [contrast!, contrast!, untested] })
    expect(words).toContain('Holm over 2 of 3 contrasts')
    expect(contrastName(contrast!)).toContain(contrast!.value)
  })
})
