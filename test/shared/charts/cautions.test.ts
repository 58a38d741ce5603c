import { describe, expect, it } from 'vitest'
import { fixedWords } from '../../../src/shared/charts/cautions.ts'
import { plainNumber } from '../../../src/shared/charts/figures.ts'

describe('fixedWords', () => {
  it('names an axis once, also where its values name it themselves', () => {
    expect(fixedWords({ composition: ['balanced'], draw: ['0'], seed: ['1', '2'], noise: ['none'] })).toBe(
      'composition balanced; draw 0; seed 1, seed 2; clean input',
    )
  })
})

describe('plainNumber', () => {
  it('has minus signs that are minus signs, also in the exponent of a negative number', () => {
    expect([plainNumber(-1.2e-7), plainNumber(3e-5), plainNumber(-0.25)]).toEqual(['−1.2e−7', '3.0e−5', '−0.25'])
  })
})
