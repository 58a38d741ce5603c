import { describe, expect, it } from 'vitest'
import { endsAnd } from '../../../src/shared/charts/pieces.ts'

describe('the ticks of a small plot', () => {
  const text = (value: number): string => String(value)

  it('are its ends and 0 where the three labels do not run into each other', () => {
    // 4, 1 and 3 characters of 6.6 pixels; 0 stands in the middle.
    expect(endsAnd(0, [-0.5, 0.5], { text, width: 80 })).toEqual([-0.5, 0, 0.5])
    expect(endsAnd(0, [-0.5, 0.5], { text, width: 64 })).toEqual([-0.5, 0.5])
  })

  it('are its ends alone where 0 is too near to one of them', () => {
    expect(endsAnd(0, [-0.1, 0.9], { text, width: 120 })).toEqual([-0.1, 0.9])
  })
})
