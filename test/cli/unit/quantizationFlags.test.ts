import { describe, expect, it } from 'vitest'
import { meets, parseCondition } from '../../../src/cli/commands/compare/condition.ts'
import { parseBits, parseComposition, quantizationOf } from '../../../src/cli/commands/quantize/flags.ts'
import type { Comparison } from '../../../src/shared/contract/statistics.ts'

describe('--bits', () => {
  it.each([
    ['4', 4],
    ['16', 16],
    ['float', 'float'],
    ['weights=4,cell=float', { weights: 4, cell: 'float' }],
    [' weights = 4 , cell = 8', { weights: 4, cell: 8 }],
  ])('reads %j', (text, bits) => {
    expect(parseBits(text)).toEqual(bits)
  })

  it.each(['', '1', '9', '4.0', '-4', 'half', 'weight=4', 'weights=', 'weights=4=8', '=4', 'weights=4;cell=8'])(
    'refuses %j',
    (text) => {
      expect(() => parseBits(text)).toThrow(/^Expected 2 to 8, 16 or float/)
    },
  )

  it('is needed, and a stored set excludes what a draw is asked for', async () => {
    await expect(quantizationOf({ recipe: 'ours' })).rejects.toMatchObject({ code: 'usage-invalid' })
    await expect(quantizationOf({ bits: 4, calibration: 'abcdef01', size: 3 })).rejects.toThrow(
      '--size is of a new draw',
    )
    await expect(quantizationOf({ bits: 4, recipe: 'ours', recipeFile: 'x' })).rejects.toThrow('exclude one another')
  })
})

describe('--composition', () => {
  it.each([
    ['balanced', 'balanced'],
    ['leave-out:Sci/Tech', { leaveOut: 'Sci/Tech' }],
    ['World=3,Sports=1', { World: 3, Sports: 1 }],
    ['a=b=2', { 'a=b': 2 }],
  ])('reads %j', (text, composition) => {
    expect(parseComposition(text)).toEqual(composition)
  })

  it.each(['', 'even', 'leave-out:', 'a=', '=1', 'a=-1', 'a=0', 'a=1,a=2', 'a=x'])('refuses %j', (text) => {
    expect(() => parseComposition(text)).toThrow(/^Expected balanced/)
  })
})

describe('--fail-if', () => {
  const contrast = {
    difference: -0.02,
    interval: { low: -0.03, high: -0.01, level: 0.95, method: 'tango' },
    pCorrected: 0.04,
  }
  const comparison = {
    contrasts: [contrast, { difference: 0.01, interval: null, pCorrected: null }],
    pairs: [{ agreement: 0.9 }, { agreement: null }],
  } as unknown as Comparison

  it.each([
    ['difference < -0.01', true],
    ['difference<-0.02', false],
    ['difference <= -0.02', true],
    ['low >= -0.03', true],
    ['high > 0', false],
    ['p < 0.05', true],
    ['agreement < 0.9', false],
    ['agreement <= 9e-1', true],
  ])('%j of some contrast or pair: %s', (text, met) => {
    expect(meets(parseCondition(text)!, comparison)).toBe(met)
  })

  it.each(['', 'difference', 'difference = 1', 'accuracy < 1', 'difference < x', 'difference < 1 or p < 1', '< 1'])(
    'refuses %j',
    (text) => {
      expect(parseCondition(text)).toBeUndefined()
    },
  )
})
