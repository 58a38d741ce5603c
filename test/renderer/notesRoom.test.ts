import { describe, expect, it } from 'vitest'
import { fitsFoot, notesBelow, saidBelow, saidHeight } from '../../src/renderer/charts/notesRoom.ts'

const short = { caption: ['Accuracy, %.'], notes: [] }
const long = { caption: ['x'.repeat(40), 'x'.repeat(10)], notes: ['y'.repeat(40)] }

describe('the notes of a chart', () => {
  it('stand below it where there is room, each in as many lines as it takes', () => {
    // 40 characters of 6 pixels are two lines of 16 in 200 pixels; 10 are one; 12 around them.
    expect(saidHeight({ caption: [], notes: ['x'.repeat(40), 'x'.repeat(10)] }, 200, 500)).toBe(60)
  })

  it('take nothing of a low chart, where they open from the line below it', () => {
    expect(notesBelow(246)).toBe(false)
    expect(saidHeight(long, 200, 246)).toBe(0)
    expect(saidBelow(long, 200, 246)).toEqual({ caption: [], notes: [] })
  })
})

describe('the caption of a chart', () => {
  it('stands in the foot where it is short, and with the notes where the foot would cut it', () => {
    expect(fitsFoot('Accuracy, %.', 240, false)).toBe(true)
    expect(fitsFoot('Accuracy, %.', 240, true)).toBe(false)
    expect(saidBelow(short, 400, 500)).toEqual({ caption: [], notes: [] })
    expect(saidBelow(long, 400, 500)).toEqual(long)
    expect(saidHeight(long, 200, 500)).toBe(12 + (2 + 1 + 2) * 16)
  })
})
