import { describe, expect, it } from 'vitest'
import { notesBelow, notesHeight } from '../../src/renderer/charts/notesRoom.ts'

describe('the notes of a chart', () => {
  it('stand below it where there is room, each in as many lines as it takes', () => {
    // 40 characters of 6 pixels are two lines of 16 in 200 pixels; 10 are one; 12 around them.
    expect(notesHeight(['x'.repeat(40), 'x'.repeat(10)], 200, 500)).toBe(60)
  })

  it('take nothing of a low chart, where they open from the line below it', () => {
    expect(notesBelow(246)).toBe(false)
    expect(notesHeight(['x'.repeat(40)], 200, 246)).toBe(0)
  })
})
