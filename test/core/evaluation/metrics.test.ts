import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { calibrationError } from '../../../src/core/evaluation/calibrationError.ts'
import { classificationMetrics } from '../../../src/core/evaluation/classificationMetrics.ts'
import { argmax, predictionsOf } from '../../../src/core/evaluation/predictions.ts'

const golden = JSON.parse(readFileSync(new URL('../../golden/evaluation_metrics.json', import.meta.url), 'utf8'))

describe('classificationMetrics', () => {
  it('gives the hand-computed figures of four texts', () => {
    // Truth 0 0 1 1, found 0 1 1 1: precision 1 and 2/3, recall 1/2 and 1, F1 2/3 and 4/5.
    const predictions = predictionsOf([2, 0, 0, 1, 0, 1, 0, 3], 2)
    const found = classificationMetrics(predictions, [0, 0, 1, 1])
    expect(found).toMatchObject({
      n: 4,
      right: 3,
      accuracy: 0.75,
      confusion: [
        [1, 1],
        [0, 2],
      ],
      histogram: [1, 3],
    })
    expect(found.classes.map(({ precision, recall }) => [precision, recall])).toEqual([
      [1, 0.5],
      [2 / 3, 1],
    ])
    expect(found.macroF1).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12)
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    const nll = -(Math.log(sigmoid(2)) + Math.log(sigmoid(-1)) + Math.log(sigmoid(1)) + Math.log(sigmoid(3))) / 4
    expect(found.nll).toBeCloseTo(nll, 12)
  })

  it.each([0, 1])("agrees with scikit-learn's figures, case %i", (k) => {
    const expected = golden.cases[k]
    const found = classificationMetrics(predictionsOf(expected.scores, expected.classes), expected.labels)
    for (const name of ['accuracy', 'macroF1', 'nll'] as const) expect(found[name]).toBeCloseTo(expected[name], 10)
    expect(found.confusion).toEqual(expected.confusion)
    expect(found.calibration.ece).toBeCloseTo(expected.ece, 10)
    for (const name of ['precision', 'recall', 'f1', 'support'] as const) {
      found.classes.forEach((figures, y) => {
        const value: number | null = expected[name][y]
        if (figures[name] === null || value === null) expect([null, 0]).toContain(figures[name] ?? value)
        else expect(figures[name]).toBeCloseTo(value, 10)
      })
    }
  })

  it('says null, not zero, of a class that is neither there nor predicted, and leaves it out of macro-F1', () => {
    const found = classificationMetrics(predictionsOf([1, 0, -9, 0, 1, -9], 3), [0, 1])
    expect(found.classes[2]).toEqual({ support: 0, predicted: 0, precision: null, recall: null, f1: null })
    expect(found.macroF1).toBe(1)
  })

  it.each([
    ['shape-mismatch', [0]],
    ['input-invalid', [0, 2]],
  ])('rejects labels that do not fit with %s', (code, labels) => {
    expect(() => classificationMetrics(predictionsOf([1, 0, 0, 1], 2), labels)).toThrowError(
      expect.objectContaining({ code }),
    )
  })

  it('rejects no texts at all', () => {
    expect(() => classificationMetrics(predictionsOf([], 2), [])).toThrowError(
      expect.objectContaining({ code: 'input-invalid' }),
    )
  })
})

describe('predictionsOf', () => {
  it('takes the lowest class in a tie', () => {
    expect(argmax([1, 3, 3])).toBe(1)
    expect([...predictionsOf([5, 5, 5], 3).predicted]).toEqual([0])
  })

  it('keeps differences of scores around -7,000, and probabilities that sum to one', () => {
    const { logPosteriors } = predictionsOf([-7000, -7001], 2)
    expect(logPosteriors[0]! - logPosteriors[1]!).toBeCloseTo(1, 10)
    expect(Math.exp(logPosteriors[0]!) + Math.exp(logPosteriors[1]!)).toBeCloseTo(1, 12)
  })

  it('rejects scores that are not finite, and half a row', () => {
    expect(() => predictionsOf([1, NaN], 2)).toThrowError(expect.objectContaining({ code: 'non-finite-value' }))
    expect(() => predictionsOf([1, 2, 3], 2)).toThrowError(expect.objectContaining({ code: 'shape-mismatch' }))
  })
})

describe('calibrationError', () => {
  it('gives the hand-computed value of two bins', () => {
    // Confidences 0.8 (right), 0.8 (wrong): one bin, |0.5 - 0.8| = 0.3.
    const scores = [Math.log(0.8), Math.log(0.2), Math.log(0.8), Math.log(0.2)]
    const found = calibrationError(predictionsOf(scores, 2), [0, 1], 10)
    expect(found.ece).toBeCloseTo(0.3, 12)
    expect(found.method).toBe('equal-width-10')
    expect(found.bins.reduce((sum, { n }) => sum + n, 0)).toBe(2)
  })
})
