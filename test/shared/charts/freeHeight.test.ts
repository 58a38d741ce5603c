import { describe, expect, it } from 'vitest'
import { freeHeight, wordsBySign } from '../../../src/shared/charts/freeHeight.ts'

const within = { from: 0, to: 100 }

describe('freeHeight', () => {
  it('keeps the wanted height where no line runs', () => {
    expect(freeHeight([], [0, 50], 40, within)).toBe(40)
    const beside = [[60, 40] as const, [90, 40] as const]
    expect(freeHeight([beside], [0, 50], 40, within)).toBe(40)
  })

  it('goes beside a level line, as little as may be', () => {
    const level = [[0, 44] as const, [100, 44] as const]
    expect(freeHeight([level], [0, 50], 40, within)).toBe(32)
  })

  it('looks at the part of a slope that the words reach, not at the whole of it', () => {
    // At 20 to 30 across, the slope is at 20 to 30 down.
    const slope = [[0, 0] as const, [100, 100] as const]
    expect(freeHeight([slope], [20, 30], 60, within)).toBe(60)
    expect(freeHeight([slope], [20, 30], 25, within)).toBe(41)
  })

  it('goes beside a mark that stands alone', () => {
    expect(freeHeight([[[25, 40]]], [0, 50], 40, within)).toBe(52)
  })

  it('stays inside the plot, and is nowhere where all of it is taken', () => {
    const low = [[0, 92] as const, [100, 92] as const]
    expect(freeHeight([low], [0, 50], 92, within)).toBe(80)
    const everywhere = Array.from({ length: 11 }, (_, k) => [[0, k * 10] as const, [100, k * 10] as const])
    expect(freeHeight(everywhere, [0, 50], 52, within)).toBeNull()
  })
})

describe('wordsBySign', () => {
  const words = { sign: [100, 50], width: 60, side: 1, away: 1, within: { from: 0, to: 200 } } as const
  const level = (y: number): [number, number][] => [
    [0, y],
    [300, y],
  ]

  it('stand behind the sign where nothing is, never on it', () => {
    expect(wordsBySign([], words)).toEqual({ x: 94, y: 64 })
    expect(wordsBySign([], { ...words, away: -1 })).toEqual({ x: 94, y: 36 })
    expect(wordsBySign([], { ...words, side: -1 })).toEqual({ x: 106, y: 64 })
  })

  it('stand beside it between two lines that leave no room behind it', () => {
    expect(wordsBySign([level(36), level(66)], words)).toEqual({ x: 109, y: 50 })
    expect(wordsBySign([level(36), level(66)], { ...words, side: -1 })).toEqual({ x: 91, y: 50 })
  })

  it('are left out where lines run everywhere', () => {
    expect(wordsBySign([36, 48, 60, 72, 84].map(level), words)).toBeNull()
  })
})
