import { expect, it } from 'vitest'
import { limitsLeft } from '../../src/renderer/text/limits.ts'

it('leaves the limits that no sentence beside them says', () => {
  const limits = ['For this model and this draw.', '3 paired draws, at least 12 are needed.']
  const sentence = 'At disc, W8 lowers accuracy: for this model and this draw.'
  expect(limitsLeft({ sentence, limits })).toEqual(['3 paired draws, at least 12 are needed.'])
  expect(limitsLeft({ sentence: 'Held.', limits })).toEqual(limits)
  expect(limitsLeft({ sentence: 'Held.', limits }, sentence)).toEqual(['3 paired draws, at least 12 are needed.'])
})
